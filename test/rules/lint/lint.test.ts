import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Template } from "../../../src/cache/policy.ts";
import operatorRules from "../../../src/cache-rules.ts";
import { covers } from "../../../src/rules/lint/cover.ts";
import { coversPath } from "../../../src/rules/lint/cover-path.ts";
import { lintRules } from "../../../src/rules/lint/lint.ts";
import { type Deployment, formatWarning } from "../../../src/rules/lint/warning.ts";
import { conditionsOf } from "../../../src/rules/match/condition.ts";
import { compilePath } from "../../../src/rules/match/path-pattern.ts";
import type { Rule, RuleMatch, RuleSet } from "../../../src/rules/rule.ts";
import { key, literal, type PolicyParts, policy, SCOPES, template, ttl } from "../../cache/support.ts";
import { ask, match, rule, ruleSet } from "../support.ts";

const NOTHING: Deployment = { workersDev: false, routes: 1, rateLimits: [], services: [], certificates: [] };

/** Each warning as its rule, its key and its code. */
function warned(
  rules: readonly Rule[],
  facts: Partial<RuleSet> = {},
  deployment?: Deployment,
): readonly string[] {
  return lintRules(ruleSet(rules, facts), deployment)
    .filter(({ code }) => !UNWISE.has(code))
    .map(({ index, key: path, code }) => `${index ?? "-"} ${path} ${code}`);
}

// These have tables of their own (lint-unwise.test.ts): hardly a rule below has a window.
const UNWISE = new Set<string>(["no-stale-if-error", "cookie-key"]);

const passing: PolicyParts = { action: "pass" };
const named = (name: string, wanted: boolean | string[] | RegExp) => [{ name, wanted }];
const ten = { edgeTtl: ttl({ overrideSeconds: 600 }), requestCookies: "ignore" } satisfies PolicyParts;

test("the delivered file has no warnings", () => {
  expect(lintRules(operatorRules, NOTHING)).toEqual([]);
});

