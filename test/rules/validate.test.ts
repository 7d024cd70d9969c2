import { describe, expect, test } from "vitest";
import { RulesError, SelvedgeError } from "../../src/errors.ts";
import { defineRules, type RulesInput } from "../../src/rules/rule.ts";

/** The lines of the error that untrusted rules give, or none where they are accepted. */
function mistakesIn(input: unknown): string[] {
  try {
    defineRules(input as RulesInput); // the point of these tests: JavaScript can hand over anything
    return [];
  } catch (error) {
    if (!(error instanceof RulesError)) throw error;
    return error.message
      .split("\n")
      .slice(1)
      .map((line) => line.replace("  - ", ""));
  }
}

const ONE = 'rule "a" (index 0)';
const DURATION =
  'allowed: whole seconds from 0 to 2147483648, or a whole number with one unit of s, m, h, d, w, such as "10m"';
const DECISIONS =
  "cache, edgeTtl, browserTtl, staleWhileRevalidate, staleIfError, query, tags, clientDirectives, heuristicFreshness, setCookie";
const PATH =
  'allowed: a URLPattern pathname that begins with "/", such as "/products/:id" or "/blog/*" (query parameters go in match.query)';
const PATHS = PATH.replace("allowed: ", "allowed: a path pattern or a list of them, each ");
const METHOD = 'allowed: a request method in capitals, such as "GET"';
const HOST =
  'allowed: a host name without scheme, port and path, such as "api.example.com" or "*.example.com"';
const TEST = "true (present), false (absent), a string (equal) or a list of strings (one of them)";
const NAME = "allowed: 1 to 64 printable ASCII characters, not blank at either end";
const QUERY = 'allowed: "all", "none", { include: [names] } or { exclude: [names] }';
const TAG = "allowed: a list of strings of 1 to 128 characters without blanks, commas and control characters";
const BOOLEAN = "allowed: true or false";

describe("a mistake in a decision", () => {
  test.each<[decisions: object, mistake: string]>([
    [
      { edgeTTL: "10m" },
      `edgeTTL: found "10m"; allowed: the keys name, match, ${DECISIONS}; did you mean "edgeTtl"?`,
    ],
    [{ zzz: 1 }, `zzz: found 1; allowed: the keys name, match, ${DECISIONS}`],
    [{ cache: "yes" }, `cache: found "yes"; ${BOOLEAN}`],
    [{ edgeTtl: -1 }, `edgeTtl: found -1; ${DURATION}`],
    [{ edgeTtl: Number.NaN }, `edgeTtl: found NaN; ${DURATION}`],
    [{ edgeTtl: undefined }, `edgeTtl: found undefined; ${DURATION}`],
    [{ edgeTtl: 5n }, `edgeTtl: found 5; ${DURATION}`],
    [{ browserTtl: 1.5 }, `browserTtl: found 1.5; ${DURATION}`],
    [{ staleWhileRevalidate: "500ms" }, `staleWhileRevalidate: found "500ms"; ${DURATION}`],
    [{ staleIfError: null }, `staleIfError: found null; ${DURATION}`],
    [{ edgeTtl: "1h", cache: false }, 'edgeTtl: found "1h"; allowed: no edgeTtl where cache is false'],
    [{ query: "some" }, `query: found "some"; ${QUERY}`],
    [{ query: {} }, `query: found {}; ${QUERY}`],
    [
      { query: { include: ["a"], exclude: ["b"] } },
      `query: found {"include":["a"],"exclude":["b"]}; ${QUERY}`,
    ],
    [
      { query: { includes: ["a"] } },
      'query.includes: found ["a"]; allowed: the keys include, exclude; did you mean "include"?',
    ],
    [
      { query: { include: "a" } },
      'query.include: found "a"; allowed: a list of names of query parameters, none of them empty',
    ],
    [
      { query: { include: ["a", 1] } },
      "query.include[1]: found 1; allowed: a list of names of query parameters, none of them empty",
    ],
    [{ tags: "a" }, `tags: found "a"; ${TAG}`],
    [{ tags: ["ok", "a b"] }, `tags[1]: found "a b"; ${TAG}`],
    [{ tags: ["a,b"] }, `tags[0]: found "a,b"; ${TAG}`],
    [{ tags: ["a\u0000"] }, `tags[0]: found "a\\u0000"; ${TAG}`],
    [{ tags: [""] }, `tags[0]: found ""; ${TAG}`],
    [{ tags: ["x".repeat(129)] }, `tags[0]: found "${"x".repeat(79)}…; ${TAG}`],
    [
      { clientDirectives: "honour" },
      'clientDirectives: found "honour"; allowed: "honor" or "ignore"; did you mean "honor"?',
    ],
    [{ heuristicFreshness: 1 }, `heuristicFreshness: found 1; ${BOOLEAN}`],
    [{ setCookie: true }, 'setCookie: found true; allowed: "bypass" or "strip"'],
  ])("%o", (decisions, mistake) => {
    expect(mistakesIn({ rules: [{ name: "a", match: {}, ...decisions }] })).toEqual([`${ONE}, ${mistake}`]);
  });
});

