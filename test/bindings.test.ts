/** A rule that could not work is not served, and what is missing is said by name. */
import { describe, expect, test } from "vitest";
import { requireBindings } from "../src/bindings.ts";
import type { RulesInput } from "../src/rules/input/rules.ts";
import { defineRules } from "../src/rules/rule.ts";
import { configWith } from "./support/config.ts";

function refusal(input: RulesInput, parts: Parameters<typeof configWith>[0] = {}): string | null {
  try {
    requireBindings(defineRules(input), configWith(parts));
    return null;
  } catch (error) {
    return String(error);
  }
}

const limited: RulesInput = {
  rules: [
    { name: "login", match: { path: "/login" }, rateLimit: { binding: "LOGIN", limit: 5, period: 60 } },
  ],
};
const signed: RulesInput = {
  rules: [{ name: "api", match: {}, requestHeaders: { set: { "X-Key": "{env.API_KEY}" } } }],
};
const linked: RulesInput = {
  rules: [{ name: "files", match: {}, signedUrl: { secret: ["NEW_KEY", "OLD_KEY"] } }],
};
const KEY = "k".repeat(32);
const LINK_KEY_ALLOWED =
  'allowed: a secret of at least 32 characters, which rule "files" verifies signed URLs with';
const bound: RulesInput = {
  origins: { inner: { service: "INNER" } },
  rules: [{ name: "inner", match: {}, origin: "inner" }],
};

const guarded: RulesInput = {
  origins: {
    inner: {
      url: "https://inner.example.com",
      auth: { header: { secret: "PASS" }, signature: { secret: "SIGNING_KEY" }, certificate: "CERT" },
    },
  },
  rules: [],
};
const PASS_ALLOWED =
  'allowed: a secret of printable ASCII characters without blanks, by which origin "inner" knows the cache';

describe("what the rules name", () => {
  test.each<
    [title: string, input: RulesInput, parts: Parameters<typeof configWith>[0], refused: string | null]
  >([
    ["nothing", { rules: [] }, {}, null],
    ["a rate limit that is bound", limited, { bindings: { LOGIN: { limit() {} } } }, null],
    [
      "a rate limit that is not",
      limited,
      {},
      'ConfigError: LOGIN: found nothing; allowed: a rate limit of this name in wrangler.toml, which rule "login" counts by',
    ],
    ["a secret that is there", signed, { variables: { API_KEY: "s" } }, null],
    [
      "a secret that is not",
      signed,
      {},
      'ConfigError: API_KEY: found nothing; allowed: a value that rule "api" sends to the origin, as a variable or a secret',
    ],
    ["an empty secret", signed, { variables: { API_KEY: "" } }, expect.stringContaining("API_KEY") as never],
    ["keys of links that are there", linked, { variables: { NEW_KEY: KEY, OLD_KEY: KEY } }, null],
    [
      "one of two keys that is not",
      linked,
      { variables: { NEW_KEY: KEY } },
      `ConfigError: OLD_KEY: found nothing; ${LINK_KEY_ALLOWED}`,
    ],
    [
      "a key that is too short, and not repeated",
      linked,
      { variables: { NEW_KEY: "short-and-secret", OLD_KEY: KEY } },
      `ConfigError: NEW_KEY: found "16 characters"; ${LINK_KEY_ALLOWED}`,
    ],
    [
      "all that an origin knows the cache by",
      guarded,
      { variables: { PASS: " pass\n", SIGNING_KEY: KEY }, bindings: { CERT: { fetch() {} } } },
      null,
    ],
    [
      "a certificate that is not bound",
      guarded,
      { variables: { PASS: "pass", SIGNING_KEY: KEY, CERT: "x" } },
      'ConfigError: CERT: found nothing; allowed: an mTLS certificate of this name in wrangler.toml, by which origin "inner" knows the cache',
    ],
    [
      "a secret that no field can hold, and not repeated",
      guarded,
      { variables: { PASS: "p\u00e4ss word", SIGNING_KEY: KEY }, bindings: { CERT: { fetch() {} } } },
      `ConfigError: PASS: found "9 characters"; ${PASS_ALLOWED}`,
    ],
    [
      "a signing key that is not there",
      guarded,
      { variables: { PASS: "pass" }, bindings: { CERT: { fetch() {} } } },
      'ConfigError: SIGNING_KEY: found nothing; allowed: a secret of at least 32 characters, which requests to origin "inner" are signed with',
    ],
    ["a service that is bound", bound, { bindings: { INNER: { fetch() {} } } }, null],
    [
      "a service that is not",
      bound,
      { variables: { INNER: "https://x" } },
      'ConfigError: INNER: found nothing; allowed: a service binding of this name in wrangler.toml, which origin "inner" is reached through',
    ],
  ])("%s", (_, input, parts, refused) => {
    expect(refusal(input, parts)).toEqual(refused);
  });

  test("all that is missing is said at once", () => {
    const input: RulesInput = { ...bound, rules: [...limited.rules, ...signed.rules, ...bound.rules] };
    const message = refusal(input) ?? "";
    expect(["INNER", "LOGIN", "API_KEY"].filter((name) => !message.includes(name))).toEqual([]);
  });
});