describe("a rule that no request reaches", () => {
  type Row = readonly [earlier: Partial<RuleMatch>, later: Partial<RuleMatch>, expected: boolean];
  test.each<Row>([
    [{}, { path: ["/a"] }, true],
    [{ path: ["/a"] }, {}, false],
    [{ path: ["/a"] }, { path: ["/a"] }, true],
    [{ path: ["/a"], method: ["GET"] }, { path: ["/a"] }, false],
    [{ path: ["/a"] }, { path: ["/a"], method: ["GET"] }, true],
    [{ method: ["GET", "POST"] }, { method: ["HEAD"] }, true],
    [{ method: ["HEAD"] }, { method: ["GET"] }, false],
    [{ path: ["/blog/*"] }, { path: ["/blog/a", "/blog/:id"] }, true],
    [{ path: ["/blog/*"] }, { path: ["/blog"] }, false],
    [{ path: ["/:a/:b"] }, { path: ["/x/:id"] }, true],
    [{ path: ["/x/:id"] }, { path: ["/:a/:b"] }, false],
    [{ path: ["/a/:id"] }, { path: ["/a/:other"] }, true],
    [{ path: ["/:a/:b"] }, { path: ["//:b"] }, false],
    [{ path: ["/a/b*"] }, { path: ["/a/bc/:d"] }, true],
    [{ path: ["/a/b*"] }, { path: ["/a/*"] }, false],
    [{ path: ["/a/:id(\\d+)"] }, { path: ["/a/:id"] }, false],
    [{ path: ["/a/:id(\\d+)"] }, { path: ["/a/7"] }, true],
    [{ host: ["*.a.test"] }, { host: ["x.a.test"] }, true],
    [{ host: ["*.a.test"] }, { host: ["a.test"] }, false],
    [{ host: ["*.a.test"] }, { host: ["*.b.a.test"] }, true],
    [{ extension: ["css", "js"] }, { extension: ["js"], path: ["/a/*"] }, true],
    [{ headers: named("x", true) }, { headers: named("x", ["1"]) }, true],
    [{ headers: named("x", ["1"]) }, { headers: named("x", true) }, false],
    [{ headers: named("x", ["1", "2"]) }, { headers: named("x", ["2"]) }, true],
    [{ headers: named("x", /^\d$/) }, { headers: named("x", ["2", "3"]) }, true],
    [{ headers: named("x", /^\d$/) }, { headers: named("x", ["2", "a"]) }, false],
    [{ cookies: named("x", /a/) }, { cookies: named("x", /a/), country: ["DE"] }, true],
    [{ cookies: named("x", /a/) }, { cookies: named("x", /a/i) }, false],
    [{ query: named("x", false) }, { query: named("x", true) }, false],
    [{ country: ["DE", "AT"] }, { country: ["AT"] }, true],
    [{ ip: ["192.0.2.0/24"] }, { ip: ["192.0.2.128/25", "192.0.2.1"] }, true],
    [{ ip: ["192.0.2.0/25"] }, { ip: ["192.0.2.0/24"] }, false],
    [{ bot: true }, { bot: ["AI"] }, true],
    [{ bot: ["AI"] }, { bot: true }, false],
    [{ not: [match({ country: ["DE"] })] }, { not: [match({ country: ["DE", "AT"] })] }, true],
    [{ not: [match({ country: ["DE", "AT"] })] }, { not: [match({ country: ["DE"] })] }, false],
    [{ any: [match({ path: ["/a"] }), match({ path: ["/b"] })] }, { path: ["/b"] }, true],
    [{ any: [match({ path: ["/a"] })] }, { any: [match({ path: ["/a"] }), match({ path: ["/b"] })] }, false],
    [{ all: [match({ path: ["/a/*"] })] }, { path: ["/a/b"] }, true],
  ])("%j, then %j: %j", (earlier, later, expected) => {
    const rules = [rule("one", earlier, passing), rule("two", later, passing)];
    expect(warned(rules)).toEqual(expected ? ["1 match shadowed"] : []);
  });

  test("by one of its paths", () => {
    const rules = [rule("one", { path: ["/a/*"] }, passing), rule("two", { path: ["/b", "/a/b"] }, passing)];
    expect(lintRules(ruleSet(rules)).map(formatWarning)).toEqual([
      'rule "two" (index 1), match.path[1]: no request reaches this rule by "/a/b", which is matched before it by rule "one" (index 0)',
    ]);
  });

  test("by all of its paths, each matched by another", () => {
    const rules = ["/a", "/b"].map((path) => rule(path, { path: [path] }, passing));
    expect(
      lintRules(ruleSet([...rules, rule("x", { path: ["/a", "/b"] }, passing)])).map(formatWarning),
    ).toEqual([
      'rule "x" (index 2), match: no request reaches this rule: all that it matches is matched before it by rule "/a" (index 0) and rule "/b" (index 1)',
    ]);
  });
});