describe("a mistake in what is matched", () => {
  test.each<[match: unknown, mistake: string]>([
    [
      undefined,
      "match: found undefined; allowed: an object with the keys path, method, query, headers, host",
    ],
    ["/a", 'match: found "/a"; allowed: an object with the keys path, method, query, headers, host'],
    [
      { paths: "/" },
      'match.paths: found "/"; allowed: the keys path, method, query, headers, host; did you mean "path"?',
    ],
    [{ path: "products" }, `match.path: found "products"; ${PATH}; did you mean "/products"?`],
    [{ path: "*" }, `match.path: found "*"; ${PATH}`],
    [{ path: ["/a", "/:"] }, `match.path[1]: found "/:"; ${PATH}`],
    [{ path: "/a?page=1" }, `match.path: found "/a?page=1"; ${PATH}`],
    [{ path: "/:a/:a" }, `match.path: found "/:a/:a"; ${PATH}`],
    [{ path: [] }, `match.path: found []; ${PATHS}`],
    [{ path: 7 }, `match.path: found 7; ${PATHS}`],
    [{ path: [7] }, `match.path[0]: found 7; ${PATH}`],
    [{ method: "get" }, `match.method: found "get"; ${METHOD}; did you mean "GET"?`],
    [{ method: ["GET", "A B"] }, `match.method[1]: found "A B"; ${METHOD}`],
    [{ host: "https://a.example" }, `match.host: found "https://a.example"; ${HOST}`],
    [{ host: "a.example:80" }, `match.host: found "a.example:80"; ${HOST}`],
    [{ host: "a.*.example" }, `match.host: found "a.*.example"; ${HOST}`],
    [{ query: ["page"] }, `match.query: found ["page"]; allowed: an object of names, each with ${TEST}`],
    [{ query: { page: 1 } }, `match.query.page: found 1; allowed: ${TEST}`],
    [{ query: { "a b": [] } }, `match.query["a b"]: found []; allowed: ${TEST}`],
    [{ query: { page: ["1", 2] } }, `match.query.page: found ["1",2]; allowed: ${TEST}`],
    [{ query: { "": true } }, 'match.query[""]: found ""; allowed: the name of a query parameter, not empty'],
    [{ headers: { "x y": true } }, 'match.headers["x y"]: found "x y"; allowed: the name of a header field'],
    [{ headers: { "x-a": null } }, `match.headers.x-a: found null; allowed: ${TEST}`],
  ])("%o", (match, mistake) => {
    expect(mistakesIn({ rules: [{ name: "a", match }] })).toEqual([`${ONE}, ${mistake}`]);
  });
});

describe("a mistake in the file", () => {
  test.each<[title: string, input: unknown, mistakes: string[]]>([
    ["not an object", null, ["rules: found null; allowed: an object with the keys defaults, rules"]],
    ["a bare list", [], ["rules: found []; allowed: an object with the keys defaults, rules"]],
    ["no rules", {}, ["rules: found undefined; allowed: a list of rules"]],
    ["rules no list", { rules: {} }, ["rules: found {}; allowed: a list of rules"]],
    [
      "unknown key",
      { rules: [], default: {} },
      ['rules, default: found {}; allowed: the keys defaults, rules; did you mean "defaults"?'],
    ],
    [
      "a rule that is none",
      { rules: [null] },
      [
        `rule without a name (index 0): found null; allowed: an object with the keys name, match, ${DECISIONS}`,
      ],
    ],
    [
      "no name",
      { rules: [{ match: {} }] },
      [`rule without a name (index 0), name: found undefined; ${NAME}`],
    ],
    [
      "empty name",
      { rules: [{ name: "", match: {} }] },
      [`rule without a name (index 0), name: found ""; ${NAME}`],
    ],
    [
      "name for no header",
      { rules: [{ name: "a\n", match: {} }] },
      [`rule "a\\n" (index 0), name: found "a\\n"; ${NAME}`],
    ],
    [
      "repeated name",
      {
        rules: [
          { name: "a", match: {} },
          { name: "b", match: {} },
          { name: "a", match: {} },
        ],
      },
      ['rule "a" (index 2), name: found "a"; allowed: a name of its own (the rule at index 0 has this one)'],
    ],
    [
      "defaults no object",
      { defaults: 1, rules: [] },
      [`defaults: found 1; allowed: an object with the keys ${DECISIONS}`],
    ],
    [
      "a match in defaults",
      { defaults: { match: {} }, rules: [] },
      [`defaults, match: found {}; allowed: the keys ${DECISIONS}`],
    ],
    [
      "a lifetime for what defaults pass",
      { defaults: { cache: false }, rules: [{ name: "a", match: {}, edgeTtl: 5 }] },
      [`${ONE}, edgeTtl: found 5; allowed: no edgeTtl where cache is false`],
    ],
    [
      "a contradiction in defaults",
      { defaults: { cache: false, edgeTtl: 5 }, rules: [] },
      ["defaults, edgeTtl: found 5; allowed: no edgeTtl where cache is false"],
    ],
  ])("%s", (_title, input, mistakes) => {
    expect(mistakesIn(input)).toEqual(mistakes);
  });

  test("all mistakes come in one error", () => {
    const input = {
      defaults: { setCookie: "keep" },
      rules: [
        { name: "a", match: { path: "a" }, edgeTTL: "10m" },
        { name: "b", match: {}, browserTtl: "soon" },
      ],
    };
    expect(() => defineRules(input as unknown as RulesInput)).toThrow(SelvedgeError);
    expect(() => defineRules(input as unknown as RulesInput)).toThrow(
      [
        "The cache rules have 4 mistakes:",
        '  - defaults, setCookie: found "keep"; allowed: "bypass" or "strip"',
        `  - rule "a" (index 0), edgeTTL: found "10m"; allowed: the keys name, match, ${DECISIONS}; did you mean "edgeTtl"?`,
        `  - rule "a" (index 0), match.path: found "a"; ${PATH}; did you mean "/a"?`,
        `  - rule "b" (index 1), browserTtl: found "soon"; ${DURATION}`,
      ].join("\n"),
    );
  });

  test("a value that JSON cannot say is still named", () => {
    const loop: Record<string, unknown> = {};
    loop["self"] = loop;
    const found = mistakesIn({ rules: [{ name: "a", match: {}, cache: loop }] });
    expect(found).toEqual([`${ONE}, cache: found an object that JSON cannot say; ${BOOLEAN}`]);
  });
});

