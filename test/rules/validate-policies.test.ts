import { describe, expect, test } from "vitest";
import type { Policy } from "../../src/cache/policy.ts";
import rules from "../../src/cache-rules.ts";
import type { DecisionsInput } from "../../src/rules/input/decisions.ts";
import {
  DEFAULT_ORIGIN,
  DEFAULT_SETTINGS,
  NO_CHANGES,
  NO_TTL,
  PLAIN_KEY,
} from "../../src/rules/policy/plain.ts";
import { defineRules, type RuleMatch } from "../../src/rules/rule.ts";
import { ACCEPTED_DECISIONS, ACCEPTED_MATCHES, ACCEPTED_ORIGINS, ORIGINS } from "./accepted.ts";

const DEFAULT: Policy = {
  rule: null,
  action: "cache",
  respond: null,
  rateLimit: null,
  required: null,
  signedUrl: null,
  edgeTtl: NO_TTL,
  browserTtl: NO_TTL,
  staleWhileRevalidate: null,
  staleIfError: null,
  key: PLAIN_KEY,
  scope: { kind: "shared" },
  tags: [],
  clientDirectives: "ignore",
  heuristicFreshness: false,
  setCookie: "bypass",
  requestCookies: "respect",
  authorization: "respect",
  otherFields: { fate: "vary", forward: [], tested: [] },
  cors: null,
  invalidates: [],
  originPurges: "ignore",
  readYourWritesSeconds: null,
  origin: DEFAULT_ORIGIN,
  extensions: [],
  securityFields: null,
  responseFields: NO_CHANGES,
};

const EVERY_REQUEST: RuleMatch = {
  ...{ path: [], extension: [], method: [], host: [], query: [], headers: [], cookies: [], country: [] },
  ...{ continent: [], asn: [], tlsVersion: [], bot: null, ip: [], not: [], any: [], all: [] },
};

function ruleOf(decisions: DecisionsInput & { readonly extends?: "static-assets" | "never" | "per-user" }) {
  const [rule] = defineRules({
    origins: ORIGINS,
    rules: [{ name: "a", match: { path: "/p/:id" }, ...decisions }],
  }).rules;
  if (rule === undefined) throw new Error("no rule");
  return rule;
}

describe("each decision arrives in the policy, and changes nothing else", () => {
  test.each(ACCEPTED_DECISIONS)("%j", (decisions, policy) => {
    expect(ruleOf(decisions).policy).toEqual({ ...DEFAULT, rule: "a", ...policy });
  });
});

describe("each condition arrives, in its normal form", () => {
  test.each(ACCEPTED_MATCHES)("%j", (match, parsed) => {
    const {
      rules: [rule],
    } = defineRules({ rules: [{ name: "a", match }] });
    expect(rule?.match).toEqual({ ...EVERY_REQUEST, ...parsed });
  });

  test("conditions hold conditions", () => {
    const {
      rules: [rule],
    } = defineRules({
      rules: [
        {
          name: "a",
          match: {
            not: { path: "/a" },
            any: [{ country: "DE" }, { all: [{ asn: 1 }] }],
            all: [{ bot: true }],
          },
        },
      ],
    });
    expect(rule?.match).toEqual({
      ...EVERY_REQUEST,
      not: [{ ...EVERY_REQUEST, path: ["/a"] }],
      any: [
        { ...EVERY_REQUEST, country: ["DE"] },
        { ...EVERY_REQUEST, all: [{ ...EVERY_REQUEST, asn: [1] }] },
      ],
      all: [{ ...EVERY_REQUEST, bot: true }],
    });
  });
});

describe("each origin arrives with its settings", () => {
  test.each(ACCEPTED_ORIGINS)("%j", (origin, settings) => {
    const { origins } = defineRules({ origins: { api: origin }, rules: [] });
    expect([...origins.keys()]).toEqual(["default", "api"]);
    expect(origins.get("api")).toEqual({ ...DEFAULT_SETTINGS, name: "api", ...settings });
  });

  test("an entry for default adds to the ORIGIN variable", () => {
    const { origins } = defineRules({ origins: { default: { retries: { attempts: 1 } } }, rules: [] });
    expect(origins.get("default")).toEqual({
      ...DEFAULT_SETTINGS,
      retries: { attempts: 1, backoffMs: 100, statuses: [502, 503, 504] },
    });
  });
});

