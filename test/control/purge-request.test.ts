/** What a request to purge is about, in the spelling in which a read of it is stored. */
import { describe, expect, test, vi } from "vitest";
import { readPurgeRequest } from "../../src/control/purge-request.ts";
import type { RulesInput } from "../../src/rules/input/rules.ts";
import { compileRules } from "../../src/rules/match/match.ts";
import { defineRules } from "../../src/rules/rule.ts";
import { suggest } from "../../src/rules/shape/suggest.ts";

// As it is, and counted.
vi.mock(import("../../src/rules/shape/suggest.ts"), async (original) => ({
  suggest: vi.fn((await original()).suggest),
}));

const PLAIN: RulesInput = { rules: [{ name: "products", match: { path: "/products/*" } }] };

function read(body: unknown, rules: RulesInput = PLAIN) {
  return readPurgeRequest(body, {
    matcher: compileRules(defineRules(rules)),
    origin: "https://api.example.com",
  });
}

/** As "scope value", in order. */
function purged(body: unknown, rules?: RulesInput): readonly string[] {
  const asked = read(body, rules);
  if (asked.kind === "refused") throw new Error(asked.complaints.join("\n"));
  return asked.purges.map(({ scope, value }) => `${scope} ${value}`);
}

describe("addresses are brought to their normal spelling", () => {
  test.each<[body: object, expected: string]>([
    [{ urls: ["/a?b=1"] }, "url api.example.com/a?b=1"],
    [{ urls: ["/a#fragment"] }, "url api.example.com/a"],
    [{ urls: ["http://Other.Example:80/a/../b"] }, "url other.example/b"],
    [{ urls: ["/%61%2fb"] }, "url api.example.com/a%2Fb"],
    [{ urls: ["/ü"] }, "url api.example.com/%C3%BC"],
    [{ urls: ["//doubled/slash"] }, "url api.example.com//doubled/slash"],
    [{ paths: ["/%61"] }, "path api.example.com/a"],
    [{ paths: ["https://other.example/a"] }, "path other.example/a"],
    [{ paths: ["localhost:8787/a"] }, "path localhost:8787/a"],
    [{ prefixes: ["/%61?b=%61"] }, "prefix api.example.com/a?b=%61"],
    [{ prefixes: ["Other.Example/A"] }, "prefix other.example/A"],
    [{ prefixes: ["https://other.example:443/a"] }, "prefix other.example/a"],
    [{ prefixes: ["/ü{"] }, "prefix api.example.com/%C3%BC%7B"],
    [{ prefixes: ["/a/../b"] }, "prefix api.example.com/b"],
    [{ prefixes: ["//a"] }, "prefix api.example.com//a"],
    [{ hosts: ["Other.Example:443"] }, "host other.example"],
    [{ hosts: ["other.example:80"] }, "host other.example"],
    [{ tags: ["a b,ü"] }, "tag a%20b%2C%C3%BC"],
    [{ everything: true }, "everything "],
  ])("%j -> %s", (body, expected) => {
    expect(purged(body)).toEqual([expected]);
  });
});

