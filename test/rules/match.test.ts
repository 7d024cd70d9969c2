import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RequestHead } from "../../src/cache/types.ts";
import operatorRules from "../../src/cache-rules.ts";
import type { MatchInput } from "../../src/rules/input.ts";
import { compileRules, matchRequest, whyNot } from "../../src/rules/match.ts";
import { defineRules } from "../../src/rules/rule.ts";
import { request as requestOf } from "../cache/support.ts";

interface RequestParts {
  readonly method?: string;
  readonly headers?: Record<string, string>;
}

function request(url: string, { method = "GET", headers = {} }: RequestParts = {}): RequestHead {
  return requestOf(headers, { method, url: new URL(url, "https://api.example.com").href });
}

function matches(match: MatchInput, head: RequestHead): boolean {
  return matchRequest(compileRules(defineRules({ rules: [{ name: "it", match }] })), head).rule === "it";
}

describe("path", () => {
  test.each<[pattern: string | string[], path: string, expected: boolean]>([
    ["/products", "/products", true],
    ["/products", "/products?page=1", true],
    ["/products", "/products/", false],
    ["/products", "/Products", false],
    ["/products", "/product%73", false],
    ["/products/:id", "/products/7", true],
    ["/products/:id", "/products/", false],
    ["/products/:id", "/products", false],
    ["/products/:id", "/products/7/reviews", false],
    ["/products/:id/reviews", "/products/7/reviews", true],
    ["/blog/*", "/blog", false],
    ["/blog/*", "/blog/", true],
    ["/blog/*", "/blog/a/b", true],
    ["/blog/*", "/blogs/a", false],
    ["/blog*", "/blogs/a", true],
    ["/*", "/", true],
    ["/", "/", true],
    ["/", "/a", false],
    ["/a.json", "/axjson", false],
    ["/a.json/:x", "/axjson/1", false],
    ["/:shop/items/*", "/x/items/1/2", true],
    ["/items/:id(\\d+)", "/items/12", true],
    ["/items/:id(\\d+)", "/items/x", false],
    ["/items/:id?", "/items", true],
    ["/items/:id?b", "/itemsb", true],
    ["/files/:name.json", "/files/a.json", true],
    ["/files/:name.json", "/files/a.xml", false],
    ["/a{/b}?", "/a", true],
    ["/a{/b}?", "/a/b", true],
    ["/*/edit", "/a/b/edit", true],
    ["/caf\u00e9", "/caf\u00e9", true],
    ["/caf\u00e9/:x", "/caf%C3%A9/1", true],
    ["/a\\:b", "/a:b", true],
    [["/a", "/b/:x"], "/b/1", true],
    [["/a", "/b/:x"], "/b", false],
  ])("%j, %s: %j", (path, url, expected) => {
    expect(matches({ path }, request(url))).toBe(expected);
  });
});

describe("method, host, query and headers", () => {
  test.each<[match: MatchInput, head: RequestHead, reason: string | null]>([
    [{}, request("/x", { method: "DELETE" }), null],
    [{ method: "GET" }, request("/"), null],
    [{ method: "GET" }, request("/", { method: "HEAD" }), null],
    [{ method: "HEAD" }, request("/", { method: "GET" }), 'method "GET" is not "HEAD"'],
    [{ method: "GET" }, request("/", { method: "POST" }), 'method "POST" is not "GET" or "HEAD"'],
    [{ method: ["GET", "HEAD"] }, request("/", { method: "POST" }), 'method "POST" is not "GET" or "HEAD"'],
    [{ host: "API.example.com" }, request("/"), null],
    [{ host: "example.com" }, request("/"), 'host "api.example.com" is not "example.com"'],
    [{ host: "*.example.com" }, request("/"), null],
    [{ host: "*.example.com" }, request("https://a.b.example.com:8443/"), null],
    [{ host: "*.example.com" }, request("https://example.com/"), 'host "example.com" is not "*.example.com"'],
    [
      { host: "*.example.com" },
      request("https://badexample.com/"),
      'host "badexample.com" is not "*.example.com"',
    ],
    [{ host: ["a.test", "[::1]"] }, request("http://[::1]:8787/"), null],
    [{ host: "b\u00fccher.test" }, request("https://b\u00fccher.test/"), null],
    [{ query: { page: true } }, request("/?page"), null],
    [{ query: { page: true } }, request("/?pages=1"), 'query parameter "page" is absent'],
    [{ query: { preview: false } }, request("/"), null],
    [{ query: { preview: false } }, request("/?preview=1"), 'query parameter "preview" is present'],
    [{ query: { sort: "price" } }, request("/?sort=price"), null],
    [{ query: { sort: "price" } }, request("/?sort=name"), 'query parameter "sort" is "name", not "price"'],
    [{ query: { sort: "price" } }, request("/"), 'query parameter "sort" is absent, not "price"'],
    [{ query: { sort: "price" } }, request("/?sort=name&sort=price"), null],
    [{ query: { sort: ["a", "b"] } }, request("/?sort=b"), null],
    [{ query: { sort: "" } }, request("/?sort="), null],
    [{ query: { a: true, b: "1" } }, request("/?a=1&b=2"), 'query parameter "b" is "2", not "1"'],
    [
      { headers: { Cookie: false } },
      request("/", { headers: { cookie: "a=b" } }),
      'header "cookie" is present',
    ],
    [{ headers: { cookie: true } }, request("/"), 'header "cookie" is absent'],
    [{ headers: { "x-a": "1" } }, request("/", { headers: { "X-A": "1" } }), null],
    [{ headers: { "x-a": ["1", "2"] } }, request("/"), 'header "x-a" is absent, not "1" or "2"'],
    [{ headers: { "x-a": "" } }, request("/"), 'header "x-a" is absent, not ""'],
    [{ path: ["/a", "/b/*"] }, request("/c"), 'path "/c" does not match "/a" or "/b/*"'],
    [{ path: "/c", method: "POST" }, request("/c"), 'method "GET" is not "POST"'],
  ])("%j: %#", (match, head, reason) => {
    const matcher = compileRules(defineRules({ rules: [{ name: "it", match }] }));
    expect(matcher.rules.map((rule) => whyNot(rule, head))).toEqual([reason]);
    expect(matchRequest(matcher, head).rule).toBe(reason === null ? "it" : null);
  });
});

