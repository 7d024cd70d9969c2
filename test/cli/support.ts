import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import { ROOT } from "../../scripts/tools.ts";
import { run } from "../../src/cli/program.ts";
import type { Terminal } from "../../src/cli/terminal.ts";

/** What a run of the command line came to. */
export interface Run {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface RunOptions {
  readonly cwd?: string;
  /** Besides a bare environment: what the machine has set does not count. */
  readonly variables?: Readonly<Record<string, string>>;
}

const LIMIT_MS = 15_000;

/** Runs the command line as a user does: as a process of its own, here without a terminal. */
export function selvedge(
  args: readonly string[],
  { cwd = ROOT, variables = {} }: RunOptions = {},
): Promise<Run> {
  const child = spawn(process.execPath, [join(ROOT, "src/cli/main.ts"), ...args], {
    cwd,
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...variables },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: LIMIT_MS,
  });
  const texts = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    texts.stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    texts.stderr += text;
  });
  return new Promise((resolve) => child.once("close", (exitCode) => resolve({ exitCode, ...texts })));
}

/** The same in this process: a table of many mistakes would else start as many processes. */
export async function selvedgeHere(args: readonly string[]): Promise<Run> {
  const texts = { stdout: "", stderr: "" };
  const terminal: Terminal = {
    print: (text) => {
      texts.stdout += `${text}\n`;
    },
    tell: (text) => {
      texts.stderr += `${text}\n`;
    },
    isTerminal: false,
  };
  return { exitCode: await run(args, terminal), ...texts };
}

/** What it printed with --json. */
export function jsonOf({ stdout, stderr }: Run): Readonly<Record<string, unknown>> {
  expect(stderr).toBe("");
  return JSON.parse(stdout);
}

/** That a run ended by telling somebody what to do, in one line, and printed nothing else. */
export function expectComplaint({ exitCode, stdout, stderr }: Run, words: RegExp, code = 2): void {
  expect({ exitCode, stdout, lines: stderr.trim().split("\n").length }, stderr).toEqual({
    exitCode: code,
    stdout: "",
    lines: 1,
  });
  expect(stderr).toMatch(words);
}

/** A folder that is gone after the tests of a file. */
export function folder(): string {
  const directory = mkdtempSync(join(tmpdir(), "selvedge-cli-"));
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Rules in a file of a folder: a module that imports from the sources here. */
export function rulesFile(directory: string, name: string, rules: string): string {
  const path = join(directory, name);
  const text = `import { defineRules } from "${ROOT}src/rules/rule.ts";\n\nexport default defineRules(${rules});\n`;
  writeFileSync(path, text);
  return path;
}
