import { describe, expect, it } from "vitest";
import { freshnessLifetime, secondsLeft } from "../../src/cache/freshness.ts";
import type { Lifetime } from "../../src/cache/lifetime/origin-lifetime.ts";
import type { TtlPolicy } from "../../src/cache/policy.ts";
import type { StoredResponse } from "../../src/cache/types.ts";
import { at, dateAt, type Fields, type PolicyParts, policy, stored, TARGET, ttl } from "./support.ts";

type Expected = readonly [seconds: number, source: Lifetime["source"]];
type Row = readonly [name: string, status: number, Fields, Partial<TtlPolicy>, Expected];

function lifetimeOf(
  status: number,
  fields: Fields,
  edgeTtl: Partial<TtlPolicy>,
  chosen: PolicyParts = {},
  facts: Partial<StoredResponse> = {},
): Expected {
  const response = stored(fields, { status, ...facts });
  const { seconds, source } = freshnessLifetime(response, policy({ ...chosen, edgeTtl: ttl(edgeTtl) }));
  return [seconds, source];
}

const cc = (value: string): Fields => ({ "cache-control": value });
const modified: Fields = { "last-modified": dateAt(-1000) };
const only = (first: number, last: number, seconds: number | "never") => ({
  byStatus: [{ first, last, seconds }],
});

describe("edgeTtl.byStatus decides before all else", () => {
  it.each<Row>([
    ["an error is kept when it is told", 404, {}, only(404, 404, 30), [30, "rule"]],
    ["an error of the server too", 503, {}, only(500, 599, 5), [5, "rule"]],
    ["401 too", 401, {}, only(401, 401, 5), [5, "rule"]],
    ["the first of a range", 500, {}, only(500, 599, 5), [5, "rule"]],
    ["the last of a range", 599, {}, only(500, 599, 5), [5, "rule"]],
    ["below the range", 499, {}, only(500, 599, 5), [0, "none"]],
    ["above the range", 600, {}, only(500, 599, 5), [0, "none"]],
    ["over the origin", 200, cc("max-age=60"), only(200, 200, 30), [30, "rule"]],
    ["over an override", 200, {}, { ...only(200, 200, 30), overrideSeconds: 90 }, [30, "rule"]],
    [
      "another status keeps the override",
      203,
      {},
      { ...only(200, 200, 30), overrideSeconds: 90 },
      [90, "rule"],
    ],
    ["over bounds", 200, {}, { ...only(200, 200, 30), minSeconds: 60, maxSeconds: 10 }, [30, "rule"]],
    ["zero counts", 200, cc("max-age=60"), only(200, 200, 0), [0, "rule"]],
    ["never", 200, cc("max-age=60"), only(200, 299, "never"), [0, "never"]],
    ["counted from arrival", 404, { age: "1000" }, only(404, 404, 30), [1030, "rule"]],
  ])("%s", (_, status, fields, edgeTtl, expected) => {
    expect(lifetimeOf(status, fields, edgeTtl)).toEqual(expected);
  });

  it("the first range that holds the status counts", () => {
    const byStatus = [
      { first: 404, last: 404, seconds: 30 },
      { first: 400, last: 499, seconds: "never" as const },
    ];
    expect(lifetimeOf(404, {}, { byStatus })).toEqual([30, "rule"]);
    expect(lifetimeOf(403, {}, { byStatus })).toEqual([0, "never"]);
  });
});

describe("RFC 9111 §4.2.1 edgeTtl.min and max bound what the origin says", () => {
  const least = { minSeconds: 50 };
  const most = { maxSeconds: 50 };
  it.each<Row>([
    ["raised", 200, cc("max-age=10"), least, [50, "rule"]],
    ["long enough", 200, cc("max-age=60"), least, [60, "max-age"]],
    ["raised from zero", 200, cc("max-age=0"), least, [50, "rule"]],
    ["raised from what is unreadable", 200, { expires: "0" }, least, [50, "rule"]],
    ["raised, s-maxage", 200, cc("s-maxage=10"), least, [50, "rule"]],
    ["raised, targeted", 200, { "cdn-cache-control": "max-age=10" }, least, [50, "rule"]],
    ["lowered", 200, cc("max-age=60"), most, [50, "rule"]],
    ["short enough", 200, cc("max-age=10"), most, [10, "max-age"]],
    ["lowered, Expires", 200, { expires: dateAt(60) }, most, [50, "rule"]],
    ["where both hold", 200, cc("max-age=30"), { minSeconds: 20, maxSeconds: 40 }, [30, "max-age"]],
    ["max is the last word", 200, cc("max-age=30"), { minSeconds: 40, maxSeconds: 20 }, [20, "rule"]],
    ["min counts from arrival", 200, { ...cc("max-age=100"), age: "100" }, least, [150, "rule"]],
    ["max counts from arrival", 200, { ...cc("max-age=900"), age: "100" }, most, [150, "rule"]],
    ["max does not lengthen", 200, { ...cc("max-age=120"), age: "100" }, most, [120, "max-age"]],
    ["silence has no bounds", 200, {}, least, [0, "none"]],
    ["an override has none either", 200, {}, { ...least, ...most, overrideSeconds: 10 }, [10, "rule"]],
    ["max is for every status", 404, cc("max-age=60"), most, [50, "rule"]],
    ["max for errors of the server", 503, cc("max-age=60"), most, [50, "rule"]],
    ["min is not for errors", 404, cc("max-age=10"), least, [10, "max-age"]],
    ["min is not for 5xx", 503, cc("max-age=10"), least, [10, "max-age"]],
    ["min is not for temporary redirects", 302, cc("max-age=10"), least, [10, "max-age"]],
  ])("%s", (_, status, fields, edgeTtl, expected) => {
    expect(lifetimeOf(status, fields, edgeTtl)).toEqual(expected);
  });
});