describe("a read of it may be stored by more than one rule", () => {
  const rulesOf = (...rules: NonNullable<RulesInput["rules"]>): RulesInput => ({ rules });
  const none = { query: { include: [] } };

  test.each<[title: string, rules: RulesInput, expected: readonly string[]]>([
    ["the only one", rulesOf({ name: "a", match: { path: "/p" }, ...none }), ["/p"]],
    [
      "one for some clients and one for the others",
      rulesOf(
        { name: "a", match: { path: "/p", headers: { "x-app": "1" } }, ...none },
        { name: "b", match: { path: "/*" } },
      ),
      ["/p", "/p?page=2&v=1"],
    ],
    [
      "one that decides for all leaves those behind it out",
      rulesOf(
        { name: "a", match: { path: "/p", country: ["DE"] }, query: { include: ["page"] } },
        { name: "b", match: { path: "/p" }, ...none },
        { name: "c", match: { path: "/p" } },
      ),
      ["/p?page=2", "/p"],
    ],
    [
      "one by another path, host, extension or query does not count",
      rulesOf(
        { name: "a", match: { path: "/q", headers: { x: true } }, ...none },
        { name: "b", match: { host: "other.example", headers: { x: true } }, ...none },
        { name: "c", match: { extension: "css", headers: { x: true } }, ...none },
        { name: "d", match: { query: { page: "3" }, headers: { x: true } }, ...none },
      ),
      ["/p?page=2&v=1"],
    ],
    [
      "what is passed is not stored",
      rulesOf(
        { name: "a", match: { path: "/p", cookies: { session: true } }, cache: false },
        { name: "b", match: { path: "/p" }, ...none },
      ),
      ["/p"],
    ],
    [
      "a rule for writes stores nothing",
      rulesOf({ name: "a", match: { method: "POST" } }, { name: "b", match: { path: "/p" }, ...none }),
      ["/p"],
    ],
    [
      "a rule for GET decides for all reads",
      rulesOf(
        { name: "a", match: { path: "/p", method: "GET" }, ...none },
        { name: "b", match: { path: "/*" } },
      ),
      ["/p"],
    ],
    [
      "reads with a body are stored, too",
      rulesOf(
        {
          name: "a",
          match: { path: "/p", method: "POST" },
          key: { body: { methods: ["POST"] } },
          query: { include: ["v"] },
        },
        { name: "b", match: { path: "/p" }, ...none },
      ),
      ["/p?v=1", "/p"],
    ],
  ])("%s", (_, rules, expected) => {
    const asked = "/p?page=2&v=1";
    const values = [...new Set([...expected, asked])].map((path) => `url api.example.com${path}`);
    expect(purged({ urls: [asked] }, rules)).toEqual(values);
  });

  test("a folded path falls under the rule for what it is folded to", () => {
    const rules = rulesOf(
      { name: "exact", match: { path: "/p", headers: { x: true } }, ...none },
      { name: "all", match: { path: "/*" }, key: { pathCase: "insensitive" } },
    );
    expect(purged({ urls: ["/P?a=1"] }, rules)).toEqual([
      "url api.example.com/P",
      "url api.example.com/p?a=1",
      "url api.example.com/P?a=1",
    ]);
  });

  test("a path is purged as any rule for any query of it folds it", () => {
    const rules = rulesOf(
      { name: "a", match: { path: "/P/*", query: { old: true } }, key: { pathCase: "insensitive" } },
      { name: "b", match: { path: "/*" }, key: { trailingSlash: "strip" } },
    );
    expect([...purged({ paths: ["/P/x/"] }, rules)].sort()).toEqual([
      "path api.example.com/P/x",
      "path api.example.com/P/x/",
      "path api.example.com/p/x/",
    ]);
  });

  test("a prefix is purged in every spelling that a rule may have made of it", () => {
    const rules = rulesOf(
      { name: "a", match: { path: "/a/*" }, key: { pathCase: "insensitive", trailingSlash: "strip" } },
      { name: "b", match: { path: "/b/*" }, key: { host: false } },
    );
    expect(purged({ prefixes: ["/Blog/"] }, rules)).toEqual([
      "prefix api.example.com/Blog/",
      "prefix api.example.com/blog/",
      "prefix any-host.invalid/Blog/",
      "prefix any-host.invalid/blog/",
      "path api.example.com/Blog",
      "path api.example.com/blog",
      "path any-host.invalid/Blog",
      "path any-host.invalid/blog",
    ]);
  });
});

describe("what rules did before they were changed", () => {
  test("an address is purged as it was asked for, too: a rule may have kept it so", () => {
    const rules = { rules: [{ name: "a", match: { path: "/*" }, query: "none" }] } as const;
    expect(purged({ urls: ["/p?a=1"] }, rules)).toEqual([
      "url api.example.com/p",
      "url api.example.com/p?a=1",
    ]);
  });

  test("what a rule has stored that is gone now goes by its name, where that is what is meant", () => {
    expect(purged({ formerRules: ["products-v1"] })).toEqual(["rule products-v1"]);
    const asked = read({ rules: ["products-v1"] });
    expect(asked.kind === "refused" && asked.complaints).toEqual([
      'rules[0]: found "products-v1"; allowed: the name of a rule, or in "formerRules" that of one that is gone; did you mean "products"?',
    ]);
  });
});

describe("a query that a prefix ends in", () => {
  test.each<[query: NonNullable<RulesInput["rules"]>[number]["query"], expected: readonly string[]]>([
    ["all", ["prefix api.example.com/p?b=1&"]],
    ["none", ["prefix api.example.com/p?b=1&", "path api.example.com/p"]],
    [{ include: ["b"] }, ["prefix api.example.com/p?b=1&", "path api.example.com/p"]],
    [{ tracking: "drop" }, ["prefix api.example.com/p?b=1&", "path api.example.com/p"]],
    [{ sort: true }, ["prefix api.example.com/p?b=1&", "path api.example.com/p"]],
  ])("where the rule keeps %j", (query = "all", expected) => {
    const rules = { rules: [{ name: "a", match: { path: "/p" }, query }] };
    expect(purged({ prefixes: ["/p?b=1&"] }, rules)).toEqual(expected);
  });
});

