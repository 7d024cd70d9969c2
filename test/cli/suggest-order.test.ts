/** The first rule that matches is the right one: neither is a cacheable path passed, nor one user's own cached. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RequestHead } from "../../src/cache/types.ts";
import { type LoggedRequest, NO_FIELDS } from "../../src/cli/logs/record.ts";
import { suggestionsOf } from "../../src/cli/suggest/judge.ts";
import { newTree, routeAt, routesOf } from "../../src/cli/suggest/path-tree.ts";
import { newRoute, observe, type RouteFacts } from "../../src/cli/suggest/route-facts.ts";
import { choose, compileRules } from "../../src/rules/match/match.ts";
import { defineRules } from "../../src/rules/rule.ts";

const BEARER: LoggedRequest["requestFields"] = [["authorization", "Bearer x"]];

function read(target: string, isOwn: boolean): LoggedRequest {
  return {
    ...{ at: 0, client: null, method: "GET", target, host: null, status: 200, bytes: 10, place: null },
    ...{ durationSeconds: null, referer: null, userAgent: null, responseFields: NO_FIELDS },
    requestFields: isOwn ? BEARER : NO_FIELDS,
  };
}

function factsOf(...requests: readonly LoggedRequest[]): RouteFacts {
  const facts = newRoute();
  for (const request of requests) observe(facts, request, new URL(request.target, "https://api.example.com"));
  return facts;
}

type Routes = Parameters<typeof suggestionsOf>[0];

/** Whether a path is cached by what is suggested for routes. */
function caches(routes: Routes): (path: string) => boolean {
  const rules = suggestionsOf(routes).map(({ rule }) => rule);
  const matcher = compileRules(defineRules({ rules }));
  return (path) => {
    const { rule, action } = choose(matcher, headOf(path)).policy;
    return rule !== null && action === "cache";
  };
}

function headOf(path: string): RequestHead {
  const client = { ip: null, country: null, continent: null, asn: null, acceptEncoding: null };
  return {
    ...{ method: "GET", url: new URL(path, "https://api.example.com"), headers: new Headers(), params: {} },
    client: { ...client, tlsVersion: null, bot: null },
  };
}

const OWN = factsOf(read("/", true));
const SHARED = factsOf(read("/", false));
const UNSTABLE = factsOf(...Array.from({ length: 40 }, (_, n) => ({ ...read("/", false), at: n, bytes: n })));

describe("of routes that have paths in common", () => {
  test.each<[what: string, routes: Routes, cached: string[], passed: string[]]>([
    [
      "a literal one is cached",
      [
        ["/:slug", OWN],
        ["/products", SHARED],
      ],
      ["/products"],
      ["/ann", "/x"],
    ],
    [
      "a literal one is passed",
      [
        ["/:slug", SHARED],
        ["/inbox", OWN],
      ],
      ["/products"],
      ["/inbox"],
    ],
    [
      "two are the same to a rule",
      [
        ["/p/:id", SHARED],
        ["/p/:uuid", OWN],
      ],
      [],
      ["/p/1", "/p/x"],
    ],
    [
      "neither is a part of the other",
      [
        ["/shops/:id", SHARED],
        ["/:slug/inbox", OWN],
      ],
      ["/shops/1"],
      ["/shops/inbox", "/ann/inbox"],
    ],
    [
      "one goes on",
      [
        ["/files/list", SHARED],
        ["/files/*", OWN],
      ],
      ["/files/list"],
      ["/files/a", "/files/a/b"],
    ],
    [
      "one goes on within the other",
      [
        ["/:slug/*", SHARED],
        ["/files/*", OWN],
      ],
      ["/a/b"],
      ["/files/a/b"],
    ],
    [
      "both go on, and nothing tells them apart",
      [
        ["/:slug/b/*", SHARED],
        ["/a/*", OWN],
      ],
      [],
      ["/a/b/c", "/x/b/c"],
    ],
    [
      "one is another each time",
      [
        ["/:slug", SHARED],
        ["/now", UNSTABLE],
      ],
      ["/a"],
      ["/now"],
    ],
  ])("%s", (_, routes, cached, passed) => {
    for (const each of [routes, routes.toReversed()]) {
      const isCached = caches(each);
      expect(cached.filter((path) => !isCached(path))).toEqual([]);
      expect(passed.filter((path) => isCached(path))).toEqual([]);
    }
  });
});

