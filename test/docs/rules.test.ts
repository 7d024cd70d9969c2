/** docs/rules.md does not drift from the types, the validation and the defaults. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT } from "../../scripts/tools.ts";
import type { RuleInput } from "../../src/rules/input/rules.ts";
import { API_FIELDS } from "../../src/rules/parse/security.ts";
import { PRESETS } from "../../src/rules/presets.ts";
import { defineRules } from "../../src/rules/rule.ts";
import { rulesSchema } from "../../src/rules/schema.ts";
import { blocksOf, evaluate, page, rulesOf } from "../recipes/support.ts";

const PAGE = page("rules.md");

const AUTH = ["OriginAuthInput", "SecretFieldInput", "RequestSignatureInput"];

/** Which types of src/rules/input/, and definitions of the JSON Schema, a section's table is about. */
const SECTIONS: Readonly<Record<string, readonly string[]>> = {
  "The file": ["RulesInput"],
  "A rule": ["RuleInput"],
  match: ["MatchInput"],
  Tests: ["Expression"],
  Decisions: ["DecisionsInput", "ScopeInput", "IdentityInput"],
  Lifetimes: ["TtlInput", "EdgeTtlInput"],
  "Stale windows": ["StaleWindowInput"],
  query: ["QueryInput"],
  key: ["KeyInput", "BodyKeyInput"],
  jwt: ["JwtInput", "TokenPlaceInput"],
  cors: ["CorsInput"],
  respond: ["RedirectInput", "BlockInput", "MaintenanceInput", "FixedInput"],
  rateLimit: ["RateLimitInput"],
  require: ["RequireInput"],
  signedUrl: ["SignedUrlInput"],
  securityHeaders: ["SecurityHeadersInput"],
  "Header changes": ["FieldChangesInput"],
  origin: ["OriginInput"],
  origins: ["NamedOriginInput", "RetriesInput", "CircuitBreakerInput", ...AUTH],
};

/** Under which key of its section's first type a type stands. */
const BELOW: Readonly<Record<string, string>> = {
  ScopeInput: "scope.",
  IdentityInput: "identity.",
  BodyKeyInput: "body.",
  TokenPlaceInput: "from.",
  RetriesInput: "retries.",
  CircuitBreakerInput: "circuitBreaker.",
  OriginAuthInput: "auth.",
  SecretFieldInput: "auth.header.",
  RequestSignatureInput: "auth.signature.",
};

interface Row {
  readonly key: string;
  readonly cells: Readonly<Record<string, string>>;
}

/** The rows of all tables of a page whose first column is "key", by the heading above them. */
function tablesOf(text: string): ReadonlyMap<string, readonly Row[]> {
  const tables = new Map<string, Row[]>();
  let heading = "";
  let columns: readonly string[] = [];
  for (const line of text.replace(/^```\w*\n[\s\S]*?^```$/gm, "").split("\n")) {
    heading = /^#+ (.*)$/.exec(line)?.[1]?.replaceAll("`", "") ?? heading;
    if (!line.startsWith("|")) columns = [];
    else if (columns.length === 0) columns = cellsOf(line);
    else if (columns[0] === "key" && !line.startsWith("| --")) {
      const cells = Object.fromEntries(cellsOf(line).map((cell, index) => [columns[index], cell]));
      const rows = tables.get(heading) ?? [];
      tables.set(heading, [...rows, { key: (cells["key"] ?? "").replaceAll("`", ""), cells }]);
    }
  }
  return tables;
}

function cellsOf(line: string): readonly string[] {
  return line
    .replace(/^\||\|$/g, "")
    .split("|")
    .map((cell) => cell.trim());
}

const TABLES = tablesOf(PAGE);
const keysIn = (section: string) => (TABLES.get(section) ?? []).map(({ key }) => key).sort();

/** The keys of each type of src/rules/input/. */
function typeKeys(): ReadonlyMap<string, readonly string[]> {
  const folder = join(ROOT, "src/rules/input");
  const text = readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("\n");
  const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
  const parts = code.split(/^export (?:interface|type) (?=\w)/m).slice(1);
  return new Map(
    parts.map((part) => [
      /^\w+/.exec(part)?.[0] ?? "",
      Array.from(part.matchAll(/\breadonly (\w+)\??:/g), ([, key = ""]) => key),
    ]),
  );
}

/** As far as it is looked at here. */
interface Definition {
  readonly properties: Readonly<Record<string, { readonly default?: unknown }>>;
  readonly required?: readonly string[];
}

