import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Policy } from "../../../src/cache/policy.ts";
import type { RequestHead } from "../../../src/cache/types.ts";
import operatorRules from "../../../src/cache-rules.ts";
import { paramsOf, whyNot } from "../../../src/rules/match/compiled-rule.ts";
import { choose, compileRules, type Matcher, searchRules } from "../../../src/rules/match/match.ts";
import type { Rule, RuleMatch } from "../../../src/rules/rule.ts";
import { literal, type PolicyParts, policy, template } from "../../cache/support.ts";
import { ask, match, matcherOf, rule, ruleSet } from "../support.ts";

describe("the first match wins", () => {
  const orders: [title: string, patterns: (string | null)[], path: string, first: number | null][] = [
    ["literal before pattern", ["/a/b", "/a/:x"], "/a/b", 0],
    ["pattern before literal", ["/a/:x", "/a/b"], "/a/b", 0],
    ["parameter before segment", ["/:x/b/*", "/a/b/*"], "/a/b/c", 0],
    ["segment before parameter", ["/a/b/*", "/:x/b/*"], "/a/b/c", 0],
    ["short lead before long", ["/*", "/a/b/*", "/a/b/c"], "/a/b/c", 0],
    ["long lead before short", ["/a/b/*", "/*"], "/a/b/c", 0],
    ["part of a segment before the whole", ["/a/b*", "/a/bc"], "/a/bc", 0],
    ["no path before all", ["/z", null, "/a"], "/a", 1],
    ["the later one where the earlier does not match", ["/a/:x/no", "/a/*", "/a/b"], "/a/b", 1],
    ["none", ["/a", "/b/*"], "/c", null],
  ];
  test.each(orders)("%s", (_title, patterns, path, first) => {
    const matcher = matcherOf(patterns.map((pattern) => ({ path: pattern === null ? [] : [pattern] })));
    expect(choose(matcher, ask(path)).policy.rule).toBe(first === null ? null : String(first));
  });

  test("policies are the objects that were built before", () => {
    const set = ruleSet([rule("a", { path: ["/a"] })]);
    const matcher = compileRules(set);
    expect(choose(matcher, ask("/a")).policy).toBe(set.rules[0]?.policy);
    expect(choose(matcher, ask("/b")).policy).toBe(set.defaults);
  });
});

describe("path parameters", () => {
  const id = { from: "param", name: "id" } as const;
  const speaking: PolicyParts = { tags: [template("product:", id)] };

  test("are of the first pattern that accepts the path", () => {
    const matcher = compileRules(
      ruleSet([rule("a", { path: ["/x/:id/y", "/:kind/:id/*", "/:id/*"] }, speaking)]),
    );
    const paramsAt = (path: string) => ({ ...choose(matcher, ask(path)).params });
    expect(paramsAt("/x/1/y")).toEqual({ id: "1" });
    expect(paramsAt("/z/1/y")).toEqual({ kind: "z", id: "1" });
    expect(paramsAt("/z/")).toEqual({ id: "z" });
    expect(paramsAt("/z")).toEqual({});
  });

  test("are read where a rule is asked for them", () => {
    const { rules } = matcherOf([{ path: ["/:x/caf%C3%A9/:y"] }, {}]);
    expect(rules.map((each) => ({ ...paramsOf(each, "/a%20b/caf%C3%A9/%FF") }))).toEqual([
      { x: "a b", y: "%FF" },
      {},
    ]);
  });

  const by = template("a", id);
  test.each<[title: string, parts: Partial<Policy>, needed: boolean]>([
    ["nothing", {}, false],
    ["tags", { tags: [literal("a"), by] }, true],
    ["tags without", { tags: [literal("a"), template({ from: "query", name: "id" })] }, false],
    ["invalidates", { invalidates: [by] }, true],
    ["redirect", { respond: { kind: "redirect", status: 301, to: by } }, true],
    ["rateLimit", { rateLimit: { binding: "A", limit: 1, periodSeconds: 10, by } }, true],
    ["rewrite", { origin: { ...policy().origin, rewrite: by } }, true],
    [
      "requestHeaders",
      { origin: { ...policy().origin, fields: { remove: [], set: [["a", by]], add: [] } } },
      true,
    ],
    ["responseHeaders", { responseFields: { remove: [], set: [], add: [["a", by]] } }, true],
  ])("are worked out where the policy speaks of them: %s", (_title, parts, needed) => {
    const matcher = compileRules(ruleSet([rule("a", { path: ["/:id"] }, parts)]));
    const { policy: chosen, params } = choose(matcher, ask("/7"));
    expect(chosen.rule).toBe("a");
    expect({ ...params }).toEqual(needed ? { id: "7" } : {});
    expect(Object.isFrozen(params)).toBe(!needed);
  });
});