describe("the first match wins", () => {
  const orders: [title: string, patterns: (string | null)[], path: string, first: number | null][] = [
    ["literal before pattern", ["/a/b", "/a/:x"], "/a/b", 0],
    ["pattern before literal", ["/a/:x", "/a/b"], "/a/b", 0],
    ["short lead before long", ["/*", "/a/b/*", "/a/b/c"], "/a/b/c", 0],
    ["long lead before short", ["/a/b/*", "/*"], "/a/b/c", 0],
    ["no path before all", ["/z", null, "/a"], "/a", 1],
    ["the later one where the earlier does not match", ["/a/:x/no", "/a/*", "/a/b"], "/a/b", 1],
    ["none", ["/a", "/b/*"], "/c", null],
  ];
  test.each(orders)("%s", (_title, patterns, path, first) => {
    const rules = patterns.map((pattern, index) => ({
      name: String(index),
      match: pattern === null ? {} : { path: pattern },
    }));
    const { rule } = matchRequest(compileRules(defineRules({ rules })), request(path));
    expect(rule).toBe(first === null ? null : String(first));
  });

  test("policies are the objects that were built before", () => {
    const set = defineRules({ rules: [{ name: "a", match: { path: "/a" } }] });
    const matcher = compileRules(set);
    expect(matchRequest(matcher, request("/a"))).toBe(set.rules[0]?.policy);
    expect(matchRequest(matcher, request("/b"))).toBe(set.defaults);
  });
});

describe("the index", () => {
  const pieces = [
    "a",
    "b",
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
    "..",
    ".",
    "",
    "a.b",
    "\u00e9",
    "{a}",
    "b*",
  ];
  const pattern = fc
    .array(fc.constantFrom(...pieces), { maxLength: 4 })
    .map((segments) => `/${segments.join("/")}`)
    .filter(isPattern);
  const match = fc.record({
    path: fc.array(pattern, { maxLength: 3 }),
    method: fc.constantFrom("GET", "POST", null),
  });
  const path = fc
    .array(fc.constantFrom("a", "b", "ab", "1", "", "a.b", "x.json", "\u00e9", ".."), { maxLength: 5 })
    .map((segments) => `https://api.example.com/${segments.join("/")}`);

  test("agrees with a scan through URLPattern", () => {
    const property = fc.property(
      fc.array(match, { maxLength: 12 }),
      fc.array(path, { minLength: 1, maxLength: 8 }),
      (drafts, urls) => {
        const rules = drafts.map((draft, index) => ({ name: String(index), match: matchInput(draft) }));
        const matcher = compileRules(defineRules({ rules }));
        for (const url of urls) {
          const head = request(url);
          const scanned = drafts.findIndex((draft) => scan(draft, head));
          expect(matchRequest(matcher, head).rule).toBe(scanned === -1 ? null : String(scanned));
          expect(matcher.rules.findIndex((rule) => whyNot(rule, head) === null)).toBe(scanned);
        }
      },
    );
    fc.assert(property, { numRuns: 2000 });
  });

  test("asks few rules of many: 1,000 rules, and one of them is tested", () => {
    const rules = Array.from({ length: 1000 }, (_, index) => ({
      name: `r${index}`,
      match: { path: `/api/v1/r${index}/:id` },
    }));
    const { paths } = compileRules(defineRules({ rules }));
    const node = paths.root.children.get("api")?.children.get("v1")?.children.get("r500");
    expect(paths.root.candidates).toEqual([]);
    expect(node?.candidates.map(({ rule }) => rule.name)).toEqual(["r500"]);
  });
});

interface Draft {
  readonly path: string[];
  readonly method: string | null;
}

function matchInput({ path, method }: Draft): MatchInput {
  return { ...(path.length > 0 && { path }), ...(method !== null && { method }) };
}

function scan({ path, method }: Draft, { url, method: asked }: RequestHead): boolean {
  if (method !== null && method !== asked) return false;
  return (
    path.length === 0 ||
    path.some((pathname) => new URLPattern({ pathname }).test({ pathname: url.pathname }))
  );
}

function isPattern(pathname: string): boolean {
  try {
    return new URLPattern({ pathname }) !== null;
  } catch {
    return false;
  }
}

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
  ])("%s %s: %s, %s", (url, method, rule, action) => {
    expect(matchRequest(compileRules(operatorRules), request(url, { method }))).toMatchObject({
      rule,
      action,
    });
  });

  test("leaves lifetimes, cookies and client directives as they are", () => {
    for (const { policy } of operatorRules.rules) {
      expect(policy).toMatchObject({
        edgeTtlSeconds: null,
        browserTtlSeconds: null,
        heuristicFreshness: false,
        setCookie: "bypass",
        clientDirectives: "ignore",
      });
    }
  });
});