describe("never warns of a rule that is reached", () => {
  const piece = fc.constantFrom("a", "b", "ab", "", ":x", ":y?", "*", "(\\d+)", "{b}?", "a:x", "b*");
  const pattern = fc
    .array(piece, { maxLength: 3 })
    .map((pieces) => `/${pieces.join("/")}`)
    .filter((source) => isPattern(source));
  const path = fc
    .array(fc.constantFrom("a", "b", "ab", "1", "", "aa"), { maxLength: 4 })
    .map((segments) => `/${segments.join("/")}`);

  test("a pattern that covers another accepts all that it accepts", () => {
    const property = fc.property(
      pattern,
      pattern,
      fc.array(path, { minLength: 5 }),
      (wide, narrow, paths) => {
        fc.pre(coversPath(wide, narrow));
        for (const each of paths.filter(compilePath(narrow).accepts))
          expect(compilePath(wide).accepts(each)).toBe(true);
      },
    );
    fc.assert(property, { numRuns: 500, maxSkipsPerRun: 1000 });
  });

  const some = <Value>(...values: Value[]) =>
    fc.oneof(fc.constant([]), fc.subarray(values, { minLength: 1, maxLength: Math.min(2, values.length) }));
  const wanted = fc.constantFrom<(boolean | string[] | RegExp)[]>(true, false, ["1"], ["1", "2"], /1/);
  const tests = fc.oneof(
    fc.constant([]),
    fc.array(fc.record({ name: fc.constant("p"), wanted }), { maxLength: 1 }),
  );
  const flat = fc
    .record({
      path: fc.oneof(fc.constant([]), fc.array(pattern, { maxLength: 2 })),
      method: some("GET", "HEAD"),
      host: some("a.test", "*.test"),
      headers: tests,
      cookies: tests,
      country: some("DE", "FR"),
      bot: fc.constantFrom(null, true, false, ["AI"]),
      ip: some("192.0.2.0/24", "192.0.2.0/25"),
    })
    .map(match);
  const nested = fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.array(flat, { maxLength: 2 }));
  const anyMatch = fc
    .tuple(flat, nested, nested, nested)
    .map(([outer, not, any, all]): RuleMatch => ({ ...outer, not, any, all }));
  // Two that have something to do with each other: the other is made of the one by taking away.
  const pair = fc.tuple(anyMatch, fc.subarray(Object.keys(match()))).chain(([one, keys]) => {
    const less = {
      ...one,
      ...Object.fromEntries(keys.map((name) => [name, match()[name as keyof RuleMatch]])),
    };
    return fc.oneof(
      fc.constant([less, one] as const),
      anyMatch.map((other) => [other, one] as const),
    );
  });
  const asked = fc.constantFrom<Record<string, string>[]>({}, { p: "1" }, { p: "2" }, { p: "3" });
  const request = fc
    .record({
      host: fc.constantFrom("a.test", "b.test", "test"),
      path,
      method: fc.constantFrom("GET", "HEAD", "PUT"),
      headers: fc
        .tuple(asked, asked)
        .map(([fields, { p }]) => ({ ...fields, ...(p && { cookie: `p=${p}` }) })),
      client: fc.record({
        country: fc.constantFrom("DE", "FR", null),
        bot: fc.constantFrom("AI", "unknown", null),
        ip: fc.constantFrom("192.0.2.1", "192.0.2.200", null),
      }),
    })
    .map(({ host, path: target, ...parts }) => ask(`https://${host}${target}`, parts));

  // Few words, so that many pairs have to do with each other at every depth.
  const small = fc.record({ method: some("GET", "HEAD"), country: some("DE", "FR") }).map(match);
  const few = fc.oneof(fc.constant([]), fc.array(small, { minLength: 1, maxLength: 2 }));
  const deep = fc
    .tuple(small, few, few, few)
    .map(([outer, not, any, all]): RuleMatch => ({ ...outer, not, any, all }));

  test.each([
    ["of every kind", pair],
    ["of few words", fc.tuple(deep, deep)],
  ])("a match that covers another holds wherever it holds: %s", (_title, pairs) => {
    const property = fc.property(
      pairs,
      fc.array(request, { minLength: 10, maxLength: 20 }),
      ([wide, narrow], all) => {
        fc.pre(covers(wide, narrow));
        for (const head of all.filter((each) => holds(narrow, each))) expect(holds(wide, head)).toBe(true);
      },
    );
    fc.assert(property, { numRuns: 500, maxSkipsPerRun: 1000 });
  });
});

function holds(chosen: RuleMatch, head: ReturnType<typeof ask>): boolean {
  return conditionsOf(match({ all: [chosen] })).every((condition) => condition.holds(head));
}

function isPattern(pathname: string): boolean {
  try {
    return new URLPattern({ pathname }) !== null;
  } catch {
    return false;
  }
}

