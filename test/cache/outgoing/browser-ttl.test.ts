import { describe, expect, it } from "vitest";
import { setBrowserTtl } from "../../../src/cache/outgoing/browser-ttl.ts";
import type { TtlPolicy } from "../../../src/cache/policy.ts";
import { Fields as PlainFields } from "../../../src/http/field-section.ts";
import { dateAt, type Fields, fieldsOf, stored, ttl } from "../support.ts";

/** `Cache-Control` and `Expires` as the browser gets them. */
type Sent = readonly [cacheControl: string | null, expires: string | null];

function sent(fields: Fields, browserTtl: Partial<TtlPolicy>, status = 200): Sent {
  const response = stored(fields, { status });
  const headers = new PlainFields(response.headers);
  setBrowserTtl(headers, response, ttl(browserTtl));
  return [headers.get("cache-control"), headers.get("expires")];
}

const cc = (value: string): Fields => ({ "cache-control": value });
const only = (first: number, last: number, seconds: number | "never") => ({
  byStatus: [{ first, last, seconds }],
});

describe("an override replaces what the origin says of time, and nothing else", () => {
  const override = { overrideSeconds: 30 };
  it.each<[string, Fields, Partial<TtlPolicy>, Sent]>([
    ["silent", {}, override, ["max-age=30", null]],
    ["all of it", cc("public, max-age=60, s-maxage=90, immutable"), override, ["max-age=30", null]],
    ["Expires goes", { expires: dateAt(60) }, override, ["max-age=30", null]],
    ["no-store, as it is told to", cc("no-store"), override, ["max-age=30", null]],
    ["no-cache and must-revalidate", cc("no-cache, must-revalidate"), override, ["max-age=30", null]],
    ["private stays private", cc("private, no-cache"), override, ["max-age=30, private", null]],
    ["a quote left open hides nothing", cc('private="x'), override, ['max-age=30, private="x', null]],
    ["in capitals too", cc("PRIVATE"), override, ["max-age=30, PRIVATE", null]],
    ["private fields stay so", cc('private="x-a", max-age=1'), override, ['max-age=30, private="x-a"', null]],
    [
      "no-transform is not about time",
      cc("no-transform, max-age=1"),
      override,
      ["max-age=30, no-transform", null],
    ],
    ["zero", cc("max-age=60"), { overrideSeconds: 0 }, ["no-cache", null]],
    ["zero, private", cc("private"), { overrideSeconds: 0 }, ["no-cache, private", null]],
    ["over bounds", cc("max-age=60"), { ...override, minSeconds: 50, maxSeconds: 10 }, ["max-age=30", null]],
  ])("%s", (_, fields, browserTtl, expected) => {
    expect(sent(fields, browserTtl)).toEqual(expected);
  });

  it.each([302, 404, 503])("not for %i", (status) => {
    expect(sent(cc("max-age=60"), override, status)).toEqual(["max-age=60", null]);
  });
});

describe("byStatus decides before all else, for every status", () => {
  it.each<[string, number, Fields, Partial<TtlPolicy>, Sent]>([
    ["an error", 404, {}, only(400, 499, 5), ["max-age=5", null]],
    ["over an override", 200, {}, { ...only(200, 200, 5), overrideSeconds: 30 }, ["max-age=5", null]],
    ["zero", 404, {}, only(404, 404, 0), ["no-cache", null]],
    ["never", 404, { ...cc("max-age=60"), expires: dateAt(60) }, only(404, 404, "never"), ["no-store", null]],
    ["never, private", 200, cc("private, max-age=60"), only(200, 200, "never"), ["no-store, private", null]],
    ["another status", 404, cc("max-age=60"), only(410, 410, 5), ["max-age=60", null]],
  ])("%s", (_, status, fields, browserTtl, expected) => {
    expect(sent(fields, browserTtl, status)).toEqual(expected);
  });
});