describe("the policy of a rule", () => {
  const DEFAULT = {
    rule: null,
    action: "cache",
    edgeTtlSeconds: null,
    browserTtlSeconds: null,
    staleWhileRevalidateSeconds: null,
    staleIfErrorSeconds: null,
    query: { kind: "all" },
    tags: [],
    clientDirectives: "ignore",
    heuristicFreshness: false,
    setCookie: "bypass",
  };

  test("without rules and defaults, the origin decides", () => {
    expect(defineRules({ rules: [] })).toEqual({ rules: [], defaults: DEFAULT });
  });

  test("every key arrives", () => {
    const { rules } = defineRules({
      rules: [
        {
          name: "a",
          match: {},
          edgeTtl: "10m",
          browserTtl: 60,
          staleWhileRevalidate: "30s",
          staleIfError: "1d",
          query: { exclude: ["utm_source"] },
          tags: ["x", "y", "x"],
          clientDirectives: "honor",
          heuristicFreshness: true,
          setCookie: "strip",
        },
      ],
    });
    expect(rules[0]?.policy).toEqual({
      rule: "a",
      action: "cache",
      edgeTtlSeconds: 600,
      browserTtlSeconds: 60,
      staleWhileRevalidateSeconds: 30,
      staleIfErrorSeconds: 86_400,
      query: { kind: "exclude", names: new Set(["utm_source"]) },
      tags: ["x", "y"],
      clientDirectives: "honor",
      heuristicFreshness: true,
      setCookie: "strip",
    });
  });

  test("defaults hold where a rule is silent, and where none matches", () => {
    const set = defineRules({
      defaults: { browserTtl: "1m", tags: ["all"], query: "none" },
      rules: [{ name: "a", match: {}, tags: ["own"] }],
    });
    const expected = { ...DEFAULT, browserTtlSeconds: 60, query: { kind: "none" } };
    expect(set.defaults).toEqual({ ...expected, tags: ["all"] });
    expect(set.rules[0]?.policy).toEqual({ ...expected, rule: "a", tags: ["own"] });
  });

  test("a rule that passes inherits no lifetime, and keeps the one it writes", () => {
    const { rules } = defineRules({
      defaults: { edgeTtl: "1h", browserTtl: "1h", staleIfError: "1h", staleWhileRevalidate: "1h" },
      rules: [
        { name: "a", match: {}, cache: false },
        { name: "b", match: {}, cache: false, browserTtl: 0 },
      ],
    });
    expect(rules[0]?.policy).toEqual({ ...DEFAULT, rule: "a", action: "pass" });
    expect(rules[1]?.policy).toEqual({ ...DEFAULT, rule: "b", action: "pass", browserTtlSeconds: 0 });
  });

  test("is frozen", () => {
    const { rules, defaults } = defineRules({ rules: [{ name: "a", match: {}, tags: ["x"] }] });
    const parts = [
      defaults,
      defaults.tags,
      defaults.query,
      rules,
      rules[0],
      rules[0]?.policy,
      rules[0]?.policy.tags,
    ];
    expect(parts.filter((part) => !Object.isFrozen(part))).toEqual([]);
  });
});