describe("edgeTtl.fallback is for silence", () => {
  const fallback = { fallbackSeconds: 60 };
  it.each<Row>([
    ["silent", 200, {}, fallback, [60, "rule"]],
    ["silent on time only", 200, cc("public"), fallback, [60, "rule"]],
    ["counted from arrival", 200, { age: "100" }, fallback, [160, "rule"]],
    ["max-age speaks", 200, cc("max-age=10"), fallback, [10, "max-age"]],
    ["max-age=0 speaks", 200, cc("max-age=0"), fallback, [0, "max-age"]],
    ["unreadable is not silent", 200, cc("max-age=x"), fallback, [0, "max-age"]],
    ["Expires speaks", 200, { expires: "0" }, fallback, [0, "expires"]],
    [
      "a targeted field without a lifetime silences the others",
      200,
      { ...cc("max-age=10"), "cdn-cache-control": "public" },
      fallback,
      [60, "rule"],
    ],
    ["within bounds", 200, {}, { ...fallback, maxSeconds: 20 }, [20, "rule"]],
    ["not for 404", 404, {}, fallback, [0, "none"]],
    ["not for 410", 410, {}, fallback, [0, "none"]],
    ["not for 302", 302, {}, fallback, [0, "none"]],
    ["not for 501", 501, {}, fallback, [0, "none"]],
  ])("%s", (_, status, fields, edgeTtl, expected) => {
    expect(lifetimeOf(status, fields, edgeTtl)).toEqual(expected);
  });

  it("comes before a guess", () => {
    expect(lifetimeOf(200, modified, fallback, { heuristicFreshness: true })).toEqual([60, "rule"]);
  });
});

describe("RFC 9111 §4.2.2 a guess within the rule's bounds", () => {
  it.each<Row>([
    ["within", 200, modified, { minSeconds: 50, maxSeconds: 150 }, [100, "heuristic"]],
    ["lowered", 200, modified, { maxSeconds: 50 }, [50, "rule"]],
    ["raised", 200, modified, { minSeconds: 150 }, [150, "rule"]],
    ["nothing to guess from, nothing to raise", 200, {}, { minSeconds: 150 }, [0, "none"]],
    ["501 is not guessed", 501, modified, {}, [0, "none"]],
    ["nor with public", 501, { ...modified, ...cc("public") }, {}, [0, "none"]],
    ["500 with public", 500, { ...modified, ...cc("public") }, {}, [0, "none"]],
    ["401 with public", 401, { ...modified, ...cc("public") }, {}, [0, "none"]],
    ["403 with public", 403, { ...modified, ...cc("public") }, {}, [0, "none"]],
    ["429 with public", 429, { ...modified, ...cc("public") }, {}, [0, "none"]],
  ])("%s", (_, status, fields, edgeTtl, expected) => {
    expect(lifetimeOf(status, fields, edgeTtl, { heuristicFreshness: true })).toEqual(expected);
  });
});

describe("errors are never kept unless the rule or the origin says so of them", () => {
  const everything = { overrideSeconds: 60, fallbackSeconds: 60, minSeconds: 60 };
  it.each([401, 403, 404, 410, 429, 500, 501, 502, 503, 504])("%i", (status) => {
    const fields = { ...(status === 404 || status === 410 ? {} : modified), ...cc("public") };
    expect(lifetimeOf(status, fields, everything, { heuristicFreshness: true })).toEqual([0, "none"]);
    expect(lifetimeOf(status, cc("max-age=5"), everything)).toEqual([5, "max-age"]);
  });
});