describe("what a rule takes from defaults and presets", () => {
  test("without rules and defaults, the origin decides", () => {
    const { rules: none, defaults, origins } = defineRules({ rules: [] });
    expect({ none, defaults }).toEqual({ none: [], defaults: DEFAULT });
    expect([...origins]).toEqual([["default", DEFAULT_SETTINGS]]);
  });

  test("defaults hold where a rule is silent, and where none matches", () => {
    const set = defineRules({
      defaults: { browserTtl: "1m", tags: ["all"], query: "none" },
      rules: [{ name: "a", match: {}, tags: ["own"] }],
    });
    const expected: Policy = {
      ...DEFAULT,
      browserTtl: { ...NO_TTL, overrideSeconds: 60 },
      key: { ...PLAIN_KEY, query: { ...PLAIN_KEY.query, keep: "none" } },
    };
    expect(set.defaults).toEqual({ ...expected, tags: [{ source: "all", parts: ["all"] }] });
    expect(set.rules[0]?.policy).toEqual({
      ...expected,
      rule: "a",
      tags: [{ source: "own", parts: ["own"] }],
    });
  });

  test("a rule that passes inherits no lifetime, and keeps the one it writes", () => {
    const { rules: passing } = defineRules({
      defaults: { edgeTtl: "1h", browserTtl: "1h", staleIfError: "1h", staleWhileRevalidate: "1h" },
      rules: [
        { name: "a", match: {}, cache: false },
        { name: "b", match: {}, cache: false, browserTtl: 0 },
        { name: "c", match: {}, extends: "never" },
      ],
    });
    expect(passing.map(({ policy }) => policy)).toEqual([
      { ...DEFAULT, rule: "a", action: "pass" },
      { ...DEFAULT, rule: "b", action: "pass", browserTtl: { ...NO_TTL, overrideSeconds: 0 } },
      { ...DEFAULT, rule: "c", action: "pass" },
    ]);
  });

  test("a token in defaults waits for the rule that reads it", () => {
    const {
      rules: [plain, scoped],
    } = defineRules({
      defaults: { identity: { claim: "sub" }, jwt: { secret: "KEY" } },
      rules: [
        { name: "a", match: {} },
        { name: "b", match: {}, scope: "user" },
      ],
    });
    expect(plain?.policy.scope).toEqual({ kind: "shared" });
    expect(scoped?.policy.scope).toMatchObject({ kind: "user", identity: { kind: "claim", name: "sub" } });
  });
});

test("the policies, the conditions and the origins are frozen to the last part", () => {
  const set = defineRules({
    origins: { ...ORIGINS, other: { service: "O", retries: { attempts: 1 }, circuitBreaker: {} } },
    rules: ACCEPTED_DECISIONS.map(([decisions], index) => ({
      name: `r${index}`,
      match: { path: "/p/:id", any: ACCEPTED_MATCHES.slice(1).map(([match]) => match) },
      ...decisions,
    })),
  });
  for (const part of [set.rules, set.defaults, [...set.origins.values()]])
    expect(unfrozenIn(part)).toEqual([]);
});

// A list made here is not what was tested; nor are the platform's own objects, which freezing does not bind.
function unfrozenIn(value: unknown, path = ""): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  if (value instanceof Map || value instanceof Set || value instanceof RegExp) return [];
  const own = Object.isFrozen(value) || path === "" ? [] : [path];
  return [...own, ...Object.entries(value).flatMap(([key, below]) => unfrozenIn(below, `${path}/${key}`))];
}

test("the operator's file as it is delivered is in order", () => {
  expect(rules.rules.map(({ name }) => name)).toEqual(["user", "product-list", "product", "blog"]);
});
