import { describe, expect, test } from "vitest";
import { parseConfig } from "../../src/config.ts";
import { may, readTokens } from "../../src/control/tokens.ts";

const LONG = "0123456789abcdef";

describe("tokens of the control API", () => {
  test.each<[title: string, text: string, names: string]>([
    ["none", "", ""],
    ["one", `ci:purge:${LONG}`, "ci/purge"],
    [
      "several, so that one can take the place of another",
      `ci:purge:${LONG} ci-2:purge:${LONG}x\nops:admin:${LONG}y\n`,
      "ci/purge ci-2/purge ops/admin",
    ],
    ["with a colon in it", `ci:read:${LONG}:x`, "ci/read"],
  ])("%s", (_, text, names) => {
    const read = readTokens(text);
    const tokens = read.kind === "tokens" ? read.tokens : [];
    expect(tokens.map(({ name, role }) => `${name}/${role}`).join(" ")).toBe(names);
    expect(read.kind).toBe("tokens");
  });

  test.each<[title: string, vars: object, complaint: string]>([
    [
      "a role that is none",
      { CONTROL_TOKENS: `a:read:${LONG}x ci:root:${LONG}` },
      'CONTROL_TOKENS: found "entry 2 (ci) with another role"; allowed: read, purge, admin',
    ],
    [
      "a name twice",
      { CONTROL_TOKENS: `ci:read:${LONG} ci:admin:${LONG}x` },
      'CONTROL_TOKENS: found "the name ci twice"; allowed: a name of its own for each token',
    ],
    [
      "a token twice",
      { CONTROL_TOKENS: `ci:read:${LONG} ops:admin:${LONG}` },
      'CONTROL_TOKENS: found "one token for ci and ops"; allowed: another token for each name',
    ],
    [
      "the one token among the others",
      { CONTROL_TOKEN: LONG, CONTROL_TOKENS: `ci:read:${LONG}` },
      'CONTROL_TOKENS: found "one token for CONTROL_TOKEN and ci"; allowed: another token for each name',
    ],
    [
      "too short",
      { CONTROL_TOKENS: "ci:read:0123456789abcde" },
      'CONTROL_TOKENS: found "entry 1 (ci) with 15 characters"; allowed: a token of at least 16 characters',
    ],
    ["the one token too short", { CONTROL_TOKEN: LONG.slice(1) }, 'CONTROL_TOKEN: found "15 characters"'],
    [
      "the one token with a blank in it, with which nobody could be let in",
      { CONTROL_TOKEN: `${LONG} x` },
      'CONTROL_TOKEN: found "18 characters, some that no header field takes"',
    ],
    [
      "without a name",
      { CONTROL_TOKENS: `:read:${LONG}` },
      'CONTROL_TOKENS: found "entry 1 of another form"',
    ],
    ["without a role", { CONTROL_TOKENS: `ci:${LONG}` }, 'CONTROL_TOKENS: found "entry 1 of another form"'],
    ["a secret alone", { CONTROL_TOKENS: LONG }, 'CONTROL_TOKENS: found "entry 1 of another form"'],
    ["JSON", { CONTROL_TOKENS: `[{"token":"${LONG}"}]` }, 'CONTROL_TOKENS: found "entry 1 of another form"'],
  ])("refused by name, and no secret with it: %s", (_, vars, complaint) => {
    const refusal = parseConfig({ ORIGIN: "https://a.example", ...vars }).controlTokens;
    expect(String(refusal)).toContain(complaint);
    expect(String(refusal)).not.toContain(LONG.slice(0, 15));
  });

  test("a line feed at the end of the one token is not part of it", () => {
    const { controlTokens } = parseConfig({ ORIGIN: "https://a.example", CONTROL_TOKEN: `${LONG}\n` });
    expect(controlTokens).toEqual([{ name: "CONTROL_TOKEN", role: "admin", token: LONG }]);
  });

  test("each role may do what the ones before it may", () => {
    const roles = ["read", "purge", "admin"] as const;
    expect(roles.map((role) => roles.filter((needed) => may(role, needed)).length)).toEqual([1, 2, 3]);
  });

  test.each<[prefix: string, taken: string | null]>([
    ["/ops", "/ops"],
    ["/ops/edge-1", "/ops/edge-1"],
    ["/", null],
    ["ops", null],
    ["/Ops", null],
    ["/ops/", null],
    ["/a/b/c", null],
    ["/a.b", null],
    ["/%41", null],
  ])("the prefix %s", (prefix, taken) => {
    const parse = () => parseConfig({ ORIGIN: "https://a.example", CONTROL_PREFIX: prefix }).controlPrefix;
    if (taken === null) expect(parse).toThrow(/^CONTROL_PREFIX: found/);
    else expect(parse()).toBe(taken);
  });

  const ZONE = { CLOUDFLARE_ZONE_ID: "0123456789abcdef0123456789abcdef", CLOUDFLARE_PURGE_TOKEN: "secret" };

  test.each<[title: string, vars: object, complaint: string | null]>([
    ["no zone", {}, null],
    ["a zone", ZONE, null],
    ["a zone without a token", { ...ZONE, CLOUDFLARE_PURGE_TOKEN: "" }, "CLOUDFLARE_PURGE_TOKEN: found"],
    ["a token without a zone", { ...ZONE, CLOUDFLARE_ZONE_ID: "" }, "CLOUDFLARE_ZONE_ID: found"],
    ["the name of a zone", { ...ZONE, CLOUDFLARE_ZONE_ID: "example.com" }, "CLOUDFLARE_ZONE_ID: found"],
    ["a token with a line feed", { ...ZONE, CLOUDFLARE_PURGE_TOKEN: "secret\n" }, "CLOUDFLARE_PURGE_TOKEN"],
    ["another API", { ...ZONE, CLOUDFLARE_API: "api" }, "CLOUDFLARE_API: found"],
  ])("Cloudflare's own cache: %s", (_, vars, complaint) => {
    const zone = parseConfig({ ORIGIN: "https://a.example", ...vars }).cloudflare;
    if (complaint === null) {
      const api = "https://api.cloudflare.com/client/v4";
      expect(zone).toEqual(
        "CLOUDFLARE_ZONE_ID" in vars ? { id: ZONE.CLOUDFLARE_ZONE_ID, token: "secret", api } : null,
      );
    } else {
      expect(String(zone)).toContain(complaint);
      expect(String(zone)).not.toContain("secret\n");
    }
  });
});
