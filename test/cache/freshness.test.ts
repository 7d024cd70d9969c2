import { describe, expect, it } from "vitest";
import { currentAge, freshnessLifetime, secondsLeft } from "../../src/cache/freshness.ts";
import type { Lifetime } from "../../src/cache/lifetime/origin-lifetime.ts";
import type { StoredResponse } from "../../src/cache/types.ts";
import { at, dateAt, type Fields, type PolicyParts, policy, stored } from "./support.ts";

type Row = readonly [name: string, fields: Fields, expected: readonly [number, Lifetime["source"]]];

function lifetimeOf(fields: Fields, chosen: PolicyParts = {}, facts: Partial<StoredResponse> = {}) {
  const { seconds, source } = freshnessLifetime(stored(fields, facts), policy(chosen));
  return [seconds, source];
}

const cc = (value: string): Fields => ({ "cache-control": value });

describe("RFC 9111 §4.2.1 Calculating Freshness Lifetime", () => {
  it.each<Row>([
    ["nothing", {}, [0, "none"]],
    ["max-age", cc("max-age=60"), [60, "max-age"]],
    ["s-maxage", cc("s-maxage=60"), [60, "s-maxage"]],
    ["s-maxage before max-age", cc("max-age=10, s-maxage=60"), [60, "s-maxage"]],
    ["s-maxage before max-age, shorter", cc("max-age=60, s-maxage=0"), [0, "s-maxage"]],
    ["max-age before Expires", { ...cc("max-age=10"), expires: dateAt(60) }, [10, "max-age"]],
    ["s-maxage before Expires", { ...cc("s-maxage=10"), expires: dateAt(60) }, [10, "s-maxage"]],
    ["max-age=0 before Expires", { ...cc("max-age=0"), expires: dateAt(60) }, [0, "max-age"]],
    ["upper case", cc("MAX-AGE=60"), [60, "max-age"]],
    ["mixed case s-maxage", cc("S-MaxAge=60"), [60, "s-maxage"]],
    ["quoted", cc('max-age="60"'), [60, "max-age"]],
    ["single quotes", cc("max-age='60'"), [0, "max-age"]],
    ["negative", cc("max-age=-60"), [0, "max-age"]],
    ["signed", cc("max-age=+60"), [0, "max-age"]],
    ["fractional", cc("max-age=60.5"), [0, "max-age"]],
    ["exponent", cc("max-age=1e3"), [0, "max-age"]],
    ["hexadecimal", cc("max-age=0x10"), [0, "max-age"]],
    ["letters behind", cc("max-age=60s"), [0, "max-age"]],
    ["without value", cc("max-age"), [0, "max-age"]],
    ["with an empty value", cc("max-age="), [0, "max-age"]],
    ["space before =", cc("max-age =60"), [0, "max-age"]],
    ["space after =", cc("max-age= 60"), [0, "max-age"]],
    ["leading zeros", cc("max-age=0060"), [60, "max-age"]],
    ["31 bits", cc("max-age=2147483647"), [2_147_483_647, "max-age"]],
    ["overflowing", cc("max-age=99999999999"), [2_147_483_648, "max-age"]],
    ["overflowing a double", cc(`max-age=${"9".repeat(400)}`), [2_147_483_648, "max-age"]],
    ["repeated, equal", cc("max-age=60, max-age=60"), [60, "max-age"]],
    ["repeated, in conflict", cc("max-age=60, max-age=600"), [0, "max-age"]],
    ["an invalid s-maxage is not passed over", cc("s-maxage=x, max-age=60"), [0, "s-maxage"]],
    ["an invalid max-age is not passed over", { ...cc("max-age=x"), expires: dateAt(60) }, [0, "max-age"]],
    ["unknown directives", cc("foo, max-age=60, bar=1"), [60, "max-age"]],
    ["a name that ends alike", cc("x-max-age=60"), [0, "none"]],
    ["a name that begins alike", cc("max-age-x=60"), [0, "none"]],
    ["within a quoted string", cc('foo="max-age=60"'), [0, "none"]],
    ["behind a quoted comma", cc('foo="a, b", max-age=60'), [60, "max-age"]],
    ["empty members and tabs", cc(",,\tmax-age=60\t,"), [60, "max-age"]],
    ["immutable changes nothing for a shared cache", cc("max-age=60, immutable"), [60, "max-age"]],
    ["immutable alone is no lifetime", cc("immutable"), [0, "none"]],
  ])("%s", (_, fields, expected) => {
    expect(lifetimeOf(fields)).toEqual(expected);
  });
});

