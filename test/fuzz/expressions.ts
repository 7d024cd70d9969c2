import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isSafe } from "redos-detector";
import { parseAst } from "vitest/node";

/** A regular expression of the Worker, and where it is written. */
export interface Expression {
  readonly file: string;
  readonly line: number;
  readonly expression: RegExp;
}

/** Every regular expression that is written as one below a folder of TypeScript. */
export function expressionsBelow(folder: string): readonly Expression[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => file.endsWith(".ts"))
    .sort()
    .flatMap((file) => expressionsIn(join("src", file), readFileSync(join(folder, file), "utf8")));
}

/** Those of one source text. */
export function expressionsIn(file: string, source: string): readonly Expression[] {
  return nodesIn(parseAst(source, { lang: "ts" })).flatMap(({ regex, start }) => {
    if (!isPattern(regex)) return [];
    const line = source.slice(0, Number(start)).split("\n").length;
    return [{ file, line, expression: new RegExp(regex.pattern, regex.flags) }];
  });
}

type Node = Readonly<Record<string, unknown>>;

/** All nodes of a syntax tree, whatever their types. */
function nodesIn(tree: unknown): readonly Node[] {
  if (typeof tree !== "object" || tree === null) return [];
  const below = Object.values(tree).flatMap(nodesIn);
  return "type" in tree ? [tree as Node, ...below] : below;
}

function isPattern(regex: unknown): regex is { readonly pattern: string; readonly flags: string } {
  return typeof regex === "object" && regex !== null && "pattern" in regex && "flags" in regex;
}

/** Ways back per match; beyond it they are taken to grow with the text. */
const MOST_WAYS_BACK = 100;
/** In steps and not in time, so that the verdict is the same on every machine. */
const MOST_STEPS = 5_000;

/** Whether the work of an expression may grow faster than the text that it is tried on. */
export function backtracksWithoutEnd(expression: RegExp): boolean {
  // Without repetition the work on each character is bounded, and the check would only count long.
  if (!/[*+]|\{\d+,/.test(expression.source)) return false;
  // Named groups are all that it cannot read.
  const plain = new RegExp(expression.source.replaceAll(/\(\?<\w+>/g, "("), expression.flags);
  return !isSafe(plain, {
    maxScore: MOST_WAYS_BACK,
    maxSteps: MOST_STEPS,
    timeout: Number.POSITIVE_INFINITY,
  }).safe;
}