describe("RFC 9111 §4.2.1 min and max bound what the origin tells browsers", () => {
  const least = { minSeconds: 50 };
  const most = { maxSeconds: 50 };
  it.each<[string, Fields, Partial<TtlPolicy>, Sent]>([
    ["raised", cc("max-age=10"), least, ["max-age=50", null]],
    ["raised from zero", cc("max-age=0"), least, ["max-age=50", null]],
    ["long enough", cc("max-age=60"), least, ["max-age=60", null]],
    ["lowered", cc("max-age=60"), most, ["max-age=50", null]],
    ["short enough", cc("max-age=10"), most, ["max-age=10", null]],
    ["lowered to zero", cc("max-age=60"), { maxSeconds: 0 }, ["max-age=0", null]],
    [
      "what else the origin says stays, in its place",
      cc('public, Max-Age=60, immutable, must-revalidate, no-transform, s-maxage=90, x="a, b"'),
      most,
      ['public, max-age=50, immutable, must-revalidate, no-transform, s-maxage=90, x="a, b"', null],
    ],
    ["one max-age is left of several", cc("max-age=60, foo, max-age=60"), most, ["max-age=50, foo", null]],
    ["s-maxage is not for browsers", cc("s-maxage=10, max-age=60"), most, ["s-maxage=10, max-age=50", null]],
    [
      "nor a targeted field",
      { ...cc("max-age=60"), "cdn-cache-control": "max-age=1" },
      most,
      ["max-age=50", null],
    ],
    ["Expires, lowered", { expires: dateAt(60) }, most, ["max-age=50", null]],
    [
      "Expires beside directives",
      { ...cc("public"), expires: dateAt(60) },
      most,
      ["max-age=50, public", null],
    ],
    ["Expires, short enough", { expires: dateAt(10) }, most, [null, dateAt(10)]],
    [
      "max-age before Expires",
      { ...cc("max-age=10"), expires: dateAt(600) },
      most,
      ["max-age=10", dateAt(600)],
    ],
    ["silence has no bounds", {}, { ...least, ...most }, [null, null]],
    ["private is lowered", cc("private, max-age=60"), most, ["private, max-age=50", null]],
    ["private is not raised", cc("private, max-age=10"), least, ["private, max-age=10", null]],
    [
      "private fields are no private response",
      cc('private="x-a", max-age=10'),
      least,
      ['private="x-a", max-age=50', null],
    ],
    ["no-store is left alone", cc("no-store, max-age=10"), least, ["no-store, max-age=10", null]],
    ["no-cache is", cc("no-cache, max-age=10"), least, ["no-cache, max-age=10", null]],
    [
      "no-cache of fields is not",
      cc('no-cache="x-a", max-age=10'),
      least,
      ['no-cache="x-a", max-age=50', null],
    ],
  ])("%s", (_, fields, browserTtl, expected) => {
    expect(sent(fields, browserTtl)).toEqual(expected);
  });

  it.each([302, 404, 503])("not for %i", (status) => {
    expect(sent(cc("max-age=60"), most, status)).toEqual(["max-age=60", null]);
  });
});

describe("fallback is for silence", () => {
  const fallback = { fallbackSeconds: 40 };
  it.each<[string, Fields, Partial<TtlPolicy>, Sent]>([
    ["silent", {}, fallback, ["max-age=40", null]],
    ["behind a quote left open", cc('x="a'), fallback, ['max-age=40, x="a', null]],
    ["silent on time", cc("public, immutable"), fallback, ["max-age=40, public, immutable", null]],
    ["s-maxage tells browsers nothing", cc("s-maxage=90"), fallback, ["max-age=40, s-maxage=90", null]],
    ["within bounds", {}, { ...fallback, maxSeconds: 20 }, ["max-age=20", null]],
    ["max-age speaks", cc("max-age=10"), fallback, ["max-age=10", null]],
    ["an unreadable one speaks too", cc("max-age=x"), fallback, ["max-age=x", null]],
    ["Expires speaks", { expires: "0" }, fallback, [null, "0"]],
    ["no-store is no silence", cc("no-store"), fallback, ["no-store", null]],
    ["nor is no-cache", cc("no-cache"), fallback, ["no-cache", null]],
    ["nor is private", cc("private"), fallback, ["private", null]],
  ])("%s", (_, fields, browserTtl, expected) => {
    expect(sent(fields, browserTtl)).toEqual(expected);
  });

  it("not for an error", () => {
    expect(sent({}, fallback, 404)).toEqual([null, null]);
  });
});

it("without a word of the rule, all is sent as it came", () => {
  const fields = { ...cc(" public ,, MAX-AGE=1"), expires: "soon" };
  const headers = new PlainFields(stored(fields).headers);
  setBrowserTtl(headers, stored(fields), ttl());
  expect(fieldsOf(headers)).toEqual({ ...fieldsOf(stored(fields).headers) });
});
