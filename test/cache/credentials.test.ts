import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { KeyedField, Scope } from "../../src/cache/policy.ts";
import type { Reason } from "../../src/cache/reasons.ts";
import { decideReuse } from "../../src/cache/reuse.ts";
import { type Asked, decideStorage } from "../../src/cache/storage.ts";
import { whyNotStorable } from "../../src/cache/storing/storable.ts";
import {
  arrival,
  asked,
  at,
  dateAt,
  type Fields,
  found,
  key,
  type PolicyParts,
  policy,
  request,
  SCOPES,
  stored,
  ttl,
} from "./support.ts";

const cc = (value: string): Fields => ({ "cache-control": value });
const fallback = { edgeTtl: ttl({ fallbackSeconds: 60 }) };

function why(asking: Fields, fields: Fields, chosen: PolicyParts = {}, status = 200): Reason | null {
  return whyNotStorable(request(asking), stored(fields, { status }), policy(chosen));
}

describe("RFC 9111 §3.5 Authorization, where the key holds who is asking", () => {
  const sent = { authorization: "Bearer x" };
  it.each<[string, Scope, Reason | null]>([
    ["everybody", SCOPES.shared, "authorization"],
    ["one user, by Authorization", SCOPES.authorization, null],
    ["one user, by a claim of the bearer token", SCOPES.claim, null],
    ["one user, by a cookie: the key does not hold it", SCOPES.cookie, "authorization"],
    ["one user, by a claim of a cookie's token: nor here", SCOPES.cookieClaim, "authorization"],
    ["a class of users, by the bearer token", SCOPES.claims, null],
    ["a class of users, by a cookie's token", SCOPES.cookieClaims, "authorization"],
  ])("%s", (_, scope, expected) => {
    expect(why(sent, cc("max-age=60"), { scope })).toBe(expected);
    expect(why(sent, {}, { scope, ...fallback })).toBe(expected);
  });
});

describe("RFC 9111 §5.2.2.7 private, where copies are for one user", () => {
  it.each<[string, Scope, Reason | null]>([
    ["everybody", SCOPES.shared, "private"],
    ["one user, by Authorization", SCOPES.authorization, null],
    ["one user, by a cookie", SCOPES.cookie, null],
    ["one user, by a claim", SCOPES.claim, null],
    ["a class of users is more than one", SCOPES.claims, "private"],
  ])("%s", (_, scope, expected) => {
    expect(why({}, cc("private, max-age=60"), { scope })).toBe(expected);
  });

  it("allows to keep any status, as a private cache may (§3)", () => {
    const fields = { ...cc("private"), etag: '"v1"' };
    expect(why({}, fields, { scope: SCOPES.authorization }, 302)).toBeNull();
  });

  it.each<[string, Fields, Reason]>([
    ["no-store", cc("private, no-store, max-age=60"), "no-store"],
    ["Set-Cookie", { ...cc("max-age=60"), "set-cookie": "a=b" }, "set-cookie"],
    ["an event stream", { ...cc("max-age=60"), "content-type": "text/event-stream" }, "event-stream"],
    ["Vary: *", { ...cc("max-age=60"), vary: "*" }, "vary-star"],
  ])("does not lift %s", (_, fields, expected) => {
    expect(why({ authorization: "Bearer x" }, fields, { scope: SCOPES.authorization })).toBe(expected);
  });
});

describe("requestCookies: respect", () => {
  const sent = { cookie: "sid=1; theme=dark" };
  const keyed = (...names: string[]) => ({ key: key({ cookies: names.map(byValue) }) });
  const refused = "request-cookies";
  it.each<[string, Fields, PolicyParts, Reason | null]>([
    ["an override is the rule's word alone", {}, { edgeTtl: ttl({ overrideSeconds: 60 }) }, refused],
    ["a fallback", {}, fallback, refused],
    ["byStatus", {}, { edgeTtl: ttl({ byStatus: [{ first: 200, last: 200, seconds: 60 }] }) }, refused],
    ["a guess", { "last-modified": dateAt(-1000) }, { heuristicFreshness: true }, refused],
    [
      "a lifetime of zero that the rule raises",
      cc("max-age=0"),
      { edgeTtl: ttl({ minSeconds: 60 }) },
      refused,
    ],
    ["one that it overrides", cc("max-age=0"), { edgeTtl: ttl({ overrideSeconds: 60 }) }, refused],
    ["a window on errors", { etag: '"v1"' }, { staleIfErrorSeconds: 60 }, refused],
    [
      "a window while revalidating",
      { ...cc("max-age=0"), etag: '"v1"' },
      { staleWhileRevalidateSeconds: 60 },
      refused,
    ],
    ["a client that accepts what is stale", { etag: '"v1"' }, { clientDirectives: "honor" }, refused],
    ["the origin's own lifetime", cc("max-age=60"), {}, null],
    ["the origin's own, overridden", cc("max-age=60"), { edgeTtl: ttl({ overrideSeconds: 90 }) }, null],
    ["the origin's own, with a window", cc("max-age=60"), { staleIfErrorSeconds: 60 }, null],
    ["the origin's Expires", { expires: dateAt(60) }, fallback, null],
    ["for validation only", { etag: '"v1"' }, {}, null],
    ["every cookie is in the key", {}, { ...fallback, ...keyed("sid", "theme") }, null],
    ["one of them is not", {}, { ...fallback, ...keyed("sid") }, refused],
    ["names are case-sensitive", {}, { ...fallback, ...keyed("SID", "theme") }, refused],
    ["copies for one user", {}, { ...fallback, scope: SCOPES.cookie }, null],
    ["copies for a class of users", {}, { ...fallback, scope: SCOPES.claims }, refused],
  ])("%s", (_, fields, chosen, expected) => {
    expect(why(sent, fields, chosen)).toBe(expected);
  });

  it("the token's own cookie is in the key of a class of users", () => {
    const chosen = { ...fallback, scope: SCOPES.cookieClaims };
    expect(why({ cookie: "jwt=a.b.c" }, {}, chosen)).toBeNull();
    expect(why({ cookie: "jwt=a.b.c; sid=1" }, {}, chosen)).toBe(refused);
  });

  it("without cookies there is nothing to respect", () => {
    expect(why({}, {}, fallback)).toBeNull();
  });

  function byValue(name: string): KeyedField {
    return { name, by: "value" };
  }
});

