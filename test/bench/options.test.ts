/** That every benchmark says what it can be asked for, and refuses anything else in one line, before it measures. */
import { spawnSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { ROOT } from "../../scripts/tools.ts";

const LIMIT_MS = 10_000;

function bench(name: string, ...args: readonly string[]) {
  return spawnSync(process.execPath, [`bench/${name}.ts`, ...args], {
    ...{ cwd: ROOT, encoding: "utf8", timeout: LIMIT_MS },
  });
}

describe.each(["run", "simulate", "start", "rule-choice", "purges", "soak"])("bench/%s.ts", (name) => {
  test("--help lists its options", () => {
    const { status, stdout, stderr } = bench(name, "--help");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^Usage: [\s\S]*\n {2}--\w/);
  });

  test("an option that it does not have is told in one line", () => {
    const { status, stdout, stderr } = bench(name, "--no-such-thing");
    expect({ status, stdout, stderr }).toEqual({
      status: 1,
      stdout: "",
      stderr: "error: unknown option '--no-such-thing'\n",
    });
  });
});

test.each([
  ["simulate", "--lines", "0"],
  ["start", "--rounds", "x"],
  ["soak", "--seconds", "4"],
])("a number that is none: bench/%s.ts %s %s", (name, option, value) => {
  const { status, stderr } = bench(name, option, value);
  expect(status).toBe(1);
  expect(stderr).toMatch(
    /^error: option '--\w+ <\w+>' argument '\w+' is invalid\. Allowed: a whole number .*\n$/,
  );
});
