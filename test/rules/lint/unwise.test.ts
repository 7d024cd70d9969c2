/** What works, and will be regretted: told, so that it is done on purpose or not at all. */
import { describe, expect, test } from "vitest";
import { lintRules } from "../../../src/rules/lint/lint.ts";
import type { RuleMatch } from "../../../src/rules/rule.ts";
import { key, type PolicyParts, policy, SCOPES, ttl } from "../../cache/support.ts";
import { rule, ruleSet } from "../support.ts";

const UNWISE = new Set<string>(["no-stale-if-error", "cookie-key"]);

function warned(parts: PolicyParts, chosen: Partial<RuleMatch> = {}): readonly string[] {
  return lintRules(ruleSet([rule("a", { path: ["/a"], ...chosen }, parts)]))
    .filter(({ code }) => UNWISE.has(code))
    .map(({ code }) => code);
}

const lifetime = { edgeTtl: ttl({ overrideSeconds: 60 }) } satisfies PolicyParts;
const window = { seconds: 60, override: false };

describe("a route that falls with its origin", () => {
  test.each<[title: string, parts: PolicyParts, chosen: Partial<RuleMatch>, isWarned: boolean]>([
    ["a lifetime alone", lifetime, {}, true],
    ["a lifetime where the origin is silent", { edgeTtl: ttl({ fallbackSeconds: 1 }) }, {}, true],
    ["a window for refreshes alone", { staleWhileRevalidate: window }, {}, true],
    ["a lifetime and a window", { ...lifetime, staleIfError: window }, {}, false],
    ["no window on purpose", { ...lifetime, staleIfError: { seconds: 0, override: false } }, {}, false],
    ["nothing said", {}, {}, false],
    ["a lifetime of zero", { edgeTtl: ttl({ overrideSeconds: 0 }) }, {}, false],
    ["a pass", { ...lifetime, action: "pass" }, {}, false],
    ["writes", lifetime, { method: ["POST"] }, false],
  ])("%s", (_title, parts, chosen, isWarned) => {
    expect(warned(parts, chosen)).toEqual(isWarned ? ["no-stale-if-error"] : []);
  });

  test("is not said of each rule that inherits a lifetime", () => {
    const defaults = policy(lifetime);
    const rules = [rule("a", { path: ["/a"] }, { edgeTtl: defaults.edgeTtl })];
    expect(lintRules(ruleSet(rules, { defaults })).map(({ code }) => code)).not.toContain(
      "no-stale-if-error",
    );
  });
});

describe("a cookie in the key", () => {
  const cookie = (name: string, by: "value" | "presence" = "value") => ({
    key: key({ cookies: [{ name, by }] }),
  });
  const wanted = (values: boolean | string[]) => ({ cookies: [{ name: "plan", wanted: values }] });
  test.each<[title: string, parts: PolicyParts, chosen: Partial<RuleMatch>, isWarned: boolean]>([
    ["by its value", cookie("plan"), {}, true],
    ["by its value, that must be there", cookie("plan"), wanted(true), true],
    ["by one of few values", cookie("plan"), wanted(["free", "paid"]), false],
    ["by its presence", cookie("plan", "presence"), {}, false],
    ["a session, of which more is said", cookie("sid"), {}, false],
    ["in a copy for each user", { ...cookie("plan"), scope: SCOPES.authorization }, {}, false],
  ])("%s", (_title, parts, chosen, isWarned) => {
    expect(warned(parts, chosen)).toEqual(isWarned ? ["cookie-key"] : []);
  });
});