describe("nobody is given a copy made under somebody's cookies on our word alone", () => {
  const window = fc.constantFrom(null, { seconds: 50, override: true }, { seconds: 50, override: false });
  const maybe = fc.constantFrom(null, 0, 50);
  const chosen = fc.record({
    edgeTtl: fc.record({ fallbackSeconds: maybe, minSeconds: maybe, overrideSeconds: maybe }).map(ttl),
    staleWhileRevalidate: window,
    staleIfError: window,
    heuristicFreshness: fc.boolean(),
    clientDirectives: fc.constantFrom("honor" as const, "ignore" as const),
  });
  const directives = [
    "max-age=0",
    "public",
    "must-revalidate",
    "stale-if-error=50",
    "stale-while-revalidate=50",
  ];
  const given = fc.record({
    cacheControl: fc.subarray([...directives, "no-cache", "proxy-revalidate"]).map((list) => list.join(", ")),
    validator: fc.constantFrom<Fields>({}, { etag: '"v1"' }, { "last-modified": dateAt(-1000) }),
  });

  it("neither from the cache nor in place of an error", () => {
    let kept = 0;
    fc.assert(
      fc.property(
        chosen,
        given,
        fc.integer({ min: 0, max: 120 }),
        (parts, { cacheControl, validator }, now) => {
          const rules = policy(parts);
          const response = stored({ ...cc(cacheControl), ...validator });
          if (whyNotStorable(request({ cookie: "sid=1" }), response, rules) !== null) return;
          kept++;
          const other = request({ cookie: "sid=2", ...cc("max-stale, stale-if-error=50") });
          const reuse = decideReuse(other, found(response), rules, at(now));
          const failure = { kind: "failure", failure: "origin-timeout", retryAfterSeconds: null } as const;
          const onError = decideStorage(other, failure, asked({ stored: response }), rules, at(now));
          expect([reuse.kind, onError.kind]).toEqual(["revalidate", "fail"]);
        },
      ),
      { numRuns: 2000 },
    );
    expect(kept).toBeGreaterThan(50);
  });
});

describe("what one client's credentials brought back says nothing of the copy of all others", () => {
  const shared = { ...fallback };
  const before = stored({ etag: '"v1"' });

  it.each<[string, Fields]>([
    ["authorization", { authorization: "Bearer x" }],
    ["request-cookies", { cookie: "sid=1" }],
  ])("%s: neither freshened nor forgotten nor put in doubt", (reason, asking) => {
    expect(decide(304, asking, { conditional: true })).toMatchObject({ kind: "freshen", copy: "leave" });
    expect(decide(200, asking, { method: "HEAD" })).toEqual({ kind: "pass-through", reason, update: null });
  });

  it("is freshened where the copy is the client's own", () => {
    const scope = SCOPES.authorization;
    const asking = { authorization: "Bearer x", cookie: "sid=1" };
    const decision = decide(304, asking, { conditional: true }, { scope });
    expect(decision).toMatchObject({ kind: "freshen", copy: "update" });
  });

  function decide(status: number, asking: Fields, facts: Partial<Asked>, chosen: PolicyParts = {}) {
    const head = request(asking, { method: facts.method ?? "GET" });
    const answer = { kind: "response", arrival: arrival(status) } as const;
    const state = asked({ stored: before, ...facts });
    return decideStorage(head, answer, state, policy({ ...shared, ...chosen }), at(101));
  }
});

describe("a status that the rule never keeps", () => {
  const never = (first: number, last: number) => ({
    edgeTtl: ttl({ byStatus: [{ first, last, seconds: "never" as const }] }),
  });
  it.each<[string, Fields, number, PolicyParts, Reason | null]>([
    ["over the origin's lifetime", cc("public, max-age=60"), 200, never(200, 299), "status-never"],
    ["outside of the range", cc("max-age=60"), 200, never(201, 299), null],
    ["an error with a lifetime", cc("max-age=60"), 503, never(500, 599), "status-never"],
    ["no-store is the more telling reason", cc("no-store"), 200, never(200, 200), "no-store"],
  ])("%s", (_, fields, status, chosen, expected) => {
    expect(why({}, fields, chosen, status)).toBe(expected);
  });

  it.each([404, 503])("an error is stored where it is told: %i", (status) => {
    const chosen = { edgeTtl: ttl({ byStatus: [{ first: 400, last: 599, seconds: 5 }] }) };
    expect(why({}, {}, chosen, status)).toBeNull();
  });

  it("a copy that is confirmed under such a rule is forgotten", () => {
    const facts = asked({ stored: stored({ ...cc("max-age=60"), etag: '"v1"' }), conditional: true });
    const answer = { kind: "response", arrival: arrival(304) } as const;
    const decision = decideStorage(request(), answer, facts, policy(never(200, 200)), at(101));
    expect(decision).toMatchObject({ kind: "freshen", copy: "forget" });
  });
});