/** What validation accepts, by type. */
function definitions(): ReadonlyMap<string, Definition> {
  const schema = rulesSchema() as Definition & { readonly $defs: Readonly<Record<string, Definition>> };
  const { DecisionsInput, RuleInput, ...rest } = schema.$defs;
  const { name = {}, match = {}, extends: preset = {} } = RuleInput?.properties ?? {};
  // A rule has all decisions besides.
  const rule: Definition = {
    properties: { name, match, extends: preset },
    required: RuleInput?.required ?? [],
  };
  return new Map(
    Object.entries({
      ...rest,
      ...(DecisionsInput && { DecisionsInput }),
      RuleInput: rule,
      RulesInput: schema,
    }),
  );
}

const TYPES = typeKeys();
const DEFINITIONS = definitions();

/** The keys of a section as its table has them: those of an object within as "body.methods". */
const keysOf = (section: string, keys: (type: string) => readonly string[]) => {
  const all = (SECTIONS[section] ?? []).flatMap((type) => keys(type).map((key) => (BELOW[type] ?? "") + key));
  return [...new Set(all)].sort();
};

describe("the tables name exactly the keys that exist", () => {
  test.each(Object.keys(SECTIONS))("%s", (section) => {
    const table = keysIn(section);
    expect(table).toEqual(keysOf(section, (type) => TYPES.get(type) ?? []));
    expect(table).toEqual(keysOf(section, (type) => Object.keys(DEFINITIONS.get(type)?.properties ?? {})));
  });

  test("no table, no type and no definition stands outside of these sections", () => {
    expect([...TABLES.keys()].sort()).toEqual(Object.keys(SECTIONS).sort());
    const described = Object.values(SECTIONS).flat();
    const withKeys = [...TYPES].filter(([, keys]) => keys.length > 0).map(([name]) => name);
    expect([...withKeys, ...DEFINITIONS.keys()].filter((name) => !described.includes(name))).toEqual([]);
  });
});

describe("the tables say", () => {
  test.each(Object.keys(SECTIONS))("the defaults that hold: %s", (section) => {
    const wrong = (TABLES.get(section) ?? []).flatMap(({ key, cells }) => {
      const meant = defaultMeant(section, key);
      return defaultSaid(cells["default"] ?? "") === meant ? [] : [`${key}: ${meant}`];
    });
    expect(wrong).toEqual([]);
  });

  test("a type, a counterpart and a meaning of each key, in lines that a terminal can show", () => {
    const cells = [...TABLES.values()].flat().flatMap(({ cells }) => Object.values(cells));
    expect(cells.filter((cell) => cell === "")).toEqual([]);
    expect(PAGE.split("\n").filter((line) => line.startsWith("|") && line.length > 170)).toEqual([]);
  });

  // Code is a value, words describe what no value can say.
  const defaultSaid = (cell: string): string => {
    const code = /^`(.*)`$/.exec(cell)?.[1];
    if (code !== undefined) return JSON.stringify(evaluate(code));
    return cell === "required" ? "required" : "words";
  };
  // What one of several objects needs tells them apart, and is required of none: `redirect`, `block`.
  const defaultMeant = (section: string, key: string): string => {
    const types = (SECTIONS[section] ?? []).filter((type) => key.startsWith(BELOW[type] ?? ""));
    const name = (type: string) => key.slice((BELOW[type] ?? "").length);
    const type = types.filter((each) => name(each) in (DEFINITIONS.get(each)?.properties ?? {})).at(-1) ?? "";
    const definition = DEFINITIONS.get(type);
    const byDefault = definition?.properties[name(type)]?.default;
    if (byDefault !== undefined) return JSON.stringify(byDefault);
    return definition?.required?.includes(name(type)) && !CHOICES.has(type) ? "required" : "words";
  };
  const CHOICES = new Set([
    ...["RedirectInput", "BlockInput", "MaintenanceInput", "FixedInput"],
    ...["ScopeInput", "IdentityInput", "TokenPlaceInput"],
  ]);
});