describe("a tag", () => {
  test("with a blank before it is purged as written and without, as fields have it", () => {
    expect(purged({ tags: [" a"] })).toEqual(["tag %20a", "tag a"]);
  });
});

describe("what is said twice is purged once", () => {
  test("in one spelling or another", () => {
    expect(purged({ urls: ["/a", "https://api.example.com/%61"], tags: ["x", "x"] })).toEqual([
      "tag x",
      "url api.example.com/a",
    ]);
  });
});

describe("what would purge nothing is refused", () => {
  test.each<[body: object, complaint: string]>([
    [{ urls: ["api.example.com/a"] }, 'urls[0]: found "api.example.com/a"; allowed: an address'],
    [{ urls: ["products"] }, 'urls[0]: found "products"; allowed: an address'],
    [{ urls: ["ftp://a.example/"] }, "allowed: an address"],
    [{ urls: ["https://user:pass@a.example/"] }, "allowed: an address"],
    [{ urls: ["/products/*"] }, 'allowed: no "*": all that begins so is purged by "prefixes"'],
    [{ urls: [`/${"x".repeat(2100)}`] }, "of up to 2048 characters"],
    [{ paths: ["products"] }, 'paths[0]: found "products"; allowed: a path'],
    [{ paths: ["/products/*"] }, 'allowed: no "*"'],
    [{ prefixes: ["products/"] }, 'prefixes[0]: found "products/"; allowed: how addresses begin'],
    [{ prefixes: ["/products/*"] }, 'without a "*" at its end'],
    [{ prefixes: ["/caf%c"] }, "allowed: how addresses begin"],
    [{ paths: ["ftp://a.example/b"] }, "allowed: a path"],
    [{ prefixes: ["ftp://a.example/b"] }, "allowed: how addresses begin"],
    [{ hosts: ["*.example.com"] }, 'hosts[0]: found "*.example.com"; allowed: a host name'],
    [{ hosts: ["api"] }, "allowed: a host name"],
    [{ hosts: ["api.example.com/a"] }, "allowed: a host name"],
    [{ tags: [""] }, 'tags[0]: found ""; allowed: a string, not empty'],
    [{ tags: [" "] }, 'tags[0]: found " "; allowed: a string, not empty'],
    [{ tags: ["*"] }, 'without wildcards: all goes by "everything"'],
    [{ tags: ["a\ud800"] }, "allowed: a string of whole characters"],
    [{ prefixes: [`/${"x".repeat(2100)}`] }, "allowed: a string of up to 2048 characters"],
    [{ prefixes: ["/products#top"] }, 'with no "#"'],
    [{ hosts: ["https://api.example.com/"] }, "such as api.example.com"],
    [{ tags: ["x".repeat(1025)] }, "allowed: a tag of up to 1024 characters"],
    [{ tags: ["a", { tag: "b" }] }, 'tags[1]: found {"tag":"b"}; allowed: a string'],
    [{ tags: null }, "tags: found null; allowed: a list of strings"],
    [{ rules: ["product"] }, 'did you mean "products"?'],
    [{ everything: null }, "everything: found null; allowed: true"],
    [{ soft: null, tags: ["a"] }, "soft: found null; allowed: true or false"],
    [{ soft: true }, "nothing to purge"],
    [{ tags: [], urls: [] }, "nothing to purge"],
  ])("%j", (body, complaint) => {
    const asked = read(body);
    expect(asked.kind === "refused" ? asked.complaints.join("\n") : asked).toContain(complaint);
  });

  test("all mistakes are named at once, and no more than can be read", () => {
    const asked = read({ tags: [1, 2], ulrs: [], everything: 1 });
    expect(asked.kind === "refused" && asked.complaints).toHaveLength(4);
    const many = read({ tags: Array.from({ length: 900 }, () => 1) });
    expect(many.kind === "refused" && many.complaints.slice(-1)).toEqual(["and 880 more"]);
  });

  test("what was meant is looked for only where it is told, since that takes its time", () => {
    const numbered = (count: number, text: string) =>
      Array.from({ length: count }, (_, number) => `${text}${number}`);
    vi.mocked(suggest).mockClear();
    read({ rules: numbered(900, "prodcts") });
    expect(vi.mocked(suggest)).toHaveBeenCalledTimes(20);
    read(Object.fromEntries(numbered(900, "tgas").map((key) => [key, 1])));
    expect(vi.mocked(suggest)).toHaveBeenCalledTimes(40);
  });

  test("a key of any length is named, cut short", () => {
    const asked = read({ ["x".repeat(500_000)]: 1 });
    expect(asked.kind === "refused" && asked.complaints[0]?.length).toBeLessThan(250);
  });
});
