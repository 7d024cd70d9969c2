import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addFacts,
  countFacts,
  emptyPurges,
  factsIn,
  forgetUntil,
  PURGE_SCOPES,
  type PurgeFact,
  type PurgeScope,
  type Purges,
  purgeAt,
  purgeOf,
} from "../../src/purge/purge.ts";
import { stored } from "../cache/support.ts";

const REQUESTED_AT = 1000;
const MINUTE_MS = 60_000;

const RESPONSE = stored(
  {},
  {
    uri: "https://api.example.com/products/7?page=1",
    rule: "products",
    tags: ["product:7", "product"],
    requestedAt: REQUESTED_AT,
  },
);

function fact(scope: PurgeScope, value: string, at = REQUESTED_AT, soft = false): PurgeFact {
  return { scope, value, at, soft };
}

function index(facts: readonly PurgeFact[], skewMs = 0): Purges {
  const purges = emptyPurges(skewMs);
  addFacts(purges, facts);
  return purges;
}

describe("what a purge is about", () => {
  test.each<[scope: PurgeScope, value: string, applies: boolean]>([
    ["url", "api.example.com/products/7?page=1", true],
    ["url", "api.example.com/products/7", false],
    ["url", "https://api.example.com/products/7?page=1", false],
    ["path", "api.example.com/products/7", true],
    ["path", "api.example.com/products", false],
    ["path", "api.example.com/products/7?page=1", false],
    ["path", "/products/7", false],
    ["prefix", "api.example.com/products", true],
    ["prefix", "api.example.com/prod", true],
    ["prefix", "api.example.com/products/7?pa", true],
    ["prefix", "api.example.com/products/7?page=1", true],
    ["prefix", "api.example.com/products/7?page=12", false],
    ["prefix", "api.example.com/Products", false],
    ["prefix", "pi.example.com/", false],
    ["prefix", "https://api.example.com/", false],
    ["tag", "product", true],
    ["tag", "product:7", true],
    ["tag", "product:8", false],
    ["tag", "Product", false],
    ["rule", "products", true],
    ["rule", "product", false],
    ["host", "api.example.com", true],
    ["host", "example.com", false],
    ["host", "api.example.com:8080", false],
    ["everything", "", true],
  ])("%s %s: %s", (scope, value, applies) => {
    expect(purgeOf(RESPONSE, index([fact(scope, value)])) !== null).toBe(applies);
  });

  test("an address goes by whichever scheme it was asked for", () => {
    const response = { ...RESPONSE, uri: "http://api.example.com/products/7?page=1" };
    expect(purgeOf(response, index([fact("url", "api.example.com/products/7?page=1")]))).not.toBeNull();
  });

  test("a host is named with the port that the URI has", () => {
    const response = { ...RESPONSE, uri: "http://localhost:8787/" };
    expect(purgeOf(response, index([fact("host", "localhost:8787")]))).not.toBeNull();
    expect(purgeOf(response, index([fact("host", "localhost")]))).toBeNull();
  });

  test("what no rule stored falls under no rule's purge", () => {
    const response = { ...RESPONSE, rule: null };
    expect(purgeOf(response, index([fact("rule", "null"), fact("rule", "")]))).toBeNull();
  });

  test.each(["__proto__", "constructor", "toString"])("the tag %s is a tag like any other", (tag) => {
    const response = { ...RESPONSE, tags: [tag] };
    expect(purgeOf(response, index([fact("tag", "product")]))).toBeNull();
    expect(purgeOf(response, index([fact("tag", tag)]))).not.toBeNull();
  });
});

describe("when a purge applies", () => {
  test.each<[name: string, at: number, skewMs: number, applies: boolean]>([
    ["purged after the request", 1001, 0, true],
    ["purged in the instant of the request", 1000, 0, true],
    ["purged before the request", 999, 0, false],
    ["requested ahead of the log, within the allowance", 999, 1, true],
    ["requested two seconds ahead of the log", -1000, 2000, true],
    ["requested further ahead than the allowance", -1001, 2000, false],
  ])("%s: %s", (_, at, skewMs, applies) => {
    const verdict = purgeOf(RESPONSE, index([fact("tag", "product", at)], skewMs));
    expect(verdict?.purgedAt ?? null).toBe(applies ? at + skewMs : null);
  });

  test("a response in flight is purged: what counts is when it was requested, not when it arrived", () => {
    const inFlight = { ...RESPONSE, requestedAt: 1000, respondedAt: 9000 };
    expect(purgeOf(inFlight, index([fact("tag", "product", 5000)]))).toMatchObject({ purgedAt: 5000 });
  });
});

