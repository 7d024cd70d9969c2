import { describe, expect, it } from "vitest";
import { type Candidate, decideReuse, type ReuseDecision } from "../../src/cache/reuse.ts";
import type { StoredResponse } from "../../src/cache/types.ts";
import {
  at,
  dateAt,
  type Fields,
  found,
  type PolicyParts,
  part,
  policy,
  request,
  stored,
} from "./support.ts";

const cc = (value: string): Fields => ({ "cache-control": value });

/** The decision as "kind reason", for a GET with `fields` at second `now`. */
function decide(
  response: StoredResponse | null,
  now: number,
  fields: Fields = {},
  chosen: PolicyParts = {},
  facts: Partial<Candidate> = {},
): string {
  return summary(decideReuse(request(fields), found(response, facts), policy(chosen), at(now)));
}

function summary(decision: ReuseDecision): string {
  const behind = decision.kind === "serve-stale" && decision.refresh ? " and refresh" : "";
  return `${decision.kind} ${decision.reason}${behind}`;
}

describe("RFC 9111 §4 Constructing Responses from Caches", () => {
  const fresh = { ...cc("max-age=60"), etag: '"v1"' };
  it.each<[string, StoredResponse | null, number, string]>([
    ["nothing stored", null, 0, "fetch uri-miss"],
    ["fresh", stored(fresh), 0, "serve fresh"],
    ["fresh to the last second", stored(fresh), 59, "serve fresh"],
    ["stale when lifetime and age are equal", stored(fresh), 60, "revalidate stale"],
    ["stale without a validator", stored(cc("max-age=60")), 60, "fetch stale"],
    ["the origin's Age counts", stored({ ...fresh, age: "60" }), 0, "revalidate stale"],
    ["without a lifetime", stored({ etag: '"v1"' }), 0, "revalidate stale"],
    [
      "no-cache while fresh",
      stored({ ...cc("max-age=60, no-cache"), etag: '"v1"' }),
      0,
      "revalidate no-cache",
    ],
    ["no-cache without a validator", stored(cc("max-age=60, no-cache")), 0, "fetch no-cache"],
    ["no-cache with field names", stored(cc('max-age=60, no-cache="x-a"')), 0, "serve fresh"],
    ["no-cache with a malformed list", stored(cc('max-age=60, no-cache="x a"')), 0, "fetch no-cache"],
    [
      "a targeted no-cache",
      stored({ ...fresh, "cdn-cache-control": "max-age=60, no-cache" }),
      0,
      "revalidate no-cache",
    ],
    [
      "no-cache beside a targeted field",
      stored({ ...cc("no-cache"), "cdn-cache-control": "max-age=60" }),
      0,
      "serve fresh",
    ],
    ["must-revalidate while fresh", stored(cc("max-age=60, must-revalidate")), 0, "serve fresh"],
    ["Pragma of the response", stored({ ...fresh, pragma: "no-cache" }), 0, "serve fresh"],
    ["suspect", stored(fresh, { suspect: true }), 0, "revalidate suspect"],
    ["suspect without a validator", stored(cc("max-age=60"), { suspect: true }), 0, "fetch suspect"],
  ])("%s", (_, response, now, expected) => {
    expect(decide(response, now)).toBe(expected);
  });

  it("a rule's TTL counts, and works on what is stored already", () => {
    expect(decide(stored(cc("max-age=60")), 90, {}, { edgeTtlSeconds: 100 })).toBe("serve fresh");
    expect(decide(stored(cc("max-age=60")), 20, {}, { edgeTtlSeconds: 10 })).toBe("fetch stale");
  });

  it("a rule's TTL does not lift no-cache", () => {
    expect(decide(stored(cc("no-cache")), 0, {}, { edgeTtlSeconds: 100 })).toBe("fetch no-cache");
  });
});

describe("RFC 9111 §4.1 Calculating Cache Keys with the Vary Header Field", () => {
  it("other variants are stored, this one is not", () => {
    expect(decide(null, 0, {}, {}, { hasOthers: true })).toBe("fetch vary-miss");
  });
});

describe("RFC 9111 §4.3.1 Sending a Validation Request", () => {
  it.each<[string, Fields, ReuseDecision]>([
    [
      "ETag",
      { etag: 'W/"v1"' },
      { kind: "revalidate", reason: "stale", validators: { ifNoneMatch: 'W/"v1"', ifModifiedSince: null } },
    ],
    [
      "Last-Modified",
      { "last-modified": dateAt(-9) },
      { kind: "revalidate", reason: "stale", validators: { ifNoneMatch: null, ifModifiedSince: dateAt(-9) } },
    ],
    [
      "both",
      { etag: '"v1"', "last-modified": dateAt(-9) },
      {
        kind: "revalidate",
        reason: "stale",
        validators: { ifNoneMatch: '"v1"', ifModifiedSince: dateAt(-9) },
      },
    ],
  ])("%s", (_, fields, expected) => {
    expect(decideReuse(request(), found(stored(fields)), policy(), at(9))).toEqual(expected);
  });
});

describe("RFC 9111 §4.4 Invalidating Stored Responses", () => {
  const fresh = stored(
    { ...cc("max-age=60, stale-while-revalidate=60"), etag: '"v1"' },
    { requestedAt: at(-3) },
  );
  it.each<[string, number, string]>([
    ["requested before", at(-2), "revalidate invalidated"],
    ["in flight at that moment", at(-1), "revalidate invalidated"],
    ["requested at that very instant", at(-3), "revalidate invalidated"],
    ["requested after", at(-3) - 1, "serve fresh"],
  ])("%s", (_, invalidatedAt, expected) => {
    expect(decide(fresh, 0, {}, {}, { invalidatedAt })).toBe(expected);
  });

  it("is not lifted by a stale window", () => {
    expect(decide(fresh, 70, {}, {}, { invalidatedAt: at(30) })).toBe("revalidate invalidated");
  });
});

