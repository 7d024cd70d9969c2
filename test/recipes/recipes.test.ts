/** Every recipe is valid as it stands, and has a test of what it says. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT } from "../../scripts/tools.ts";
import { lintRules } from "../../src/rules/lint/lint.ts";
import { defineRules } from "../../src/rules/rule.ts";
import { blocksOf, headingsOf, page, recipe } from "./support.ts";

const PAGE = page("recipes.md");
const RECIPES = headingsOf(PAGE, 2);

test("there are twenty at the least, each with one file and what happens", () => {
  expect(RECIPES.length).toBeGreaterThanOrEqual(20);
  const sections = PAGE.split(/^## /m).slice(1);
  expect(sections.filter((text) => !text.includes("**What happens.**"))).toEqual([]);
  const files = blocksOf(PAGE).filter(({ language }) => language === "ts");
  expect(files.map(({ heading }) => heading)).toEqual(RECIPES);
});

// A recipe shows one need: a window for failures, and a list of all values, are each told of in recipes of their own.
const LEFT_OUT = new Set<string>(["no-stale-if-error", "cookie-key"]);

test.each(RECIPES)("is valid, and nothing is to be warned of: %s", (heading) => {
  const warnings = lintRules(defineRules(recipe(heading)));
  expect(warnings.filter(({ code }) => !LEFT_OUT.has(code))).toEqual([]);
});

describe("each has a test", () => {
  const folder = join(ROOT, "test/recipes");
  const tests = readdirSync(folder)
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("\n");

  test.each(RECIPES)("%s", (heading) => {
    expect(tests).toMatch(new RegExp(`\\bstaged\\(\\s*${JSON.stringify(heading).replaceAll("/", "\\/")}`));
  });
});