describe("which of several purges decides", () => {
  const soft = true;
  test.each<[name: string, facts: PurgeFact[], expected: { purgedAt: number; soft: boolean } | null]>([
    ["none", [], null],
    [
      "the latest hard one",
      [fact("tag", "product", 2000), fact("host", "api.example.com", 3000), fact("rule", "products", 1500)],
      { purgedAt: 3000, soft: false },
    ],
    [
      "the earliest soft one after the request",
      [
        fact("tag", "product", 900, soft),
        fact("rule", "products", 2000, soft),
        fact("everything", "", 3000, soft),
      ],
      { purgedAt: 2000, soft: true },
    ],
    [
      "a hard one before a later soft one",
      [fact("tag", "product", 2000), fact("tag", "product", 3000, soft)],
      { purgedAt: 2000, soft: false },
    ],
    [
      "a soft one where the hard one came before the request",
      [fact("tag", "product", 900), fact("tag", "product", 3000, soft)],
      { purgedAt: 3000, soft: true },
    ],
    [
      "of one scope and value the latest, also when it is learnt first",
      [fact("tag", "product", 3000), fact("tag", "product", 2000)],
      { purgedAt: 3000, soft: false },
    ],
  ])("%s", (_, facts, expected) => {
    const verdict = purgeOf(RESPONSE, index(facts));
    if (expected === null) expect(verdict).toBeNull();
    else expect(verdict).toMatchObject(expected);
  });

  test("of soft ones of one scope and value the earliest after the request: a repeated one prolongs nothing", () => {
    const repeated = [900, 2000, 3000].map((minute) => fact("tag", "product", minute * MINUTE_MS, soft));
    const response = { ...RESPONSE, requestedAt: 1000 * MINUTE_MS };
    for (const facts of [repeated, repeated.toReversed()]) {
      expect(purgeOf(response, index(facts))).toMatchObject({ purgedAt: 2000 * MINUTE_MS, soft });
    }
  });

  test.each<[name: string, requestedAt: number, skewMs: number, purgedAt: number]>([
    ["before the first of a minute: that", 10_000, 0, 20_000],
    ["between two of a minute: its request, since others may have come between", 30_000, 0, 30_000],
    ["the same, with an allowance for clocks", 32_000, 2000, 32_000],
    ["before the first of the next minute: that", 59_000, 0, 61_000],
  ])("a copy requested %s", (_, requestedAt, skewMs, purgedAt) => {
    const facts = [20_000, 40_000, 58_000, 61_000].map((at) => fact("tag", "product", at, soft));
    expect(purgeOf({ ...RESPONSE, requestedAt }, index(facts, skewMs))).toMatchObject({ purgedAt });
  });

  test("a copy that has been purged softly more often than is kept counts as stale since its request", () => {
    const facts = Array.from({ length: 33 }, (_, n) => fact("tag", "product", (n + 1) * MINUTE_MS, soft));
    const purgedAt = (requestedAt: number) => purgeOf({ ...RESPONSE, requestedAt }, index(facts))?.purgedAt;
    expect(purgedAt(5)).toBe(5);
    expect(purgedAt(2 * MINUTE_MS + 5)).toBe(3 * MINUTE_MS);
  });

  test("the verdict names its scope and value", () => {
    expect(purgeOf(RESPONSE, index([fact("prefix", "api.example.com/products", 2000)]))).toEqual({
      purgedAt: 2000,
      soft: false,
      scope: "prefix",
      value: "api.example.com/products",
    });
  });
});

describe("as long as the purges of the past are not known", () => {
  test.each<[name: string, doubtedAt: number, facts: PurgeFact[], expected: object | null]>([
    ["what is older counts as stale", 2000, [], { purgedAt: 2000, soft: true }],
    ["what is newer does not", 999, [], null],
    ["a hard purge decides all the same", 2000, [fact("tag", "product", 1500)], { soft: false }],
    [
      "an earlier soft purge decides all the same",
      2000,
      [fact("tag", "product", 1500, true)],
      { purgedAt: 1500 },
    ],
    ["a later one does not", 2000, [fact("tag", "product", 2500, true)], { purgedAt: 2000 }],
  ])("%s", (_, doubtedAt, facts, expected) => {
    const purges = index(facts);
    purges.doubtedAt = doubtedAt;
    const verdict = purgeOf(RESPONSE, purges);
    if (expected === null) expect(verdict).toBeNull();
    else expect(verdict).toMatchObject(expected);
  });
});

