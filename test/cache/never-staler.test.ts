import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Policy, StaleWindow, StatusTtl, TtlPolicy } from "../../src/cache/policy.ts";
import { decideReuse } from "../../src/cache/reuse.ts";
import type { Standing } from "../../src/cache/standing.ts";
import { decideStorage } from "../../src/cache/storage.ts";
import type { StoredResponse } from "../../src/cache/types.ts";
import { asked, at, type Fields, found, policy, request, stored, ttl } from "./support.ts";

/** What the origin says, as facts; the fields are made from them. */
interface Said {
  readonly maxAge: number | null;
  readonly sMaxage: number | null;
  readonly flags: readonly string[];
  readonly staleWhileRevalidate: number | null;
  readonly staleIfError: number | null;
  /** How old it was when it arrived. */
  readonly age: number;
}

const seconds = fc.integer({ min: 0, max: 40 });
const maybe = fc.option(seconds, { nil: null });
const window = fc.option(fc.record<StaleWindow>({ seconds, override: fc.boolean() }), { nil: null });

const said = fc.record<Said>({
  maxAge: maybe,
  sMaxage: maybe,
  flags: fc.oneof(
    fc.constant([]),
    fc.subarray(["must-revalidate", "proxy-revalidate", "no-cache", "public"]),
  ),
  staleWhileRevalidate: maybe,
  staleIfError: maybe,
  age: seconds,
});

const statusTtl = fc.record<StatusTtl>({
  first: fc.constantFrom(200, 404, 500),
  last: fc.constantFrom(299, 404, 599),
  seconds: fc.oneof(seconds, fc.constant("never" as const)),
});

const ttls = fc.record<TtlPolicy>({
  overrideSeconds: maybe,
  fallbackSeconds: maybe,
  minSeconds: maybe,
  maxSeconds: maybe,
  byStatus: fc.oneof(fc.constant([]), fc.array(statusTtl, { maxLength: 2 })),
  jitter: fc.constantFrom(0, 0.1, 1),
});

const policies = fc
  .record({ edgeTtl: ttls, staleWhileRevalidate: window, staleIfError: window })
  .map((chosen) => policy(chosen));

// Mostly nothing has happened, or else nothing would ever be served.
const seldom = <Value>(values: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: values });
const instant = seconds.map((second) => at(second - 20));

const standings = fc.record<Standing>({
  invalidatedAt: seldom(instant),
  purge: fc.oneof(fc.constant(null), fc.record({ purgedAt: instant, soft: fc.boolean() })),
  mustBeNewerThanAt: seldom(instant),
});

const cases = fc.record({
  said,
  policy: policies,
  standing: standings,
  status: fc.constantFrom(200, 200, 404, 503),
  suspect: seldom(fc.constant(true)).map((suspect) => suspect ?? false),
  now: fc.integer({ min: 0, max: 60 }),
});

const RUNS = { numRuns: 3000 };