describe("the index agrees with a scan of every rule", () => {
  const segment = fc.constantFrom("a", "b", "c", "ab", "1", "", "a.b", "x.json", "y.CSS", "\u00e9", "..");
  const piece = fc.oneof(
    segment,
    fc.constantFrom(
      ":x",
      ":y?",
      ":z+",
      "*",
      "*?",
      "(\\d+)",
      "{b}?",
      "{/b}?",
      "a:x",
      ":x.json",
      ":x?b",
      "{a}",
      "b*",
    ),
  );
  const pattern = fc
    .array(piece, { maxLength: 4 })
    .map((pieces) => `/${pieces.join("/")}`)
    .filter(isPattern);
  const some = <Value>(...values: Value[]) => fc.subarray(values, { maxLength: Math.min(2, values.length) });
  const wanted = fc.constantFrom<(boolean | string[] | RegExp)[]>(true, false, ["1"], ["1", "2"], /1/);
  const tests = fc.oneof(
    { weight: 4, arbitrary: fc.constant([]) },
    fc.array(fc.record({ name: fc.constantFrom("p", "q"), wanted }), { maxLength: 2 }),
  );
  const hosts = ["a.test", "b.test", "*.test", "*.a.test", "x.a.test", "test"];
  const flat = fc.record<RuleMatch>({
    path: fc.oneof(fc.constant([]), fc.array(pattern, { maxLength: 3 })),
    extension: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, some("json", "css", "b")),
    method: some("GET", "POST", "HEAD"),
    host: fc.oneof(fc.constant([]), some(...hosts)),
    query: tests,
    headers: tests,
    cookies: tests,
    country: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, some("DE", "FR")),
    continent: fc.oneof({ weight: 9, arbitrary: fc.constant([]) }, some("EU")),
    asn: fc.oneof({ weight: 9, arbitrary: fc.constant([]) }, some(1, 2)),
    tlsVersion: fc.oneof({ weight: 9, arbitrary: fc.constant([]) }, some("TLSv1.3")),
    bot: fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, fc.constantFrom(true, false, ["AI"])),
    ip: fc.oneof({ weight: 9, arbitrary: fc.constant([]) }, some("192.0.2.0/24", "2001:db8::/32")),
    not: fc.constant([]),
    any: fc.constant([]),
    all: fc.constant([]),
  });
  const nested = fc.oneof({ weight: 6, arbitrary: fc.constant([]) }, fc.array(flat, { maxLength: 2 }));
  const anyMatch = fc
    .tuple(flat, nested, nested, nested)
    .map(([outer, not, any, all]): RuleMatch => ({ ...outer, not, any, all }));
  const asked = fc.constantFrom<Record<string, string>[]>({}, { p: "1" }, { p: "2", q: "1" }, { q: "3" });
  const request = fc
    .record({
      host: fc.constantFrom("a.test", "b.test", "x.a.test", "c.test"),
      path: fc.array(segment, { maxLength: 5 }).map((segments) => segments.join("/")),
      query: asked.map((values) => String(new URLSearchParams(values))),
      method: fc.constantFrom("GET", "POST", "HEAD", "PUT"),
      headers: fc.tuple(asked, asked).map(([fields, cookies]) => ({
        ...fields,
        cookie: new URLSearchParams(cookies).toString().replace("&", "; "),
      })),
      client: fc.record({
        country: fc.constantFrom("DE", "FR", null),
        continent: fc.constantFrom("EU", null),
        asn: fc.constantFrom(1, 3, null),
        tlsVersion: fc.constantFrom("TLSv1.3", null),
        bot: fc.constantFrom("AI", "unknown", null),
        ip: fc.constantFrom("192.0.2.1", "2001:db8::1", "198.51.100.1", null),
      }),
    })
    .map(({ host, path, query, ...parts }) => ask(`https://${host}/${path}?${query}`, parts));

  test("for conditions of every kind", () => {
    const property = fc.property(
      fc.array(anyMatch, { maxLength: 30 }),
      fc.array(request, { minLength: 1, maxLength: 8 }),
      (matches, heads) => {
        const matcher = matcherOf(matches);
        for (const head of heads) expect(choose(matcher, head).policy.rule).toBe(scan(matcher, head));
      },
    );
    fc.assert(property, { numRuns: 400 });
  });

  test("for paths, hosts, extensions and methods, of which there are many", () => {
    const told = flat.map(({ path, host, extension, method }) => match({ path, host, extension, method }));
    const property = fc.property(
      fc.array(told, { minLength: 20, maxLength: 60 }),
      fc.array(request, { minLength: 5, maxLength: 12 }),
      (matches, heads) => {
        const matcher = matcherOf(matches);
        for (const head of heads) expect(choose(matcher, head).policy.rule).toBe(scan(matcher, head));
      },
    );
    fc.assert(property, { numRuns: 150 });
  });

  test("whose paths URLPattern itself accepts", () => {
    const property = fc.property(fc.array(pattern, { maxLength: 12 }), request, (patterns, head) => {
      const { pathname } = head.url;
      const found = patterns.findIndex((each) => new URLPattern({ pathname: each }).test({ pathname }));
      const matcher = matcherOf(patterns.map((each) => ({ path: [each] })));
      expect(choose(matcher, head).policy.rule).toBe(found === -1 ? null : String(found));
    });
    fc.assert(property, { numRuns: 1000 });
  });
});