describe("RFC 9111 §5.3 Expires", () => {
  it.each<Row>([
    ["IMF-fixdate", { expires: "Thu, 01 Jan 2026 12:01:00 GMT" }, [60, "expires"]],
    ["RFC 850", { expires: "Thursday, 01-Jan-26 12:01:00 GMT" }, [60, "expires"]],
    ["asctime", { expires: "Thu Jan  1 12:01:00 2026" }, [60, "expires"]],
    ["counted from Date, not from arrival", { date: dateAt(-40), expires: dateAt(20) }, [60, "expires"]],
    ["a Date ahead of our clock", { date: dateAt(1000), expires: dateAt(1060) }, [60, "expires"]],
    ["before Date", { expires: dateAt(-1) }, [0, "expires"]],
    ["equal to Date", { expires: dateAt(0) }, [0, "expires"]],
    ["invalid Date: from arrival", { date: "soon", expires: dateAt(60) }, [60, "expires"]],
    ["zero", { expires: "0" }, [0, "expires"]],
    ["minus one", { expires: "-1" }, [0, "expires"]],
    ["empty", { expires: "" }, [0, "expires"]],
    ["seconds", { expires: "3600" }, [0, "expires"]],
    ["another time zone", { expires: "Thu, 01 Jan 2026 12:01:00 CET" }, [0, "expires"]],
    ["UTC for GMT", { expires: "Thu, 01 Jan 2026 12:01:00 UTC" }, [0, "expires"]],
    ["one-digit hour", { expires: "Fri, 02 Jan 2026 2:01:00 GMT" }, [0, "expires"]],
    ["ISO 8601", { expires: "2026-01-01T12:01:00Z" }, [0, "expires"]],
    ["lower case", { expires: "fri, 02 jan 2026 12:01:00 gmt" }, [0, "expires"]],
    ["no such day", { expires: "Mon, 30 Feb 2026 12:01:00 GMT" }, [0, "expires"]],
    ["repeated", { expires: `${dateAt(60)}, ${dateAt(60)}` }, [0, "expires"]],
  ])("%s", (_, fields, expected) => {
    expect(lifetimeOf(fields)).toEqual(expected);
  });

  it("is counted from arrival where there is no Date", () => {
    const headers = new Headers({ expires: dateAt(60) });
    expect(lifetimeOf({}, {}, { headers, respondedAt: at(10) })).toEqual([50, "expires"]);
  });
});

describe("RFC 9213 §2.2 Cache Behavior", () => {
  const origin = { "cache-control": "max-age=10, s-maxage=20", expires: dateAt(30) };
  it.each<Row>([
    ["over Cache-Control", { ...origin, "cdn-cache-control": "max-age=60" }, [60, "max-age"]],
    ["over Expires alone", { expires: dateAt(30), "cdn-cache-control": "max-age=60" }, [60, "max-age"]],
    ["without a lifetime it silences both", { ...origin, "cdn-cache-control": "public" }, [0, "none"]],
    ["s-maxage counts in it too", { "cdn-cache-control": "max-age=5, s-maxage=60" }, [60, "s-maxage"]],
    [
      "the more specific field first",
      { "cdn-cache-control": "max-age=5", "cloudflare-cdn-cache-control": "max-age=60" },
      [60, "max-age"],
    ],
    [
      "an unparsable one hands over to the next",
      { "cdn-cache-control": "max-age=60", "cloudflare-cdn-cache-control": "max-age=(" },
      [60, "max-age"],
    ],
    ["an unparsable one is ignored", { ...origin, "cdn-cache-control": "max-age 60" }, [20, "s-maxage"]],
    ["an empty one is ignored", { ...origin, "cdn-cache-control": "" }, [20, "s-maxage"]],
    [
      "keys are lower case in a Dictionary",
      { ...cc("max-age=10"), "cdn-cache-control": "Max-Age=60" },
      [10, "max-age"],
    ],
    ["a String is no Integer", { ...origin, "cdn-cache-control": 'max-age="60"' }, [0, "max-age"]],
    ["a Decimal is no Integer", { ...origin, "cdn-cache-control": "max-age=60.0" }, [0, "max-age"]],
    ["negative", { ...origin, "cdn-cache-control": "max-age=-60" }, [0, "max-age"]],
    ["parameters are ignored", { ...origin, "cdn-cache-control": "max-age=60;a=1" }, [60, "max-age"]],
    [
      "of a repeated key the last counts",
      { ...origin, "cdn-cache-control": "max-age=1, max-age=60" },
      [60, "max-age"],
    ],
    [
      "Surrogate-Control is not ours",
      { ...cc("max-age=10"), "surrogate-control": "max-age=60" },
      [10, "max-age"],
    ],
  ])("%s", (_, fields, expected) => {
    expect(lifetimeOf(fields)).toEqual(expected);
  });
});

describe("a rule's TTL", () => {
  it.each<[string, number, Fields, number | null, readonly [number, Lifetime["source"]]]>([
    ["over s-maxage", 200, cc("s-maxage=5"), 60, [60, "rule"]],
    ["over a targeted field", 200, { "cdn-cache-control": "max-age=5" }, 60, [60, "rule"]],
    ["over Expires", 301, { expires: dateAt(5) }, 60, [60, "rule"]],
    ["where the origin is silent", 204, {}, 60, [60, "rule"]],
    ["zero counts", 200, cc("max-age=60"), 0, [0, "rule"]],
    ["counted from arrival: an upstream Age does not use it up", 200, { age: "1000" }, 60, [1060, "rule"]],
    ["counted from arrival: nor does a Date in the past", 200, { date: dateAt(-500) }, 60, [560, "rule"]],
    ["no rule", 200, cc("max-age=5"), null, [5, "max-age"]],
    ["not for errors", 404, cc("max-age=5"), 60, [5, "max-age"]],
    ["not for errors of the server", 500, {}, 60, [0, "none"]],
    ["not for temporary redirects", 302, {}, 60, [0, "none"]],
  ])("%s", (_, status, fields, edgeTtlSeconds, expected) => {
    expect(lifetimeOf(fields, { edgeTtlSeconds }, { status })).toEqual(expected);
  });
});