describe("what cannot take effect", () => {
  const window = { seconds: 60, override: false };
  test.each<[title: string, chosen: Partial<RuleMatch>, parts: PolicyParts, expected: string[]]>([
    ["a lifetime of writes", { method: ["POST"] }, ten, ["0 edgeTtl ttl-without-effect"]],
    ["a lifetime of reads", { method: ["POST", "GET"] }, ten, []],
    [
      "a lifetime of reads with a body",
      { method: ["POST"] },
      { ...ten, key: key({ body: { methods: ["POST"], maxBytes: 1 } }) },
      [],
    ],
    [
      "windows and tags of writes",
      { method: ["PUT"] },
      { staleIfError: window, tags: [literal("a")] },
      ["0 staleIfError ttl-without-effect", "0 tags ttl-without-effect"],
    ],
    ["nothing said of writes", { method: ["PUT"] }, {}, []],
    [
      "invalidation by reads",
      { method: ["GET"] },
      { tags: [literal("a")], invalidates: [literal("a")] },
      ["0 invalidates invalidates-without-effect"],
    ],
    [
      "32 days",
      {},
      { ...ten, edgeTtl: ttl({ overrideSeconds: 32 * 86_400 }) },
      ["0 edgeTtl beyond-retention"],
    ],
    [
      "32 days of a status",
      {},
      { ...ten, edgeTtl: ttl({ byStatus: [{ first: 404, last: 404, seconds: 32 * 86_400 }] }) },
      ["0 edgeTtl beyond-retention"],
    ],
    [
      "30 days, at most 60",
      {},
      { ...ten, edgeTtl: ttl({ fallbackSeconds: 30 * 86_400, maxSeconds: 60 * 86_400 }) },
      [],
    ],
    [
      "a window of 31 days",
      {},
      { staleIfError: { seconds: 31 * 86_400, override: true } },
      ["0 staleIfError beyond-retention"],
    ],
  ])("%s", (_title, chosen, parts, expected) => {
    expect(warned([rule("a", chosen, parts)])).toEqual(expected);
  });

  test("is said of the defaults once, and not of rules that inherit them", () => {
    const defaults = policy({ edgeTtl: ttl({ overrideSeconds: 90 * 86_400 }) });
    const rules = [rule("a", { method: ["POST"] }, { edgeTtl: defaults.edgeTtl })];
    expect(warned(rules, { defaults })).toEqual(["- defaults.edgeTtl beyond-retention"]);
  });
});

describe("what belongs to one user", () => {
  const personal = ["0 edgeTtl personal-path"];
  const cookies = (name: string, by: "value" | "presence" = "value") => ({
    key: key({ cookies: [{ name, by }] }),
  });
  const lifetime = { edgeTtl: ten.edgeTtl };
  test.each<[title: string, path: string, parts: PolicyParts, expected: string[]]>([
    ["a lifetime of the rule", "/user", lifetime, personal],
    ["one below it", "/api/Account/*", lifetime, personal],
    ["one of a parameter", "/me/:page", lifetime, personal],
    ["a prefix", "/cart*", lifetime, personal],
    ["an expression behind it", "/orders/:id(\\d+)/x", lifetime, personal],
    [
      "a lifetime where the origin is silent",
      "/checkout",
      { edgeTtl: ttl({ fallbackSeconds: 1 }) },
      personal,
    ],
    [
      "a lifetime by status",
      "/user",
      { edgeTtl: ttl({ byStatus: [{ first: 200, last: 200, seconds: 60 }] }) },
      personal,
    ],
    [
      "a lifetime for errors",
      "/user",
      { edgeTtl: ttl({ byStatus: [{ first: 404, last: 404, seconds: 60 }] }) },
      [],
    ],
    ["a guessed lifetime", "/login", { heuristicFreshness: true }, ["0 heuristicFreshness personal-path"]],
    ["the origin's lifetime", "/user", {}, []],
    ["a copy for each user", "/user", { ...lifetime, scope: SCOPES.authorization }, []],
    ["a pass", "/user", passing, []],
    ["an origin that is told of nobody", "/user", { ...ten, authorization: "ignore" }, []],
    ["an origin that is told by Authorization", "/user", ten, personal],
    ["users in general", "/users/:id", ten, []],
    ["stripped cookies", "/session", { setCookie: "strip" }, ["0 setCookie session-stripped"]],
    ["stripped cookies elsewhere", "/a", { setCookie: "strip" }, []],
    ["cookies that reach the origin", "/a", lifetime, ["0 edgeTtl cookies-respected"]],
    ["cookies in the key", "/a", { ...lifetime, ...cookies("ab") }, []],
    ["a session in the key", "/a", cookies("connect.sid"), ["0 key.cookies session-key"]],
    ["a session in the key, of PHP", "/a", cookies("PHPSESSID"), ["0 key.cookies session-key"]],
    ["whether there is a session", "/a", cookies("sid", "presence"), []],
    ["a session that the scope hashes", "/a", { ...cookies("sid"), scope: SCOPES.cookie }, []],
    [
      "credentials in the key",
      "/a",
      { key: key({ headers: [{ name: "authorization", by: "value" }] }) },
      ["0 key.headers authorization-key"],
    ],
  ])("%s: %s", (_title, path, parts, expected) => {
    expect(warned([rule("a", { path: [path] }, parts)])).toEqual(expected);
  });

  test("a rule for requests without cookies has none to respect", () => {
    const rules = [rule("a", { headers: named("cookie", false) }, lifetime), rule("b", {}, passing)];
    expect(warned(rules)).toEqual([]);
  });
});