test("one user's own is passed by its path, wherever it stands among many names", () => {
  const names = Array.from({ length: 40 }, (_, index) => `/name-${index}x`);
  for (const all of [
    ["/me", "/cart", ...names],
    [...names, "/me", "/cart"],
  ]) {
    const tree = newTree();
    for (const target of all) {
      const request = read(target, false);
      observe(routeAt(tree, target), request, new URL(target, "https://api.example.com"));
    }
    const isCached = caches(routesOf(tree));
    expect(["/me", "/cart", "/name-1x", "/new"].map(isCached)).toEqual([false, false, true, true]);
  }
});

const segment = fc.constantFrom("a", "b", "c", "1", "22", "2026-11-23", "me", "0123456789abcdef0123");
const path = fc.array(segment, { minLength: 1, maxLength: 3 }).map((segments) => `/${segments.join("/")}`);
const log = fc.array(fc.tuple(path, fc.boolean()), { maxLength: 30 });

test("whatever a log shows: what was seen with credentials is passed", () => {
  fc.assert(
    fc.property(log, fc.boolean(), (seen, hasMany) => {
      const tree = newTree();
      const crowd = hasMany ? Array.from({ length: 30 }, (_, n) => [`/name-${n}x`, false] as const) : [];
      const requests = [...seen, ...crowd].map(([target, isOwn]) => read(target, isOwn));
      for (const request of requests)
        observe(routeAt(tree, request.target), request, new URL(request.target, "https://api.example.com"));
      const isCached = caches(routesOf(tree));
      const own = requests.filter(({ requestFields }) => requestFields === BEARER);
      expect(own.map(({ target }) => target).filter(isCached)).toEqual([]);
    }),
    { numRuns: 400 },
  );
});

const part = fc.constantFrom("a", "b", ":x", ":y");
const pattern = fc
  .tuple(fc.array(part, { minLength: 1, maxLength: 3 }), fc.boolean())
  .map(
    ([parts, isOpen]) =>
      `/${parts.map((each, at) => (each.startsWith(":") ? `${each}${at}` : each)).join("/")}${isOpen ? "/*" : ""}`,
  );

test("whatever an API describes: of what takes credentials only a part that is described apart is cached", () => {
  const paths = ["a", "b", "z"].flatMap((one) => [
    `/${one}`,
    ...["a", "b", "z"].flatMap((two) => [
      `/${one}/${two}`,
      ...["a", "b", "z"].map((three) => `/${one}/${two}/${three}`),
    ]),
  ]);
  const routes = fc.uniqueArray(fc.tuple(pattern, fc.boolean()), {
    maxLength: 8,
    selector: ([text]) => text,
  });
  fc.assert(
    fc.property(routes, (described) => {
      const isCached = caches(described.map(([text, isOwn]) => [text, isOwn ? OWN : SHARED] as const));
      for (const each of paths.filter(isCached)) {
        const own = described.filter(([text, isOwn]) => isOwn && accepts(text, each));
        const shared = described.filter(([text, isOwn]) => !isOwn && accepts(text, each));
        const isPart = own.every(([outer]) =>
          shared.some(([inner]) => paths.every((any) => !accepts(inner, any) || accepts(outer, any))),
        );
        expect([each, described, isPart]).toEqual([each, described, true]);
      }
    }),
    { numRuns: 400 },
  );
});

function accepts(text: string, target: string): boolean {
  return new URLPattern({ pathname: text }).test({ pathname: target });
}
