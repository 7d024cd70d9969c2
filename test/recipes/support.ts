/** The pages of docs as data, so that tests run what a reader copies. */
import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { ROOT } from "../../scripts/tools.ts";
import type { RulesInput } from "../../src/rules/input/rules.ts";
import type { StartOptions } from "../support/harness.ts";
import type { Answer } from "../support/origin.ts";
import { type Stage, stage } from "../support/stage.ts";

/** A fenced block of a page. */
export interface Block {
  readonly language: string;
  readonly code: string;
  /** The nearest heading above it, of any level, without its marks. */
  readonly heading: string;
  /** Of its first line, from 1. */
  readonly line: number;
}

/** The text of a page of docs, such as "rules.md". */
export function page(name: string): string {
  return readFileSync(join(ROOT, "docs", name), "utf8");
}

/** The fenced blocks of a page, in their order. */
export function blocksOf(text: string): readonly Block[] {
  const blocks: Block[] = [];
  let heading = "";
  let open: { readonly language: string; readonly line: number; readonly lines: string[] } | null = null;
  for (const [index, line] of text.split("\n").entries()) {
    const fence = /^```(\w*)$/.exec(line);
    if (fence !== null && open !== null) {
      blocks.push({ language: open.language, code: open.lines.join("\n"), heading, line: open.line });
      open = null;
    } else if (fence !== null) open = { language: fence[1] ?? "", line: index + 2, lines: [] };
    else if (open !== null) open.lines.push(line);
    else heading = titleOf(line) ?? heading;
  }
  return blocks;
}

/** The headings of a level, without their marks. */
export function headingsOf(text: string, level: number): readonly string[] {
  const marks = `${"#".repeat(level)} `;
  return text.split("\n").flatMap((line) => (line.startsWith(marks) ? [titleOf(line) ?? ""] : []));
}

function titleOf(line: string): string | null {
  return /^#+ (.*)$/.exec(line)?.[1]?.replaceAll("`", "") ?? null;
}

const IMPORT = /^import \{ defineRules \} from "\.\/rules\/rule\.ts";$/m;

/** The argument of `defineRules` in a whole file, as data. */
export function rulesOf(code: string): RulesInput {
  const expression = stripTypeScriptTypes(code)
    .replace(IMPORT, "")
    .replace(/export default /, "")
    .trim()
    .replace(/;$/, "");
  // What the block says is checked by validation, not here.
  return evaluate(expression, { defineRules: (input: unknown) => input }) as RulesInput;
}

/** The value of an expression; objects are of this realm. */
export function evaluate(expression: string, names: Readonly<Record<string, unknown>> = {}): unknown {
  return structuredClone(runInNewContext(`(${expression})`, { ...names }));
}

/** The rules of a recipe by its heading, with texts replaced: hosts that tests cannot reach, lifetimes too long to wait. */
export function recipe(heading: string, replaced: Readonly<Record<string, string>> = {}): RulesInput {
  const [block, ...others] = blocksOf(page("recipes.md")).filter(
    (each) => each.heading === heading && each.language === "ts",
  );
  if (block === undefined || others.length > 0) throw new Error(`not one ts block under "${heading}"`);
  let { code } = block;
  for (const [text, by] of Object.entries(replaced)) {
    if (!code.includes(text)) throw new Error(`no ${text} in "${heading}"`);
    code = code.replaceAll(text, by);
  }
  return rulesOf(code);
}

/** A stage with the rules of a recipe, for the tests of one `describe`. */
export interface Staged extends Pick<Stage, "ask" | "received"> {
  /** What the origin answers for a path, in this order. */
  script(path: string, answers: readonly Answer[]): void;
  /** Where the Worker is, without a slash at its end. */
  url(): string;
}

/** Starts the Worker with the rules of a recipe. */
export function staged(
  heading: string,
  {
    replaced,
    ...options
  }: Omit<StartOptions, "origin" | "rules"> & { replaced?: Record<string, string> } = {},
): Staged {
  const started = stage({ ...options, rules: recipe(heading, replaced) });
  return {
    ask: started.ask,
    received: started.received,
    script: (path, answers) => started.origin.script(path, answers),
    url: () => started.worker.url,
  };
}

/** What an origin that gives a lifetime sends. */
export const HOUR = { "Cache-Control": "max-age=3600" };

/** An answer that repeats a field of the request it is for, or says "none": so it shows whose it is. */
export function echoing(name: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return (request, response) => {
    const value = request.headers[name];
    response.writeHead(200, { Date: new Date().toUTCString(), ...headers });
    response.end(typeof value === "string" ? value : "none");
  };
}

/** Each item once: a copy is stored behind the answer, so that the origin may be asked for it twice. */
export function distinct<Item>(items: readonly Item[]): readonly Item[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