describe("RFC 9111 §4.2.4 Serving Stale Responses, RFC 5861 §3 stale-while-revalidate", () => {
  const swr = "stale-while-revalidate=30";
  const within = "serve-stale stale-while-revalidate and refresh";
  it.each<[string, Fields, number, string]>([
    ["fresh", cc(`max-age=60, ${swr}`), 59, "serve fresh"],
    ["the window opens", cc(`max-age=60, ${swr}`), 60, within],
    ["to its last second", cc(`max-age=60, ${swr}`), 89, within],
    ["the window is over", cc(`max-age=60, ${swr}`), 90, "fetch stale"],
    ["max-age=0 has a window", cc(`max-age=0, ${swr}`), 29, within],
    ["Expires has one", { ...cc(swr), expires: dateAt(60) }, 70, within],
    ["without a lifetime there is nothing to extend", cc(swr), 0, "fetch stale"],
    ["an invalid window", cc("max-age=60, stale-while-revalidate=x"), 60, "fetch stale"],
    ["a quoted window", cc('max-age=60, stale-while-revalidate="30"'), 70, within],
    ["windows in conflict", cc(`max-age=60, ${swr}, stale-while-revalidate=40`), 60, "fetch stale"],
    ["stale-if-error is no such window", cc("max-age=60, stale-if-error=30"), 60, "fetch stale"],
    ["must-revalidate forbids", cc(`max-age=60, must-revalidate, ${swr}`), 60, "fetch stale"],
    ["proxy-revalidate forbids", cc(`max-age=60, proxy-revalidate, ${swr}`), 60, "fetch stale"],
    ["s-maxage forbids", cc(`s-maxage=60, ${swr}`), 60, "fetch stale"],
    ["no-cache forbids", cc(`max-age=60, no-cache, ${swr}`), 60, "fetch no-cache"],
    ["no-cache with field names does not", cc(`max-age=60, no-cache="x-a", ${swr}`), 60, within],
    ["upper case forbids too", cc(`max-age=60, MUST-REVALIDATE, ${swr}`), 60, "fetch stale"],
    ["the targeted window", { ...cc("max-age=60"), "cdn-cache-control": `max-age=60, ${swr}` }, 60, within],
    [
      "beside a targeted field",
      { ...cc(`max-age=60, ${swr}`), "cdn-cache-control": "max-age=60" },
      60,
      "fetch stale",
    ],
    ["the origin's Age uses it up", { ...cc(`max-age=60, ${swr}`), age: "90" }, 0, "fetch stale"],
  ])("%s", (_, fields, now, expected) => {
    expect(decide(stored(fields), now)).toBe(expected);
  });

  it.each<[string, Fields, number, number, string]>([
    ["a rule's window", cc("max-age=60"), 10, 69, within],
    ["a rule's window is over", cc("max-age=60"), 10, 70, "fetch stale"],
    ["a rule's window before the origin's", cc(`max-age=60, ${swr}`), 0, 60, "fetch stale"],
    [
      "a rule does not lift must-revalidate",
      cc("max-age=60, must-revalidate"),
      10,
      60,
      "fetch stale-forbidden",
    ],
    ["a rule does not lift s-maxage", cc("s-maxage=60"), 10, 60, "fetch stale-forbidden"],
  ])("%s", (_, fields, staleWhileRevalidateSeconds, now, expected) => {
    expect(decide(stored(fields), now, {}, { staleWhileRevalidateSeconds })).toBe(expected);
  });

  it("suspect is never served stale", () => {
    expect(decide(stored(cc(`max-age=60, ${swr}`), { suspect: true }), 60)).toBe("fetch suspect");
  });
});

describe("RFC 9111 §3.3 Storing Incomplete Responses", () => {
  const half = { first: 10, last: 19, length: 40 };
  const miss = "fetch partial";
  it.each<[string, Fields, string]>([
    ["all of it", { range: "bytes=10-19" }, "serve fresh"],
    ["within", { range: "bytes=12-13" }, "serve fresh"],
    ["begins before", { range: "bytes=9-19" }, miss],
    ["ends behind", { range: "bytes=10-20" }, miss],
    ["open end", { range: "bytes=10-" }, miss],
    ["suffix", { range: "bytes=-5" }, miss],
    ["no range", {}, miss],
    ["two ranges", { range: "bytes=10-11,13-14" }, miss],
    ["unsatisfiable", { range: "bytes=40-" }, miss],
    ["If-Range that holds", { range: "bytes=10-19", "if-range": '"v1"' }, "serve fresh"],
    ["If-Range that fails", { range: "bytes=10-19", "if-range": '"v2"' }, miss],
  ])("%s", (_, fields, expected) => {
    expect(decide(part(half), 0, fields)).toBe(expected);
  });

  it("HEAD is not answered from a part", () => {
    const head = request({ range: "bytes=10-19" }, { method: "HEAD" });
    expect(summary(decideReuse(head, found(part(half)), policy(), at(0)))).toBe(miss);
  });

  it("a stale part is not validated but asked for again", () => {
    expect(decide(part(half), 60, { range: "bytes=10-19" })).toBe("fetch stale");
  });
});