describe("conditions that the key does not hold", () => {
  const beta = { path: ["/a/*"], headers: named("save-data", true) };
  const unkeyed = ["0 match.headers.save-data unkeyed-condition"];
  const keyed = (by: "value" | "presence") => ({ key: key({ headers: [{ name: "save-data", by }] }) });
  test.each<[title: string, rules: Rule[], expected: string[]]>([
    ["another rule stores", [rule("a", beta), rule("b", { path: ["/a/b"] })], unkeyed],
    ["a rule for all stores", [rule("a", beta), rule("b")], unkeyed],
    ["no rule matches", [rule("a", beta)], unkeyed],
    [
      "another rule stores, of a host among those of the first",
      [
        rule("a", { ...beta, host: ["*.example.com"] }),
        rule("b", { host: ["a.example.com"] }),
        rule("c", { path: ["/a/*"] }, passing),
      ],
      unkeyed,
    ],
    [
      "another rule stores, of a host that is none of them",
      [
        rule("a", { ...beta, host: ["*.example.com"] }),
        rule("b", { host: ["a.example.org"] }),
        rule("c", { path: ["/a/*"] }, passing),
      ],
      [],
    ],
    ["another rule passes", [rule("a", beta), rule("b", { path: ["/a/*"] }, passing)], []],
    [
      "one that passes some stands before it",
      [rule("a", beta), rule("b", { path: ["/a/b"] }, passing), rule("c", { path: ["/a/*"] })],
      unkeyed,
    ],
    ["the rule passes", [rule("a", beta, passing), rule("b", { path: ["/a/*"] })], []],
    ["both key it", [rule("a", beta, keyed("presence")), rule("b", {}, keyed("presence"))], []],
    ["one keys it", [rule("a", beta, keyed("value")), rule("b")], []],
    ["a version of its own", [rule("a", beta, { key: key({ version: "beta" }) }), rule("b")], []],
    ["a copy for each user", [rule("a", beta, { scope: SCOPES.authorization }), rule("b")], []],
    [
      "a key of country",
      [
        rule("a", { country: ["DE"] }, { key: key({ country: true }) }),
        rule("b", {}, { key: key({ country: true }) }),
      ],
      [],
    ],
    ["country", [rule("a", { country: ["DE"] }), rule("b")], ["0 match.country unkeyed-condition"]],
    [
      "bot and address",
      [rule("a", { bot: true, ip: ["192.0.2.1"] }), rule("b")],
      ["0 match.ip unkeyed-condition"],
    ],
    [
      "within another condition",
      [rule("a", { not: [match({ cookies: named("x", true) })] }), rule("b")],
      ["0 match.not[0].cookies.x unkeyed-condition"],
    ],
    [
      "a field that the engine keys by itself",
      [rule("a", { headers: named("x-beta", ["1"]) }), rule("b")],
      [],
    ],
    [
      "such a field, forwarded all the same",
      [
        rule(
          "a",
          { headers: named("x-beta", true) },
          { otherFields: { fate: "vary", forward: ["x-beta"], tested: ["x-beta"] } },
        ),
        rule("b"),
      ],
      ["0 match.headers.x-beta unkeyed-condition"],
    ],
    [
      "the lack of such a field",
      [rule("a", { headers: named("x-beta", false) }), rule("b")],
      ["0 match.headers.x-beta unkeyed-condition"],
    ],
    [
      "such a field, excluded",
      [rule("a", { not: [match({ headers: named("x-beta", true) })] }), rule("b")],
      ["0 match.not[0].headers.x-beta unkeyed-condition"],
    ],
    ["the URL alone", [rule("a", { path: ["/a"], query: named("x", true), method: ["GET"] }), rule("b")], []],
  ])("%s", (_title, rules, expected) => {
    expect(warned(rules)).toEqual(expected);
  });
});

