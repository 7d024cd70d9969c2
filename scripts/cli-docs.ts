/** `node scripts/cli-docs.ts` puts what `--help` says of each command into docs/cli.md, which a test compares. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { programOf } from "../src/cli/program.ts";
import { PROCESS } from "../src/cli/terminal.ts";
import { ROOT } from "./tools.ts";

const WIDTH = 100;

/** The help of each command, by its name; that of the whole under "selvedge". */
export function helpTexts(): ReadonlyMap<string, string> {
  const program = programOf({ terminal: PROCESS, end: () => {} });
  return new Map([program, ...program.commands].map((command) => [command.name(), helpOf(command)]));
}

function helpOf(command: Command): string {
  return command.configureHelp({ helpWidth: WIDTH }).helpInformation().trimEnd();
}

/** The page, with the help of each command in the block behind `<!-- help: name -->`. */
export function withHelp(page: string): string {
  const texts = helpTexts();
  return page.replace(
    /(<!-- help: ([\w-]+) -->\n\n```text\n)[\s\S]*?(\n```)/g,
    (whole, start: string, name: string, end: string) => {
      const text = texts.get(name);
      return text === undefined ? whole : start + text + end;
    },
  );
}

if (process.argv[1] === import.meta.filename) {
  const path = join(ROOT, "docs/cli.md");
  writeFileSync(path, withHelp(readFileSync(path, "utf8")));
}