function scan({ rules }: Matcher, head: RequestHead): string | null {
  return rules.find((each) => whyNot(each, head) === null)?.name ?? null;
}

function isPattern(pathname: string): boolean {
  try {
    return new URLPattern({ pathname }) !== null;
  } catch {
    return false;
  }
}

describe("of 1,000 rules few are tested", () => {
  const many = (make: (index: number) => Partial<RuleMatch>) =>
    Array.from({ length: 1000 }, (_, index) => make(index));
  test.each<[title: string, matches: Partial<RuleMatch>[], url: string, most: number]>([
    ["literal paths", many((n) => ({ path: [`/api/r${n}`] })), "/api/r500", 1],
    ["parameters", many((n) => ({ path: [`/api/v1/r${n}/:id`] })), "/api/v1/r500/7", 1],
    ["parameters first", many((n) => ({ path: [`/:lang/r${n}/:id`] })), "/de/r500/7", 1],
    ["prefixes", many((n) => ({ path: [`/r${n}/*`] })), "/r500/a/b", 1],
    ["prefixes of a segment", many((n) => ({ path: [`/r${n}-*`] })), "/r500-a/b", 1],
    ["expressions behind a segment", many((n) => ({ path: [`/r${n}/x/:id(\\d+)`] })), "/r500/x/7", 1],
    [
      "hosts that share a path",
      many((n) => ({ host: [`t${n}.test`], path: ["/api/*"] })),
      "https://t500.test/api/a",
      1,
    ],
    [
      "hosts that share a literal",
      many((n) => ({ host: [`t${n}.test`], path: ["/api"] })),
      "https://t500.test/api",
      1,
    ],
    ["hosts and nothing else", many((n) => ({ host: [`t${n}.test`] })), "https://t500.test/", 1],
    ["hosts below hosts", many((n) => ({ host: [`*.t${n}.test`] })), "https://a.t500.test/", 1],
    ["extensions", many((n) => ({ extension: [`e${n}`] })), "/a.e500", 1],
    [
      "hosts and extensions",
      many((n) => ({ host: [`t${n % 10}.test`], extension: [`e${n}`] })),
      "https://t0.test/a.e500",
      1,
    ],
    ["methods", many((n) => ({ method: n < 999 ? ["POST"] : ["GET"] })), "/", 1],
    [
      "methods that share an extension",
      many((n) => ({ extension: ["css"], method: [`M${n}`] })),
      "/a.css",
      0,
    ],
    ["no rule at all", many((n) => ({ path: [`/r${n}`], host: ["a.test"] })), "/none", 0],
  ])("%s", (_title, matches, url, most) => {
    expect(searchRules(matcherOf(matches), ask(url)).tested).toBeLessThanOrEqual(most);
  });

  test("and no others are read, so that a new isolate does not wait for all", () => {
    const set = ruleSet(many((n) => ({ path: [`/api/r${n}/:id`] })).map((each, n) => rule(`r${n}`, each)));
    const read = new Set<string>();
    const watched = set.rules.map(({ name, match: wanted, policy: chosen }) => ({
      name,
      get match() {
        read.add(name);
        return wanted;
      },
      get policy() {
        read.add(name);
        return chosen;
      },
    }));
    expect(choose(compileRules({ ...set, rules: watched }), ask("/api/r500/7")).policy.rule).toBe("r500");
    expect([...read]).toEqual(["r500"]);
  });
});

describe("the operator's file as it is delivered", () => {
  test.each<[url: string, method: string, rule: string | null, action: string]>([
    ["/user", "GET", "user", "pass"],
    ["/user/7", "GET", "user", "pass"],
    ["/user/7", "POST", "user", "pass"],
    ["/products?page=2", "GET", "product-list", "cache"],
    ["/products/7", "GET", "product", "cache"],
    ["/blog", "GET", "blog", "cache"],
    ["/blog/a/b", "GET", "blog", "cache"],
    ["/users", "GET", null, "cache"],
    ["/", "GET", null, "cache"],
  ])("%s %s: %s, %s", (url, method, name, action) => {
    expect(choose(compileRules(operatorRules), ask(url, { method })).policy).toMatchObject({
      rule: name,
      action,
    });
  });

  test("leaves lifetimes, cookies and client directives as they are", () => {
    const { edgeTtl, browserTtl, heuristicFreshness, setCookie, clientDirectives } = policy();
    for (const { policy: chosen } of operatorRules.rules as readonly Rule[]) {
      expect(chosen).toMatchObject({ edgeTtl, browserTtl, heuristicFreshness, setCookie, clientDirectives });
    }
  });
});
