import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { describedSchema, SCHEMA_PATH } from "../../scripts/schema.ts";
import { RulesError } from "../../src/errors.ts";
import { DECISIONS } from "../../src/rules/parse/decisions.ts";
import { defineRules } from "../../src/rules/rule.ts";
import { rulesSchema } from "../../src/rules/schema.ts";
import { validateRules } from "../../src/rules/validate.ts";
import { ACCEPTED_DECISIONS, ACCEPTED_MATCHES, ACCEPTED_ORIGINS, ORIGINS } from "./accepted.ts";
import { REFUSED_DECISIONS } from "./refused-decisions.ts";
import { REFUSED_MATCHES } from "./refused-matches.ts";
import { REFUSED_ORIGINS } from "./refused-origins.ts";

type Schema = Readonly<Record<string, unknown>>;

const accepts = new Ajv2020({ strictTypes: true }).compile(rulesSchema());

function withRule(rule: object): object {
  return { origins: ORIGINS, rules: [{ name: "a", match: { path: "/p/:id" }, ...rule }] };
}

test("the schema in the repository is that of the code: run `node scripts/schema.ts` after a change", () => {
  expect(JSON.parse(readFileSync(SCHEMA_PATH, "utf8"))).toEqual(describedSchema());
});

describe("the schema accepts what validateRules accepts", () => {
  test.each([
    ...ACCEPTED_DECISIONS.map(([decisions]) => withRule(decisions)),
    ...ACCEPTED_DECISIONS.map(([decisions]) => withRule({ extends: "api-list", ...decisions })),
    ...ACCEPTED_MATCHES.map(([match]) => withRule({ match })),
    ...ACCEPTED_MATCHES.slice(1).map(([match]) => withRule({ match: { not: match, any: [match] } })),
    ...ACCEPTED_ORIGINS.map(([api]) => ({ origins: { api }, rules: [] })),
    { defaults: { cache: false }, rules: [] },
  ])("%j", (file) => {
    expect(accepts(file), JSON.stringify(accepts.errors)).toBe(true);
  });
});

describe("the schema refuses what validateRules refuses, as far as it can see", () => {
  test.each([
    ...REFUSED_DECISIONS.map(([decisions, seen]) => [seen, withRule(decisions)] as const),
    ...REFUSED_MATCHES.map(([match, seen]) => [seen, withRule({ match })] as const),
    ...REFUSED_ORIGINS.map(([origins, seen]) => [seen, { origins, rules: [] }] as const),
    [true, {}],
    [true, []],
    [true, { rules: {} }],
    [true, { rules: [{ match: {} }] }],
    [true, { rules: [{ name: "a" }] }],
    [true, { rules: [{ name: "a\n", match: {} }] }],
    [true, { rules: [], default: {} }],
    [true, { defaults: { match: {} }, rules: [] }],
  ] as const)("seen: %s, %j", (seen, file) => {
    expect(accepts(file)).toBe(!seen);
  });
});

/** Whether validateRules accepts a file. What it throws besides its refusal is a bug. */
function isValid(file: object): boolean {
  try {
    validateRules(file);
    return true;
  } catch (error) {
    if (error instanceof RulesError) return false;
    throw error;
  }
}

test("no value of one key is, at another, accepted against the schema or no clean refusal", () => {
  const values = [...ACCEPTED_DECISIONS, ...REFUSED_DECISIONS].flatMap(([decisions]) =>
    Object.values(decisions).flatMap((value: unknown) => [value, ...partsOf(value)]),
  );
  const paths = [
    ...Object.keys(DECISIONS).map((key) => (value: unknown) => ({ [key]: value })),
    ...keysOf("KeyInput").map((key) => (value: unknown) => ({ key: { [key]: value } })),
    ...keysOf("MatchInput").map((key) => (value: unknown) => ({ match: { [key]: value } })),
  ];
  const files = paths.flatMap((at) => values.map((value) => withRule(at(value))));
  const valid = files.filter(isValid);
  expect(valid.length).toBeGreaterThan(500);
  expect(valid.filter((file) => !accepts(file))).toEqual([]);
});

function keysOf(type: string): readonly string[] {
  return Object.keys(OBJECTS.find(([name]) => name === type)?.[1] ?? {});
}

function partsOf(value: unknown): readonly unknown[] {
  return typeof value === "object" && value !== null ? Object.values(value) : [];
}

/** Every object of the schema: its name, and the schemas of its keys. */
const OBJECTS = Object.entries({
  RulesInput: describedSchema(),
  ...(describedSchema() as { readonly $defs: Readonly<Record<string, object>> }).$defs, // as rulesSchema makes it
}).map(
  ([name, schema]) =>
    [name, (schema as { readonly properties: Readonly<Record<string, Schema>> }).properties] as const,
);

test("each key has a description, which is its comment in the types", () => {
  const silent = OBJECTS.flatMap(([name, keys]) =>
    Object.entries(keys).flatMap(([key, schema]) => (schema["description"] ? [] : [`${name}.${key}`])),
  );
  expect(silent).toEqual([]);
});

describe("what the schema says of defaults holds", () => {
  const [, decisions = {}] = OBJECTS.find(([name]) => name === "DecisionsInput") ?? [];
  const defaults = Object.entries(decisions).filter(([, schema]) => "default" in schema);
  const silent = defineRules({ rules: [] }).defaults;
  const keyDefaults = Object.entries(OBJECTS.find(([name]) => name === "KeyInput")?.[1] ?? {}).filter(
    ([, schema]) => "default" in schema,
  );

  test.each(defaults.map(([key, schema]) => [key, schema["default"]] as const))("%s: %j", (key, written) => {
    const { scope, ...rest } = { [key]: written } as Readonly<Record<string, unknown>>;
    const set = { defaults: scope === undefined ? rest : { scope }, rules: [] };
    expect(defineRules(set).defaults).toEqual(silent);
  });

  test.each(keyDefaults.map(([key, schema]) => [key, schema["default"]] as const))(
    "key.%s: %j",
    (key, written) => {
      expect(defineRules({ defaults: { key: { [key]: written } }, rules: [] }).defaults).toEqual(silent);
    },
  );

  test.each([
    ["edgeTtl", { max: 1 }, { jitter: "0%" }],
    ["staleIfError", { window: 1 }, { override: false }],
    ["query", { include: ["a"] }, { sort: false, tracking: "keep" }],
    ["key", { body: { methods: ["POST"] } }, { body: { methods: ["POST"], maxBytes: 65_536 } }],
    ["cors", { origins: "*" }, { methods: ["GET", "HEAD", "POST"], credentials: false }],
    ["respond", { redirect: "/" }, { status: 302 }],
    ["respond", { block: 403 }, { body: "" }],
    ["rateLimit", { binding: "L", limit: 1, period: 10 }, { by: "{ip}" }],
    ["origin", { rewrite: "/" }, { use: "default" }],
  ])("%s: %j with %j", (key, written, more) => {
    const policyOf = (value: object) => defineRules({ defaults: { [key]: value }, rules: [] }).defaults;
    expect(policyOf({ ...written, ...more })).toEqual(policyOf(written));
  });
});
