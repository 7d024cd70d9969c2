import { describe, expect, test } from "vitest";
import { parseConfig } from "../../src/config.ts";
import { may, parseTokens } from "../../src/control/tokens.ts";

const LONG = "0123456789abcdef";

describe("tokens of the control API", () => {
  test.each<[title: string, text: string, names: string | null]>([
    ["none", "", ""],
    ["one", `ci:purge:${LONG}`, "ci/purge"],
    [
      "several, so that one can take the place of another",
      `ci:purge:${LONG} ci-2:purge:${LONG}x\nops:admin:${LONG}`,
      "ci/purge ci-2/purge ops/admin",
    ],
    ["with a colon in it", `ci:read:${LONG}:x`, "ci/read"],
    ["a role that is none", `ci:root:${LONG}`, null],
    ["a name twice", `ci:read:${LONG} ci:admin:${LONG}x`, null],
    ["too short", "ci:read:0123456789abcde", null],
    ["without a name", `:read:${LONG}`, null],
    ["without a role", `ci:${LONG}`, null],
  ])("%s", (_, text, names) => {
    const tokens = parseTokens(text);
    expect(tokens?.map(({ name, role }) => `${name}/${role}`).join(" ") ?? null).toBe(names);
  });

  test("each role may do what the ones before it may", () => {
    const roles = ["read", "purge", "admin"] as const;
    expect(roles.map((role) => roles.filter((needed) => may(role, needed)).length)).toEqual([1, 2, 3]);
  });

  test("a mistake is named, and no secret with it", () => {
    const parse = () => parseConfig({ ORIGIN: "https://a.example", CONTROL_TOKENS: `ci:root:${LONG}` });
    expect(parse).toThrow(/^CONTROL_TOKENS: found "24 characters"; allowed: name:role:token/);
    expect(parse).not.toThrow(LONG);
  });

  test.each<[prefix: string, taken: string | null]>([
    ["/ops", "/ops"],
    ["/ops/edge-1", "/ops/edge-1"],
    ["/", null],
    ["ops", null],
    ["/Ops", null],
    ["/ops/", null],
    ["/a/b/c/d", null],
    ["/%41", null],
  ])("the prefix %s", (prefix, taken) => {
    const parse = () => parseConfig({ ORIGIN: "https://a.example", CONTROL_PREFIX: prefix }).controlPrefix;
    if (taken === null) expect(parse).toThrow(/^CONTROL_PREFIX: found/);
    else expect(parse()).toBe(taken);
  });
});