describe("what an index holds", () => {
  test("the latest hard one of each scope and value, and of soft ones the ends of each minute", () => {
    const purges = index([
      fact("tag", "a", 1),
      fact("tag", "a", 3),
      fact("tag", "a", 2),
      fact("rule", "a", 1),
      ...[6, 4, 5, MINUTE_MS].map((at) => fact("tag", "a", at, true)),
    ]);
    expect([...factsIn(purges)]).toEqual([
      fact("rule", "a", 1),
      fact("tag", "a", 3),
      fact("tag", "a", 4, true),
      fact("tag", "a", 6, true),
      fact("tag", "a", MINUTE_MS, true),
    ]);
    expect(countFacts(purges)).toBe(5);
  });

  test("a hard purge of everything takes along what it covers, whichever is learnt first", () => {
    const earlier = [fact("tag", "a", 1), fact("prefix", "b", 2, true)];
    const everything = fact("everything", "", 2);
    const later = fact("tag", "a", 3);
    expect([...factsIn(index([...earlier, everything, later]))]).toEqual([everything, later]);
    expect([...factsIn(index([later, everything, ...earlier]))]).toEqual([everything, later]);
  });

  test("never more of one scope and value than a full list, however often it is purged softly", () => {
    const often = Array.from({ length: 10_000 }, (_, n) => fact("tag", "a", n * 7000, true));
    expect(countFacts(index(often))).toBe(32);
  });

  test("what is forgotten no longer applies, and its prefix lengths are not tried", () => {
    const purges = index([fact("prefix", "api.example.com/p", 1000), fact("prefix", "api", 2000)]);
    forgetUntil(purges, 1000);
    expect([...factsIn(purges)]).toEqual([fact("prefix", "api", 2000)]);
    expect(purges.hard.prefixLengths).toEqual([3]);
  });
});

describe("the cost of a verdict", () => {
  /** Counts the look-ups in the maps of an index. */
  function lookUps(purges: Purges, response = RESPONSE): number {
    let count = 0;
    for (const { byValue } of [purges.hard, purges.soft].flatMap((layer) => Object.values(layer.scopes))) {
      const get = byValue.get.bind(byValue);
      byValue.get = (key) => {
        count++;
        return get(key);
      };
    }
    purgeOf(response, purges);
    return count;
  }

  const many = (at: number) => Array.from({ length: 1000 }, (_, n) => fact("tag", `other:${n}`, at));
  const prefixes = (count: number, at = 2000) =>
    Array.from({ length: count }, (_, n) => fact("prefix", `api.example.com/${n + 100_000}`, at));

  test.each<[name: string, facts: PurgeFact[], expected: number]>([
    ["nothing purged since the request: none", many(999), 0],
    ["one for each tag and each other scope, however many purges", many(2000), 7],
    ["one for each length of a prefix, however many prefixes", prefixes(1000), 6],
    ["none for prefixes that are older than the request", [...prefixes(9, 999), ...many(2000)], 7],
  ])("%s", (_, facts, expected) => {
    expect(lookUps(index(facts))).toBe(expected);
  });
});

