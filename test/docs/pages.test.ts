/** What the pages lead to is there: links, commands and their options, rules that one copies at three in the morning. */
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { helpTexts } from "../../scripts/cli-docs.ts";
import { ROOT } from "../../scripts/tools.ts";
import type { RuleInput } from "../../src/rules/input/rules.ts";
import { defineRules } from "../../src/rules/rule.ts";
import { blocksOf, evaluate, rulesOf } from "../recipes/support.ts";

const PAGES = globSync(["*.md", "docs/**/*.md", "examples/**/*.md"], { cwd: ROOT }).sort();
const textOf = (path: string) => readFileSync(join(ROOT, path), "utf8");
const withoutBlocks = (text: string) => text.replace(/^ *```\w*\n[\s\S]*?^ *```$/gm, "");

describe("every link leads somewhere", () => {
  test.each(PAGES)("%s", (path) => {
    const links = Array.from(withoutBlocks(textOf(path)).matchAll(/\]\(([^)\s]+)\)/g), ([, to = ""]) => to);
    const local = links.filter((link) => !/^https?:/.test(link));
    expect(local.filter((link) => !isThere(link, path))).toEqual([]);
  });

  function isThere(link: string, from: string): boolean {
    const [file = "", anchor] = link.split("#");
    const path = file === "" ? from : join(dirname(from), file);
    if (globSync(path, { cwd: ROOT }).length === 0) return false;
    return anchor === undefined || anchorsOf(textOf(path)).includes(anchor);
  }

  // As GitHub makes them.
  const anchorsOf = (text: string) =>
    Array.from(withoutBlocks(text).matchAll(/^#+ (.*)$/gm), ([, heading = ""]) =>
      heading
        .toLowerCase()
        .replace(/[^\w\- ]/g, "")
        .replaceAll(" ", "-"),
    );
});

test.each(PAGES)("every file that %s names is there", (path) => {
  const named = Array.from(
    textOf(path).matchAll(/`((?:src|test|scripts|bench|examples)\/[\w./*-]*)/g),
    ([, file = ""]) => file,
  );
  expect(named.filter((file) => globSync(file, { cwd: ROOT }).length === 0)).toEqual([]);
});

describe("every command of the command line is one, with its options", () => {
  const HELP = helpTexts();
  const told = PAGES.flatMap((path) =>
    Array.from(
      textOf(path).matchAll(/(?:npm run (?:--silent )?|npx )selvedge (?:-- )?([a-z]+)([^\n`#]*)/g),
      (found) => ({
        path,
        command: found[1] ?? "",
        options: Array.from((found[2] ?? "").matchAll(/(?<=\s)--[a-z-]+/g), ([option]) => option),
      }),
    ),
  );

  test("there are many", () => expect(told.length).toBeGreaterThan(20));

  test.each(told)("$path: $command $options", ({ command, options }) => {
    const help = HELP.get(command) ?? "";
    expect(options.filter((option) => !help.includes(` ${option} `))).toEqual([]);
    expect(help).not.toBe("");
  });
});

describe("rules that one copies are valid", () => {
  const blocks = ["README.md", "docs/operations.md", "docs/edge-security.md"].flatMap((path) =>
    blocksOf(textOf(path).replace(/^ {3}/gm, ""))
      .filter(({ language }) => language === "ts")
      .map((block) => ({ ...block, path })),
  );

  test.each(blocks)("$path, line $line", ({ code }) => {
    if (code.includes("defineRules")) expect(() => defineRules(rulesOf(code))).not.toThrow();
    else expect(() => defineRules({ rules: [evaluate(code) as RuleInput] })).not.toThrow();
  });

  test("there are some on each page", () => {
    expect(new Set(blocks.map(({ path }) => path)).size).toBe(3);
  });
});

describe("docs/deploy.md", () => {
  const page = textOf("docs/deploy.md");
  const config = textOf("src/config.ts");

  test("names every variable and secret that selvedge reads", () => {
    const env = /export interface Env \{([\s\S]*?)\n\}/.exec(config)?.[1] ?? "";
    const names = Array.from(env.matchAll(/readonly ([A-Z_]+)\?/g), ([, name = ""]) => name);
    expect(names.length).toBeGreaterThan(8);
    const first = page
      .split("\n")
      .flatMap((line) => (line.startsWith("| `") ? [line.split("|")[1] ?? ""] : []));
    expect(names.filter((name) => !first.some((cell) => cell.includes(`\`${name}\``)))).toEqual([]);
  });

  test("says the defaults that hold", () => {
    const defaults = Array.from(config.matchAll(/env\.([A-Z_]+) \?\? "([^"]+)"/g), ([, name, value]) => [
      name,
      value,
    ]);
    expect(defaults.length).toBe(5);
    for (const [name, value] of defaults) expect(page).toContain(`| \`${name}\` | \`${value}\` |`);
  });
});
