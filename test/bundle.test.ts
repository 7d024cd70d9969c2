/** What is bundled as the rules is what validating them came to. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { rulesModule } from "../scripts/rules-module.ts";
import { loadRules, ROOT } from "../scripts/tools.ts";
import type { RulesInput } from "../src/rules/input/rules.ts";
import { defineRules, type RuleSet } from "../src/rules/rule.ts";
import { ACCEPTED_DECISIONS, ACCEPTED_MATCHES, ORIGINS } from "./rules/accepted.ts";

let directory = "";
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "selvedge-rules-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

let files = 0;

async function asBundled(rules: RuleSet): Promise<RuleSet> {
  files += 1;
  const path = join(directory, `rules-${files}.ts`);
  await writeFile(path, rulesModule(rules).replace('"./', `"${ROOT}src/`));
  const module: { readonly default: RuleSet } = await import(/* @vite-ignore */ path);
  const { rules: bundled, ...others } = module.default;
  // Each of them is an object that unpacks itself.
  return { rules: bundled.map(({ name, match, policy }) => ({ name, match, policy })), ...others };
}

describe("the module of the rules yields the same rules", () => {
  test.each<[what: string, input: RulesInput]>([
    ["none", { rules: [] }],
    ["one", { rules: [{ name: "a", match: { path: "/a" } }] }],
    ["defaults alone", { defaults: { edgeTtl: "1m" }, rules: [] }],
    ["a name that is code", { rules: [{ name: '"]); throw 1 //</script>', match: {} }] }],
    ["several origins", { origins: { a: { url: "https://a.test" }, b: { service: "B" } }, rules: [] }],
  ])("%s", async (_, input) => {
    const rules = defineRules(input);
    expect(await asBundled(rules)).toStrictEqual(rules);
  });

  test("every decision and every match that there is", async () => {
    const rules = defineRules({
      origins: ORIGINS,
      rules: ACCEPTED_DECISIONS.map(([decisions], index) => ({
        name: `r${index}`,
        match: { path: "/p/:id", any: ACCEPTED_MATCHES.slice(1, 1 + index).map(([match]) => match) },
        ...decisions,
      })).slice(1),
    });
    expect(await asBundled(rules)).toStrictEqual(rules);
  });

  test("a thousand, most of them alike", async () => {
    const rules = defineRules({
      rules: Array.from({ length: 1_000 }, (_, index) => ({
        name: `r${index}`,
        match: { path: `/a/${index}/:id`, ...(index % 7 === 0 && { query: { q: { matches: "[a-z]+" } } }) },
        tags: ["all", `t${index % 10}`],
        ...(index % 5 === 0 && { query: { include: ["page", "utm_*"] } }),
      })),
    });
    expect(await asBundled(rules)).toStrictEqual(rules);
  });

  test("the shipped ones", async () => {
    const rules = await loadRules();
    expect(await asBundled(rules)).toStrictEqual(rules);
  });
});
