/** `check` finds all that is refused and all that is unwise, where it stands, in a form for people and for programs. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { folder, jsonOf, rulesFile, selvedge } from "./support.ts";

const directory = folder();
let count = 0;

const rules = (text: string) => rulesFile(directory, `rules-${++count}.ts`, text);

function written(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

const UNWISE = `{ rules: [
  { name: "one", match: { path: "/a" },
    edgeTtl: "1m", requestCookies: "ignore",
    staleIfError: "1h" },
  { name: "two", match: { path: "/b" },
    edgeTtl: "31d", requestCookies: "ignore" },
  { name: "three", match: { path: "/b" }, key: { cookies: ["plan"] } },
] }`;

const REFUSED = `{ rules: [
  { name: "one", match: { path: "a" } },
  { name: "two", match: { path: "/b" },
    edgeTTL: "1m" },
] } as never`;

interface Finding {
  readonly severity: string;
  readonly code: string;
  readonly rule: string | null;
  readonly line: number;
}

async function found(path: string, ...more: string[]) {
  const run = await selvedge(["check", path, "--json", ...more]);
  const { file, findings } = jsonOf(run) as { file: string; findings: readonly Finding[] };
  expect(file).toBe(path);
  return {
    exitCode: run.exitCode,
    findings: findings.map(({ code, rule, line }) => `${line} ${rule} ${code}`),
  };
}

describe("rules that are in order", () => {
  test("those that are delivered", async () => {
    expect(await selvedge(["check"])).toEqual({ exitCode: 0, stdout: "4 rules are in order\n", stderr: "" });
  });

  test("as JSON", async () => {
    expect(await found(written("rules.json", '{ "rules": [] }'), "--strict")).toEqual({
      exitCode: 0,
      findings: [],
    });
  });
});

describe("rules that are unwise", () => {
  const findings = [
    "8 two beyond-retention",
    "7 two no-stale-if-error",
    "9 three shadowed",
    "9 three cookie-key",
  ];

  test("are told of, where they stand", async () => {
    const { findings: told, exitCode } = await found(rules(UNWISE));
    expect([...told].sort()).toEqual([...findings].sort());
    expect(exitCode).toBe(0);
  });

  test("end as something wrong with --strict", async () => {
    expect((await found(rules(UNWISE), "--strict")).exitCode).toBe(1);
  });

  test("for people: a line each, and how many", async () => {
    const path = rules(UNWISE);
    const { exitCode, stdout } = await selvedge(["check", path]);
    const lines = stdout.trimEnd().split("\n");
    expect([exitCode, lines.length, lines.at(-1)]).toEqual([0, 5, "3 rules are in order; 4 warnings"]);
    expect(lines[0]).toMatch(new RegExp(`^${path}:\\d+ {2}warning {2}rule "two" \\(index 1\\), `));
  });
});

describe("rules that are refused", () => {
  test("all mistakes at once, where they stand", async () => {
    expect(await found(rules(REFUSED))).toEqual({
      exitCode: 1,
      findings: ["4 one mistake", "6 two mistake"],
    });
  });

  test("by the name of the rule, quotes and all", async () => {
    const path = rules(`{ rules: [{ name: 'say "hi"', match: { path: "a" } }] }`);
    expect((await found(path)).findings).toEqual(['3 say "hi" mistake']);
  });

  test("for GitHub: an annotation each, escaped as its workflow commands are", async () => {
    const path = rules(REFUSED);
    const { exitCode, stdout } = await selvedge(["check", path, "--format", "github"]);
    expect(exitCode).toBe(1);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.map((line) => line.split("::")[1])).toEqual([
      `error file=${path},line=4,title=selvedge%3A mistake`,
      `error file=${path},line=6,title=selvedge%3A mistake`,
    ]);
    expect(lines[1]).toMatch(/edgeTTL: found "1m"; .*did you mean "edgeTtl"\?$/);
  });
});

describe("files that hold no rules", () => {
  test.each<[name: string, text: string, line: number, words: RegExp]>([
    ["syntax.ts", "const a = 1;\nexport default 5 +", 2, /Expression expected/],
    ["enum.ts", "\n\nenum A { B }\nexport default 1", 3, /enum is not supported/],
    ["throws.ts", '\nthrow new Error("one\\ntwo")', 2, /one$/],
    ["import.ts", 'import "nowhere";\nexport default 1', 1, /Cannot find package 'nowhere'/],
    ["empty.ts", "", 1, /it has no rules; allowed: `export default defineRules/],
    ["number.ts", "export default 1", 1, /it has no rules/],
    ["binary.ts", "\0\x01\x02\xff", 1, /./],
    ["cut.json", '{\n"rules": [', 1, /end of JSON input/],
    ["line.json", "{\n", 2, /JSON/],
    ["list.json", "[]", 1, /./],
  ])("%s", async (name, text, line, words) => {
    const path = written(name, text);
    const run = await selvedge(["check", path, "--json"]);
    const findings = jsonOf(run)["findings"] as readonly (Finding & { text: string })[];
    expect([run.exitCode, findings.length, findings[0]?.line]).toEqual([1, 1, line]);
    expect(findings[0]?.text.split("\n")).toHaveLength(1);
    expect(findings[0]?.text).toMatch(words);
  });
});

test("a project whose modules are CommonJS, as npm 11 begins one, is told what to write", async () => {
  const elsewhere = folder();
  writeFileSync(join(elsewhere, "package.json"), '{ "type": "commonjs" }');
  rulesFile(elsewhere, "cache-rules.ts", "{ rules: [] }");
  const run = await selvedge(["check"], { cwd: elsewhere });
  expect(run.exitCode).toBe(1);
  expect(run.stdout).toContain('outside a module: package.json has to say "type": "module"\n');
});

test("where no file is named it takes that of a checkout, or the one that init writes elsewhere", async () => {
  const elsewhere = folder();
  rulesFile(elsewhere, "cache-rules.ts", "{ rules: [] }");
  expect(jsonOf(await selvedge(["check", "--json"], { cwd: elsewhere }))).toMatchObject({
    file: "cache-rules.ts",
  });
  expect(jsonOf(await selvedge(["check", "--json"]))).toMatchObject({ file: "src/cache-rules.ts" });
});