function responseOf({ said: facts, status, suspect }: { said: Said; status: number; suspect: boolean }) {
  const { maxAge, sMaxage, flags, staleWhileRevalidate, staleIfError, age } = facts;
  const values = { "max-age": maxAge, "s-maxage": sMaxage, "stale-while-revalidate": staleWhileRevalidate };
  const numbers = Object.entries({ ...values, "stale-if-error": staleIfError })
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}=${value}`);
  const fields: Fields = { "cache-control": [...flags, ...numbers].join(", "), age: String(age) };
  return stored(fields, { status, suspect });
}

/**
 * The longest that the response may count as fresh, in seconds from its arrival, told from the facts and not
 * from the fields: what docs/decisions/lifetimes.md says, in its order. Jitter only takes away.
 */
function longestFresh({ maxAge, sMaxage, age }: Said, status: number, edge: TtlPolicy): number | "never" {
  const told = edge.byStatus.find(({ first, last }) => status >= first && status <= last);
  if (told) return told.seconds;
  const isGood = status === 200;
  if (isGood && edge.overrideSeconds !== null) return edge.overrideSeconds;
  const own = sMaxage ?? maxAge;
  const given = own === null ? (isGood ? edge.fallbackSeconds : null) : own - age;
  if (given === null) return -age;
  const raised = isGood ? Math.max(given, edge.minSeconds ?? given) : given;
  return Math.min(raised, edge.maxSeconds ?? raised);
}

function longestStale(
  own: number | null,
  rule: StaleWindow | null,
  flags: readonly string[],
  sMaxage: number | null,
) {
  if (flags.includes("no-cache")) return 0;
  const forbidden = sMaxage !== null || flags.some((flag) => flag.endsWith("-revalidate"));
  if (rule !== null) return forbidden && !rule.override ? 0 : rule.seconds;
  return forbidden ? 0 : (own ?? 0);
}

/** Whether anything forbids to use the response without asking the origin, however fresh it is. */
function isBarred({ suspect, requestedAt }: StoredResponse, { flags }: Said, standing: Standing): boolean {
  const { invalidatedAt, purge, mustBeNewerThanAt } = standing;
  const cover = (instant: number | null) => instant !== null && requestedAt <= instant;
  return (
    suspect ||
    flags.includes("no-cache") ||
    cover(invalidatedAt) ||
    cover(mustBeNewerThanAt) ||
    (purge !== null && !purge.soft && cover(purge.purgedAt))
  );
}

function secondsSinceSoftPurge(
  { requestedAt }: StoredResponse,
  { purge }: Standing,
  now: number,
): number | null {
  if (purge === null || !purge.soft || requestedAt > purge.purgedAt) return null;
  return Math.max(0, (at(now) - purge.purgedAt) / 1000);
}

type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never;

/** For how many seconds the response has been stale at least, or null where it may still be fresh. */
function staleFor(response: StoredResponse, each: Case): number | null {
  const fresh = longestFresh(each.said, each.status, each.policy.edgeTtl);
  if (fresh === "never") return Number.POSITIVE_INFINITY;
  const purged = secondsSinceSoftPurge(response, each.standing, each.now);
  if (each.now < fresh && purged === null) return null;
  return Math.max(each.now - fresh, purged ?? 0);
}

function windowOf(
  { said: facts, policy: chosen }: Case,
  which: "staleWhileRevalidate" | "staleIfError",
): number {
  return longestStale(facts[which], chosen[which], facts.flags, facts.sMaxage);
}

describe("whatever the rules, nothing is served staler than they and the origin allow", () => {
  it("from the cache (RFC 9111 §4.2.4, RFC 5861 §3)", () => {
    const seen = { serve: 0, "serve-stale": 0 };
    fc.assert(
      fc.property(cases, (each) => {
        const response = responseOf(each);
        const decision = decideReuse(request(), found(response, each.standing), each.policy, at(each.now));
        if (decision.kind !== "serve" && decision.kind !== "serve-stale") return;
        seen[decision.kind]++;
        expect(isBarred(response, each.said, each.standing)).toBe(false);
        const stale = staleFor(response, each);
        if (decision.kind === "serve") expect(stale).toBeNull();
        // Jitter may have made stale what else would be fresh.
        if (stale !== null) expect(stale).toBeLessThan(windowOf(each, "staleWhileRevalidate"));
      }),
      RUNS,
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(50);
  });

  it("in place of an error (RFC 5861 §4)", () => {
    let served = 0;
    fc.assert(
      fc.property(cases, (each) => {
        const response = responseOf(each);
        const answer = { kind: "failure", failure: "origin-timeout", retryAfterSeconds: null } as const;
        const facts = asked({ stored: response, ...each.standing });
        const decision = decideStorage(request(), answer, facts, each.policy, at(each.now));
        if (decision.kind !== "serve-stale") return;
        served++;
        expect(isBarred(response, each.said, each.standing)).toBe(false);
        const stale = staleFor(response, each);
        if (stale !== null) expect(stale).toBeLessThan(windowOf(each, "staleIfError"));
      }),
      RUNS,
    );
    expect(served).toBeGreaterThan(50);
  });

  it("and without jitter nothing is asked for that could be served fresh", () => {
    fc.assert(
      fc.property(cases, (each) => {
        const chosen: Policy = { ...each.policy, edgeTtl: ttl({ ...each.policy.edgeTtl, jitter: 0 }) };
        const response = responseOf(each);
        if (isBarred(response, each.said, each.standing) || staleFor(response, each) !== null) return;
        const decision = decideReuse(request(), found(response, each.standing), chosen, at(each.now));
        expect(decision).toEqual({ kind: "serve", reason: "fresh" });
      }),
      RUNS,
    );
  });
});