describe("the blocks", () => {
  const blocks = blocksOf(PAGE).filter(({ language }) => language === "ts");

  test.each(blocks)("is valid: $heading, line $line", ({ code }) => {
    if (code.includes("defineRules")) expect(() => defineRules(rulesOf(code))).not.toThrow();
    else expect(() => defineRules({ origins: ORIGINS, rules: [evaluate(code) as RuleInput] })).not.toThrow();
  });

  // A rule by itself may speak of these.
  const ORIGINS = { backup: "https://backup.example.com", canary: "https://canary.example.com" };

  test("have an example of every key", () => {
    const code = blocks.map((block) => block.code).join("\n");
    const keys = [...TABLES.values()].flat().map(({ key }) => key.split(".").at(-1) ?? "");
    expect(keys.filter((key) => !new RegExp(`\\b${key}: `).test(code))).toEqual([]);
  });

  test("the presets are those that rules extend", () => {
    const block = blocksOf(PAGE).find(({ heading, language }) => heading === "A rule" && language === "js");
    expect(evaluate(block?.code ?? "")).toEqual(PRESETS);
  });

  test("the security fields are those that are sent", () => {
    const block = blocksOf(PAGE).find(({ language }) => language === "json");
    expect(evaluate(block?.code ?? "")).toEqual(API_FIELDS);
  });

  test("the mistakes are told in these words", () => {
    const wrong = [
      { name: "user", match: { path: "/user" }, cache: false },
      { name: "product", match: { path: "products/:id" }, edgeTTL: "10m" },
    ];
    const block = blocksOf(PAGE).find(({ heading }) => heading === "When the file has mistakes");
    expect(messageOf(() => defineRules({ rules: wrong as readonly RuleInput[] }))).toBe(block?.code);
  });

  const messageOf = (call: () => unknown): string => {
    try {
      call();
      return "";
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  };
});

test("the table of paths is what URLPattern does", () => {
  const rows = [...PAGE.matchAll(/^\| `(\/\S*)` +\| (`\/.*?`) +\| (`\/.*?`) +\|$/gm)];
  expect(rows.length).toBeGreaterThan(3);
  for (const [, pattern = "", matching = "", others = ""] of rows) {
    const compiled = new URLPattern({ pathname: pattern.replaceAll("\\\\", "\\") });
    const matches = (cell: string) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, path = ""]) => compiled.test(`https://x.example${path}`));
    expect([pattern, ...new Set(matches(matching))]).toEqual([pattern, true]);
    expect([pattern, ...new Set(matches(others))]).toEqual([pattern, false]);
  }
});

describe("templates have the places that the page gives them", () => {
  const PLACES = [...PAGE.matchAll(/^\| `(\{[\w.-]+\})` +\|/gm)].map(([, place = ""]) => place);
  const listed = Object.fromEntries(
    [
      ...PAGE.matchAll(
        /^\| `(tags|invalidates|redirect|rewrite|by|requestHeaders|responseHeaders)` +\| ((?:all but )?`\{.*)\|$/gm,
      ),
    ].map(([, text = "", places = ""]) => [text, placesOf(places)]),
  );

  function placesOf(cell: string): readonly string[] {
    const named = [...cell.matchAll(/`([^`]+)`/g)].map(([, place = ""]) => place);
    return cell.startsWith("all but") ? PLACES.filter((place) => !named.includes(place)) : named;
  }

  const USES: Readonly<Record<string, (place: string) => Partial<RuleInput>>> = {
    tags: (place) => ({ tags: [`a:${place}`] }),
    invalidates: (place) => ({ invalidates: [`a:${place}`] }),
    redirect: (place) => ({ respond: { redirect: `/a${place}` } }),
    rewrite: (place) => ({ origin: { rewrite: `/a${place}` } }),
    by: (place) => ({ rateLimit: { binding: "LIMIT", limit: 1, period: 10, by: place } }),
    requestHeaders: (place) => ({ requestHeaders: { set: { "x-a": place } } }),
    responseHeaders: (place) => ({ responseHeaders: { set: { "x-a": place } } }),
  };

  test.each(Object.keys(USES))("%s", (text) => {
    const accepted = PLACES.filter((place) => isAccepted(USES[text]?.(place) ?? {}));
    expect(accepted).toEqual(PLACES.filter((place) => listed[text]?.includes(place)));
  });

  function isAccepted(rule: Partial<RuleInput>): boolean {
    try {
      defineRules({ rules: [{ name: "a", match: { path: "/x/:id" }, ...rule }] });
      return true;
    } catch {
      return false;
    }
  }
});

test("the warnings are those that there are", () => {
  const code = readFileSync(join(ROOT, "src/rules/lint/warning.ts"), "utf8");
  const union = /type WarningCode =([^;]*);/.exec(code)?.[1] ?? "";
  const known = Array.from(union.matchAll(/"([\w-]+)"/g), ([, name]) => name);
  const section = PAGE.split("\n## Warnings\n")[1] ?? "";
  const cells = Array.from(section.matchAll(/^\| (`[^|]*`) +\|/gm), ([, cell = ""]) => cell);
  const named = cells.flatMap((cell) => Array.from(cell.matchAll(/`([\w-]+)`/g), ([, name]) => name));
  expect(named.sort()).toEqual(known.sort());
});