describe("tags that no rule gives", () => {
  const id = { from: "param", name: "id" } as const;
  const gives = rule(
    "read",
    { path: ["/a"], method: ["GET"] },
    { tags: [literal("products"), template("product:", id)] },
  );
  const writes = (...invalidates: Template[]) =>
    warned([gives, rule("write", { method: ["POST"] }, { invalidates })]);
  const from = (source: string, ...parts: Template["parts"]): Template => ({ source, parts });
  test.each<[title: string, invalidates: Template, known: boolean]>([
    ["the same text", literal("products"), true],
    ["another text", literal("product"), false],
    ["a place against a text", from("{id}s", id, "s"), true],
    ["the same place", from("product:{id}", "product:", id), true],
    ["a text against a place", literal("product:7"), true],
    ["another text before the place", from("item:{id}", "item:", id), false],
    ["a path", from("/products/{id}", "/products/", id), true],
    ["places around", from("{id}:{id}", id, ":", id), true],
    ["nothing like it", from("{id}!", id, "!"), true],
    ["an end that nothing has", from("products{id}!", "products", id, "!"), false],
  ])("%s", (_title, invalidates, known) => {
    expect(writes(invalidates)).toEqual(known ? [] : ["1 invalidates[0] unknown-tag"]);
  });
});

describe("what wrangler.toml has to give", () => {
  const by = template({ from: "ip" });
  const limited = (limit: number) =>
    rule("a", {}, { rateLimit: { binding: "LIMIT", limit, periodSeconds: 60, by } });
  const bound = { ...NOTHING, rateLimits: [{ name: "LIMIT", limit: 100, periodSeconds: 60 }] };
  const origin = { name: "api", url: null, service: "API" } as never;
  const origins = new Map([["api", origin]]);
  const certificate = {
    name: "api",
    url: "https://a.example",
    service: null,
    auth: { header: null, signature: null, certificate: "CERT" },
  };
  const certified = new Map([["api", certificate as never]]);
  test.each<
    [title: string, rules: Rule[], facts: Partial<RuleSet>, deployment: Deployment, expected: string[]]
  >([
    ["a binding that is not there", [limited(100)], {}, NOTHING, ["0 rateLimit rate-limit-binding"]],
    ["a binding that says the same", [limited(100)], {}, bound, []],
    ["a binding that says something else", [limited(10)], {}, bound, ["0 rateLimit rate-limit-binding"]],
    ["a service that is not there", [], { origins }, NOTHING, ["- origins.api.service service-binding"]],
    ["a service that is there", [], { origins }, { ...NOTHING, services: ["API"] }, []],
    [
      "a certificate that is not there",
      [],
      { origins: certified },
      { ...NOTHING, services: ["CERT"] },
      ["- origins.api.auth.certificate certificate-binding"],
    ],
    ["a certificate that is there", [], { origins: certified }, { ...NOTHING, certificates: ["CERT"] }, []],
    ["workers.dev alone", [], {}, { ...NOTHING, workersDev: true, routes: 0 }, ["-  workers-dev"]],
    ["workers.dev beside a route", [], {}, { ...NOTHING, workersDev: true }, []],
    [
      "workers.dev and nothing to store",
      [rule("a", {}, passing)],
      { defaults: policy(passing) },
      { ...NOTHING, workersDev: true, routes: 0 },
      [],
    ],
    [
      "a rule for workers.dev",
      [rule("a", { host: ["x.y.workers.dev"] })],
      {},
      NOTHING,
      ["0 match.host workers-dev"],
    ],
    ["a rule that passes at workers.dev", [rule("a", { host: ["*.workers.dev"] }, passing)], {}, NOTHING, []],
  ])("%s", (_title, rules, facts, deployment, expected) => {
    expect(warned(rules, facts, deployment)).toEqual(expected);
  });

  test("is not asked without a deployment", () => {
    expect(warned([limited(1)], { origins })).toEqual([]);
  });

  test("is said in one line", () => {
    expect(lintRules(ruleSet([limited(10)]), bound).map(formatWarning)).toEqual([
      'rule "a" (index 0), rateLimit: clients are told 10 in 60 s, and the binding "LIMIT" of wrangler.toml allows 100 in 60 s',
    ]);
  });
});