describe("RFC 9111 §4.2.2 Calculating Heuristic Freshness", () => {
  const modified = { "last-modified": dateAt(-1000) };
  it.each<[string, number, Fields, readonly [number, Lifetime["source"]]]>([
    ["a tenth of the time unchanged", 200, modified, [100, "heuristic"]],
    ["rounded down", 200, { "last-modified": dateAt(-1009) }, [100, "heuristic"]],
    ["a day at most", 200, { "last-modified": dateAt(-100_000_000) }, [86_400, "heuristic"]],
    ["modified after Date", 200, { "last-modified": dateAt(50) }, [0, "heuristic"]],
    ["without Last-Modified", 200, {}, [0, "none"]],
    ["an invalid Last-Modified", 200, { "last-modified": "yesterday" }, [0, "none"]],
    ["404", 404, modified, [100, "heuristic"]],
    ["a status that is not heuristically cacheable", 302, modified, [0, "none"]],
    ["such a status with public", 302, { ...modified, ...cc("public") }, [100, "heuristic"]],
    ["never over an explicit lifetime", 200, { ...modified, ...cc("max-age=5") }, [5, "max-age"]],
    ["never over an invalid one", 200, { ...modified, expires: "0" }, [0, "expires"]],
  ])("%s", (_, status, fields, expected) => {
    expect(lifetimeOf(fields, { heuristicFreshness: true }, { status })).toEqual(expected);
  });

  it("is off where the rules do not ask for it", () => {
    expect(lifetimeOf(modified)).toEqual([0, "none"]);
  });
});

describe("RFC 9111 §4.2.3 Calculating Age", () => {
  it.each<[string, Fields, Partial<StoredResponse>, number, number]>([
    ["just arrived", {}, {}, 0, 0],
    ["resident time", {}, {}, 30, 30],
    ["rounded down", {}, {}, 30.9, 30],
    ["a clock set back", {}, {}, -30, 0],
    ["Age of the origin", { age: "20" }, {}, 30, 50],
    ["apparent age", { date: dateAt(-40) }, {}, 30, 70],
    ["the larger of Age and apparent age", { date: dateAt(-40), age: "20" }, {}, 30, 70],
    ["the larger, the other way", { date: dateAt(-10), age: "20" }, {}, 30, 50],
    ["the origin's delay counts", {}, { requestedAt: at(-3) }, 30, 33],
    ["Age and delay", { age: "20" }, { requestedAt: at(-3) }, 30, 53],
    ["a Date ahead of our clock", { date: dateAt(500) }, {}, 30, 30],
    ["an invalid Date", { date: "today" }, {}, 30, 30],
    ["a duplicated Date", { date: `${dateAt(-40)}, ${dateAt(-40)}` }, {}, 30, 30],
    ["no Date", {}, { headers: new Headers({ age: "20" }) }, 30, 50],
    ["a list of ages: the first", { age: "20, 90" }, {}, 0, 20],
    ["negative", { age: "-20" }, {}, 30, 30],
    ["fractional", { age: "20.5" }, {}, 30, 30],
    ["garbage", { age: "abc" }, {}, 30, 30],
    ["garbage behind digits", { age: "20 s" }, {}, 30, 30],
    ["empty", { age: "" }, {}, 30, 30],
    ["huge", { age: "99999999999999999999" }, {}, 30, 2_147_483_678],
  ])("%s", (_, fields, facts, now, expected) => {
    expect(currentAge(stored(fields, facts), at(now))).toBe(expected);
  });
});

describe("RFC 9111 §4.2 Freshness", () => {
  it.each<[string, Fields, number, number]>([
    ["what is left", cc("max-age=60"), 20, 40],
    ["at the edge", cc("max-age=60"), 60, 0],
    ["stale", cc("max-age=60"), 90, -30],
    ["Age of the origin counts", { ...cc("max-age=60"), age: "50" }, 20, -10],
    ["a huge Age is stale", { ...cc("max-age=2147483647"), age: "2147483648" }, 0, -1],
    ["an old Date counts", { ...cc("max-age=60"), date: dateAt(-50) }, 20, -10],
    ["Expires needs no synchronised clocks", { date: dateAt(5000), expires: dateAt(5060) }, 20, 40],
  ])("%s", (_, fields, now, expected) => {
    expect(secondsLeft(stored(fields), policy(), at(now))).toBe(expected);
  });
});
