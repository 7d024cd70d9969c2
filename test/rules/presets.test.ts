import { describe, expect, test } from "vitest";
import type { PresetName, RuleInput } from "../../src/rules/input/rules.ts";
import { NO_TTL, PLAIN_KEY } from "../../src/rules/policy/plain.ts";
import { defineRules } from "../../src/rules/rule.ts";

function policyOf(rule: Partial<RuleInput>, defaults: object = {}) {
  const [made] = defineRules({ defaults, rules: [{ name: "a", match: {}, ...rule }] }).rules;
  if (made === undefined) throw new Error("no rule");
  return made.policy;
}

const SORTED = { ...PLAIN_KEY, query: { keep: "all", sort: true, tracking: "drop" } };

describe("a preset decides what it says", () => {
  test.each<[preset: PresetName, policy: object]>([
    [
      "static-assets",
      {
        action: "cache",
        edgeTtl: {
          ...NO_TTL,
          fallbackSeconds: 86_400,
          byStatus: [
            { first: 404, last: 404, seconds: 30 },
            { first: 410, last: 410, seconds: 30 },
          ],
        },
        browserTtl: { ...NO_TTL, fallbackSeconds: 3600 },
        staleWhileRevalidate: { seconds: 3600, override: false },
        staleIfError: { seconds: 86_400, override: false },
        key: SORTED,
        setCookie: "strip",
        requestCookies: "ignore",
        authorization: "ignore",
      },
    ],
    [
      "api-list",
      {
        action: "cache",
        edgeTtl: NO_TTL,
        staleWhileRevalidate: { seconds: 30, override: false },
        staleIfError: { seconds: 3600, override: false },
        key: SORTED,
        setCookie: "bypass",
      },
    ],
    [
      "per-user",
      {
        action: "cache",
        scope: { kind: "user", identity: { kind: "authorization" } },
        edgeTtl: { ...NO_TTL, fallbackSeconds: 30, maxSeconds: 300 },
        staleIfError: { seconds: 600, override: false },
      },
    ],
    ["never", { action: "pass", edgeTtl: NO_TTL, staleIfError: null }],
  ])("%s", (preset, policy) => {
    expect(policyOf({ extends: preset })).toMatchObject(policy);
  });
});

describe("a preset stands between the defaults and the rule", () => {
  const override = (overrideSeconds: number) => ({ ...NO_TTL, overrideSeconds });

  test("its keys win over the defaults", () => {
    const policy = policyOf({ extends: "api-list" }, { staleIfError: "1m", browserTtl: "1m" });
    expect(policy.staleIfError).toEqual({ seconds: 3600, override: false });
    expect(policy.browserTtl).toEqual(override(60));
  });

  test("the rule's keys win over it, each taken whole", () => {
    const policy = policyOf({ extends: "static-assets", edgeTtl: 5, query: { exclude: ["v"] } });
    expect(policy.edgeTtl).toEqual(override(5));
    expect(policy.key.query).toMatchObject({ sort: false, tracking: "keep" });
    expect(policy.setCookie).toBe("strip");
  });

  test("a rule that passes takes none of its lifetimes", () => {
    const policy = policyOf({ extends: "static-assets", cache: false });
    expect(policy).toMatchObject({ action: "pass", edgeTtl: NO_TTL, browserTtl: NO_TTL, staleIfError: null });
  });

  test("a rule may say how the users of per-user are known", () => {
    const policy = policyOf({ extends: "per-user", identity: { cookie: "sid" } });
    expect(policy.scope).toEqual({ kind: "user", identity: { kind: "cookie", name: "sid" } });
  });
});