describe("the index against all facts, one by one", () => {
  const texts = fc.constantFrom("a", "b", "ab", "https://a/", "https://a/b", "a/", "a/b", "a/b?c", "");
  const minutes = fc.integer({ min: 0, max: 20 }).map((minute) => minute * MINUTE_MS);
  const facts = fc.record({
    scope: fc.constantFrom(...PURGE_SCOPES),
    value: texts,
    at: minutes,
    soft: fc.boolean(),
  });
  const skews = fc.nat(3).map((minute) => minute * MINUTE_MS);
  const normal = facts.map((made) => (made.scope === "everything" ? { ...made, value: "" } : made));
  /** Many of few values, several within a minute. */
  const crowded = fc
    .record({ minute: fc.nat(40), second: fc.nat(59), soft: fc.boolean() })
    .map(({ minute, second, soft }) => fact("tag", "a", minute * MINUTE_MS + second * 1000, soft));
  const responses = fc.record({
    uri: fc.constantFrom("https://a/", "https://a/b", "https://a/b?c", "https://b/a", "http://a/b"),
    rule: fc.option(texts),
    tags: fc.array(texts, { maxLength: 3 }),
    requestedAt: minutes,
  });

  function isAbout({ scope, value }: PurgeFact, { uri, rule, tags }: typeof RESPONSE): boolean {
    const [, place = ""] = uri.split("//");
    switch (scope) {
      case "everything":
        return true;
      case "host":
        return place.split("/")[0] === value;
      case "path":
        return place.split("?")[0] === value;
      case "prefix":
        return place.startsWith(value);
      case "url":
        return place === value;
      case "rule":
        return rule === value;
      case "tag":
        return tags.includes(value);
      default:
        return scope satisfies never;
    }
  }

  /** As purgeOf is described, by walking all facts. */
  function naive(response: typeof RESPONSE, all: readonly PurgeFact[], skewMs: number) {
    const instants = (soft: boolean) =>
      all
        .filter((made) => made.soft === soft && made.at + skewMs >= response.requestedAt)
        .filter((made) => isAbout(made, response))
        .map(({ at }) => at + skewMs);
    const hard = instants(false);
    if (hard.length > 0) return { purgedAt: Math.max(...hard), soft: false };
    const soft = instants(true);
    return soft.length > 0 ? { purgedAt: Math.min(...soft), soft: true } : null;
  }

  test("gives the same verdict", () => {
    fc.assert(
      fc.property(fc.array(normal, { maxLength: 12 }), responses, skews, (all, response, skewMs) => {
        const whole = { ...RESPONSE, ...response };
        const verdict = purgeOf(whole, index(all, skewMs));
        const expected = naive(whole, all, skewMs);
        if (expected === null) expect(verdict).toBeNull();
        else expect(verdict).toMatchObject(expected);
      }),
      { numRuns: 2000 },
    );
  });

  test("where there are many within a minute: finds the same copies stale, since their first purge or a little longer", () => {
    const often = fc.array(fc.integer({ min: 0, max: 5000 }), { minLength: 1, maxLength: 150 });
    fc.assert(
      fc.property(often, fc.integer({ min: 0, max: 5000 }), (seconds, second) => {
        const all = seconds.map((each) => fact("tag", "product", each * 1000, true));
        const response = { ...RESPONSE, requestedAt: second * 1000 };
        const verdict = purgeOf(response, index(all));
        const expected = naive(response, all, 0);
        expect(verdict === null).toBe(expected === null);
        if (verdict === null || expected === null) return;
        expect(verdict.purgedAt).toBeLessThanOrEqual(expected.purgedAt);
        expect(verdict.purgedAt).toBeGreaterThanOrEqual(response.requestedAt);
      }),
      { numRuns: 1000 },
    );
  });

  test("holds the same whatever the order and repetition in which facts are learnt", () => {
    fc.assert(
      fc.property(fc.array(crowded, { maxLength: 60 }), (all) => {
        const once = new Set([...factsIn(index(all))].map((made) => JSON.stringify(made)));
        const again = new Set(
          [...factsIn(index([...all.toReversed(), ...all]))].map((made) => JSON.stringify(made)),
        );
        expect(again).toEqual(once);
      }),
    );
  });
});

describe("for an instant: what claims to be requested later", () => {
  const everything = { soft: true, scope: "everything", value: "", purgedAt: REQUESTED_AT };
  test.each<[name: string, now: number, facts: readonly PurgeFact[], verdict: object | null]>([
    ["by less than clocks differ", REQUESTED_AT - 10, [], null],
    ["by more: no purge can be compared with it", REQUESTED_AT - 11, [], everything],
    ["by more, and a purge that misses it", REQUESTED_AT - 11, [fact("tag", "product", 900)], everything],
    ["by more, and a purge all the same", 0, [fact("tag", "product")], { soft: false, scope: "tag" }],
    ["not at all", REQUESTED_AT, [], null],
  ])("%s", (_, now, facts, verdict) => {
    const found = purgeAt(RESPONSE, index(facts, 10), now);
    expect(found).toEqual(verdict && expect.objectContaining(verdict));
  });
});
