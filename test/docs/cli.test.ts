/** docs/cli.md says of each command what `--help` says, and of the doctor what it finds. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { helpTexts, withHelp } from "../../scripts/cli-docs.ts";
import { ROOT } from "../../scripts/tools.ts";

const PAGE = readFileSync(join(ROOT, "docs/cli.md"), "utf8");

test("has the help of every command, as it is now (else: node scripts/cli-docs.ts)", () => {
  expect(withHelp(PAGE)).toBe(PAGE);
});

test("has a section for every command", () => {
  const names = [...helpTexts().keys()];
  expect(Array.from(PAGE.matchAll(/^<!-- help: (\S+) -->$/gm), ([, name]) => name).sort()).toEqual(
    names.sort(),
  );
});

test("names all that the doctor may find", () => {
  const folder = join(ROOT, "src/cli/doctor");
  const code = readdirSync(folder)
    .map((file) => readFileSync(join(folder, file), "utf8"))
    .join();
  const found = Array.from(code.matchAll(/\b(?:problem|notice)\(\s*"([\w-]+)"/g), ([, name]) => name);
  const section = PAGE.split("\n## doctor\n")[1] ?? "";
  const rows = section.split("\n").filter((line) => line.startsWith("| `"));
  const named = rows.flatMap((row) =>
    Array.from((row.split("|")[1] ?? "").matchAll(/`([\w-]+)`/g), ([, name]) => name),
  );
  expect(named.sort()).toEqual([...new Set(found)].sort());
});

test("every command is a file of its own", () => {
  const files = readdirSync(join(ROOT, "src/cli/commands"));
  const names = [...helpTexts().keys()].filter((name) => name !== "selvedge");
  expect(names.filter((name) => !files.includes(`${name}.ts`))).toEqual([]);
});
