import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { describeMistake, type RuleMistake } from "../errors.ts";
import { defineRules, type RuleSet } from "../rules/rule.ts";
import { ExitCode, Failure, whyUnreadable } from "./failure.ts";

const DEFAULT_RULES = "src/cache-rules.ts";
/** Where `init` writes them outside of a checkout. */
const BESIDE_CONFIGURATION = "cache-rules.ts";

/** The rules file where none is named, and how help calls it. */
export function defaultRules(): readonly [path: string, description: string] {
  const isBeside = !existsSync(DEFAULT_RULES) && existsSync(BESIDE_CONFIGURATION);
  return [
    isBeside ? BESIDE_CONFIGURATION : DEFAULT_RULES,
    `"${DEFAULT_RULES}", else "${BESIDE_CONFIGURATION}"`,
  ];
}

/** What came of reading a rules file. */
export type RulesFile =
  | { readonly kind: "rules"; readonly path: string; readonly text: string; readonly rules: RuleSet }
  | {
      readonly kind: "refused";
      readonly path: string;
      readonly text: string;
      readonly mistakes: readonly RuleMistake[];
    }
  /** It is no module, or exports no rules. The line, counted from 1, is 1 where nobody knows it. */
  | {
      readonly kind: "broken";
      readonly path: string;
      readonly text: string;
      readonly complaint: string;
      readonly line: number;
    };

/**
 * Reads rules from a module that exports them by default, or from a JSON file. Throws a Failure where the file cannot
 * be read.
 */
export async function readRulesFile(path: string): Promise<RulesFile> {
  const text = await readText(path);
  try {
    const found = path.endsWith(".json") ? defineRules(JSON.parse(text)) : await exportedBy(path);
    return { kind: "rules", path, text, rules: found };
  } catch (error) {
    const mistakes = mistakesOf(error);
    if (mistakes !== null) return { kind: "refused", path, text, mistakes };
    return { kind: "broken", path, text, complaint: firstLine(error), line: lineOfError(error, path) };
  }
}

/** The rules of a file, where it has no mistakes; else a Failure that names them all. */
export async function loadRulesFile(path: string): Promise<RuleSet> {
  const file = await readRulesFile(path);
  if (file.kind === "rules") return file.rules;
  if (file.kind === "broken") throw new Failure(`${path}: ${file.complaint}`, ExitCode.found);
  const lines = file.mistakes.map((mistake) => `  - ${describeMistake(mistake)}`);
  throw new Failure(`${path} is refused:\n${lines.join("\n")}`, ExitCode.found);
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw new Failure(`${path}: ${whyUnreadable(error)}`);
  }
}

async function exportedBy(path: string): Promise<RuleSet> {
  const module: { readonly default?: unknown } = await import(pathToFileURL(resolve(path)).href);
  const { default: exported } = module;
  if (isRuleSet(exported)) return exported;
  throw new Error("it has no rules; allowed: `export default defineRules({ rules: [...] })`");
}

function isRuleSet(value: unknown): value is RuleSet {
  return typeof value === "object" && value !== null && "rules" in value && "defaults" in value;
}

// The file may have its own copy of the class, so the name has to tell.
function mistakesOf(error: unknown): readonly RuleMistake[] | null {
  if (!(error instanceof Error) || error.name !== "RulesError" || !("mistakes" in error)) return null;
  return error.mistakes as readonly RuleMistake[];
}

function firstLine(error: unknown): string {
  if ((error as { readonly code?: string }).code === "ERR_UNKNOWN_FILE_EXTENSION")
    return `Node ${process.versions.node} does not read it; allowed: .ts (by Node 22.18 or later), .js, .mjs and .json`;
  const line = String(error instanceof Error ? error.message : error).split("\n", 1)[0] ?? "";
  // What `npm init` of npm 11 writes makes every .ts and .js file such a one.
  if (/^Cannot use import statement outside a module|^Unexpected token 'export'/.test(line))
    return `${line}: package.json has to say "type": "module"`;
  return line;
}

/** Where Node says it happened: before the message for syntax, behind it for all else. */
function lineOfError(error: unknown, path: string): number {
  const { stack = "", message = "" } = error as { readonly stack?: string; readonly message?: string };
  const name = basename(path).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const found = new RegExp(`/${name}(?:\\?[^:]*)?:(\\d+)`).exec(stack) ?? /\(line (\d+) column/.exec(message);
  return Number(found?.[1] ?? 1);
}