describe("edgeTtl.jitter", () => {
  const shortened = (seconds: number, jitter: number, facts: Partial<StoredResponse>, fields: Fields = {}) =>
    lifetimeOf(200, fields, { overrideSeconds: seconds, jitter }, {}, facts)[0];

  // From one millisecond to the next, as a burst of requests stores them. With 4,096 of 16 equal parts the
  // count of each has mean 256 and standard deviation 15.5.
  it("spreads consecutive milliseconds evenly", () => {
    const counts = new Array<number>(16).fill(0);
    for (let ms = 0; ms < 4096; ms++) {
      const instants = { requestedAt: at(0) + ms - 20, respondedAt: at(0) + ms };
      const seconds = shortened(160_000, 0.1, instants, { date: dateAt(10) });
      const place = Math.min(15, Math.floor((160_000 - seconds) / 1000));
      counts[place] = (counts[place] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(256 - 5 * 15.5);
    expect(Math.max(...counts)).toBeLessThan(256 + 5 * 15.5);
  });

  it("spreads what arrives in one millisecond by its URI", () => {
    const lifetimes = new Set<number>();
    for (let n = 0; n < 100; n++) lifetimes.add(shortened(100_000, 0.5, { uri: `${TARGET}/${n}` }));
    expect(lifetimes.size).toBeGreaterThan(95);
  });

  it.each<[string, (ms: number) => Partial<StoredResponse>]>([
    ["the request", (ms) => ({ requestedAt: at(0) - ms, respondedAt: at(0) })],
    ["the arrival", (ms) => ({ requestedAt: at(0), respondedAt: at(0) + ms })],
  ])("spreads what differs in the instant of %s only", (_, factsAt) => {
    const remaining = new Set<number>();
    for (let ms = 0; ms < 100; ms++) {
      const response = stored(cc("max-age=100000"), factsAt(ms));
      const chosen = policy({ edgeTtl: ttl({ jitter: 0.5 }) });
      remaining.add(secondsLeft(response, chosen, response.respondedAt));
    }
    expect(remaining.size).toBeGreaterThan(95);
  });

  it("is always the same for one stored response", () => {
    const facts = { uri: `${TARGET}/a`, requestedAt: at(0) - 7, respondedAt: at(0) };
    expect(shortened(1000, 0.5, facts)).toBe(shortened(1000, 0.5, { ...facts }));
  });

  it.each([0.001, 0.1, 0.5, 1])("shortens by at most %d of the lifetime, and never lengthens", (jitter) => {
    for (let ms = 0; ms < 500; ms++) {
      const seconds = shortened(1000, jitter, { requestedAt: at(0) + ms, respondedAt: at(0) + ms });
      expect(seconds).toBeLessThanOrEqual(1000);
      expect(seconds).toBeGreaterThanOrEqual(Math.max(1, Math.floor(1000 * (1 - jitter))));
    }
  });

  it("leaves a second of what lasts a second, and nothing of nothing", () => {
    for (let ms = 0; ms < 200; ms++) {
      const facts = { requestedAt: at(0) + ms, respondedAt: at(0) + ms };
      expect(shortened(1, 1, facts)).toBe(1);
      expect(shortened(0, 1, facts)).toBe(0);
    }
  });

  it("shortens what is left at arrival, so that an upstream Age does not use it up", () => {
    const edgeTtl = ttl({ jitter: 0.5 });
    for (let ms = 0; ms < 200; ms++) {
      const instants = { requestedAt: at(0) + ms, respondedAt: at(0) + ms };
      const response = stored({ ...cc("max-age=1000"), age: "900" }, instants);
      const left = secondsLeft(response, policy({ edgeTtl }), response.respondedAt);
      expect(left).toBeGreaterThanOrEqual(50);
      expect(left).toBeLessThanOrEqual(100);
    }
  });

  it("does not revive what was stale at arrival", () => {
    const response = stored({ ...cc("max-age=100"), age: "900" });
    expect(secondsLeft(response, policy({ edgeTtl: ttl({ jitter: 1 }) }), at(0))).toBe(-800);
  });

  it.each<[string, Fields, Partial<TtlPolicy>]>([
    ["the origin's", cc("max-age=100000"), {}],
    ["a fallback", {}, { fallbackSeconds: 100_000 }],
    ["byStatus", {}, only(200, 200, 100_000)],
  ])("shortens every lifetime: %s", (_, fields, edgeTtl) => {
    const [seconds] = lifetimeOf(200, fields, { ...edgeTtl, jitter: 0.5 });
    expect(seconds).toBeLessThan(100_000);
    expect(seconds).toBeGreaterThanOrEqual(50_000);
  });
});
