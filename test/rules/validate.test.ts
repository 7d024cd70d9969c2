import { describe, expect, test } from "vitest";
import { RulesError, SelvedgeError } from "../../src/errors.ts";
import type { RulesInput } from "../../src/rules/input/rules.ts";
import { defineRules } from "../../src/rules/rule.ts";
import { REFUSED_DECISIONS } from "./refused-decisions.ts";
import { REFUSED_MATCHES } from "./refused-matches.ts";
import { REFUSED_ORIGINS } from "./refused-origins.ts";

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
  'whole seconds from 0 to 2147483648, or a whole number with one unit of s, m, h, d, w, such as "10m"';
const DECISIONS =
  "cache, edgeTtl, browserTtl, staleWhileRevalidate, staleIfError, query, key, scope, identity, jwt, tags, clientDirectives, heuristicFreshness, setCookie, requestCookies, authorization, otherHeaders, forwardHeaders, cors, invalidates, originPurges, readYourWrites, origin, requestHeaders, responseHeaders, securityHeaders, respond, rateLimit, require, signedUrl";
const RULE = `name, match, extends, ${DECISIONS}`;
const PATH =
  'allowed: a URLPattern pathname that begins with "/", such as "/products/:id" or "/blog/*" (query parameters go in match.query)';
const NAME = "allowed: 1 to 64 printable ASCII characters, not blank at either end";
const BOOLEAN = "allowed: true or false";
const TTL = `allowed: "respect", or ${DURATION}, or an object with at least one of the keys override, fallback, min, max, byStatus`;

/** What stands before each of the messages. */
function at(place: string, mistakes: string | readonly string[]): string[] {
  return [mistakes].flat().map((mistake) => place + mistake);
}

describe("each wrong decision is named with what is allowed", () => {
  test.each(REFUSED_DECISIONS)("%j", (decisions, _seen, mistakes) => {
    const rules = [{ name: "a", match: { path: "/p/:id" }, ...decisions }];
    expect(mistakesIn({ rules })).toEqual(at(`${ONE}, `, mistakes));
  });
});

describe("each wrong condition is named with what is allowed", () => {
  test.each(REFUSED_MATCHES)("%j", (match, _seen, mistakes) => {
    expect(mistakesIn({ rules: [{ name: "a", match }] })).toEqual(at(`${ONE}, match`, mistakes));
  });
});

describe("each wrong origin is named with what is allowed", () => {
  test.each(REFUSED_ORIGINS)("%j", (origins, _seen, mistakes) => {
    expect(mistakesIn({ rules: [], origins })).toEqual(at("origins", mistakes));
  });
});

describe("a mistake in the file", () => {
  test.each<[title: string, input: unknown, mistakes: string[]]>([
    ["not an object", null, ["rules: found null; allowed: an object with the keys defaults, origins, rules"]],
    ["a bare list", [], ["rules: found []; allowed: an object with the keys defaults, origins, rules"]],
    ["no rules", {}, ["rules: found undefined; allowed: a list of rules"]],
    ["rules no list", { rules: {} }, ["rules: found {}; allowed: a list of rules"]],
    [
      "unknown key",
      { rules: [], default: {} },
      ['rules, default: found {}; allowed: the keys defaults, origins, rules; did you mean "defaults"?'],
    ],
    [
      "a rule that is none",
      { rules: [null] },
      [`rule without a name (index 0): found null; allowed: an object with the keys ${RULE}`],
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
      "defaults undefined",
      { defaults: undefined, rules: [] },
      [`defaults: found undefined; allowed: an object with the keys ${DECISIONS}`],
    ],
    [
      "unknown and shapeless keys of a rule",
      { rules: [{ name: "a", match: {}, edgeTTL: "10m", zzz: 1 }] },
      [
        `${ONE}, edgeTTL: found "10m"; allowed: the keys ${RULE}; did you mean "edgeTtl"?`,
        `${ONE}, zzz: found 1; allowed: the keys ${RULE}`,
      ],
    ],
    [
      "an origin that is not there",
      { origins: { api: "https://a.example" }, rules: [{ name: "a", match: {}, origin: "apo" }] },
      [`${ONE}, origin: found "apo"; allowed: one of the origins default, api; did you mean "api"?`],
    ],
    [
      "a path parameter in defaults",
      { defaults: { tags: ["{id}"] }, rules: [] },
      [
        'defaults, tags[0]: found "{id}"; allowed: the placeholders {host}, {country}, {query.NAME}, {response.NAME}, not {id}',
      ],
    ],
    [
      "a path parameter that one of the patterns lacks",
      { rules: [{ name: "a", match: { path: ["/a/:id", "/b"] }, tags: ["{id}"] }] },
      [
        `${ONE}, tags[0]: found "{id}"; allowed: a path parameter that every pattern of match.path has, which {id} is not`,
      ],
    ],
    [
      "a path parameter with the name of a fact",
      { rules: [{ name: "a", match: { path: "/a/:host" }, tags: ["{host}"] }] },
      [
        `${ONE}, tags[0]: found "{host}"; allowed: no {host} where a path parameter has this name too; rename the parameter`,
      ],
    ],
    [
      "a scope in defaults without its token",
      { defaults: { scope: { claims: ["role"] } }, rules: [] },
      [
        'defaults, scope: found {"claims":["role"]}; allowed: a jwt beside it, or in defaults, to read claims from',
      ],
    ],
    [
      "what a preset ignores and the rule reads",
      { rules: [{ name: "a", match: {}, extends: "static-assets", key: { cookies: ["ab"] } }] },
      [`${ONE}, key: found {"cookies":["ab"]}; allowed: no key.cookies where requestCookies is ignored`],
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
        `  - rule "a" (index 0), edgeTTL: found "10m"; allowed: the keys ${RULE}; did you mean "edgeTtl"?`,
        `  - rule "a" (index 0), match.path: found "a"; ${PATH}; did you mean "/a"?`,
        `  - rule "b" (index 1), browserTtl: found "soon"; ${TTL}`,
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
