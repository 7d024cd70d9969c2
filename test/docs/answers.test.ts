/** docs/answers.md has every word that an answer, the log and an error of ours may say. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../../scripts/tools.ts";
import { REASONS } from "../../src/cache/reasons.ts";
import { page } from "../recipes/support.ts";

const PAGE = page("answers.md");
const source = (path: string) => readFileSync(join(ROOT, path), "utf8");
const section = (heading: string) => PAGE.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
const rowsOf = (text: string) =>
  text.split("\n").flatMap((line) => (line.startsWith("| `") ? [line.slice(2, -2).split(" | ")] : []));

test("every reason, with the words and the section that the tools say", () => {
  const said = Object.entries(REASONS).map(([name, { text, section: from }]) => [
    `\`${name}\``,
    text,
    from === "rule" ? "–" : from,
  ]);
  expect(rowsOf(section("Reasons"))).toEqual(said);
});

test("every outcome", () => {
  const union = /export type Outcome = ([^;]*);/.exec(source("src/proxy/answer/answer.ts"))?.[1] ?? "";
  const known = Array.from(union.matchAll(/"(\w+)"/g), ([, name = ""]) => name);
  const named = Array.from(section("The log").matchAll(/^\| `([A-Z]+)` \|/gm), ([, name = ""]) => name);
  expect(named.sort()).toEqual(known.sort());
});

test("every key of a line of the log", () => {
  const shape =
    /interface RequestEvent \{([\s\S]*?)\n\}/.exec(source("src/proxy/events/events.ts"))?.[1] ?? "";
  const known = Array.from(shape.matchAll(/readonly (\w+):/g), ([, name = ""]) => name);
  const example = /```json\n(.*)\n```/.exec(section("The log"))?.[1] ?? "{}";
  expect(Object.keys(JSON.parse(example))).toEqual(known);
  const named = rowsOf(section("The log")).flatMap(([cell = ""]) => cell.split(", "));
  expect(named).toEqual(expect.arrayContaining(known.map((name) => `\`${name}\``)));
});

test("every word that may stand behind fwd=", () => {
  const table = /FORWARDS[^{]*\{([^}]*)\}/.exec(source("src/proxy/answer/answer-passed.ts"))?.[1] ?? "";
  const known = new Set(["stale", ...Array.from(table.matchAll(/: "([\w-]+)"/g), ([, word = ""]) => word)]);
  const named = Array.from(
    section("Cache-Status").matchAll(/^\| `fwd=([\w-]+)` \|/gm),
    ([, word = ""]) => word,
  );
  expect(named.sort()).toEqual([...known].sort());
});
