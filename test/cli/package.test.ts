/** The package as it is published: its command runs where nothing else of the project is, and what it needs is in it. */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "../../scripts/tools.ts";
import { folder } from "./support.ts";

const LIMIT_MS = 120_000;
const directory = folder();
const installed = join(directory, "node_modules/selvedge");

function run(command: string, args: readonly string[], cwd: string) {
  // Nothing is asked of a registry, nor of the network.
  const env = {
    ...process.env,
    npm_config_offline: "true",
    npm_config_update_notifier: "false",
    npm_config_loglevel: "error",
  };
  return spawnSync(command, args, { cwd, env, encoding: "utf8", timeout: LIMIT_MS });
}

const npx = (...args: readonly string[]) => run("npx", ["--no-install", "selvedge", ...args], directory);

/** With a Node that this was run in before. */
const node = (before: string, ...args: readonly string[]) =>
  run(
    process.execPath,
    ["--import", `data:text/javascript,${before}`, join(installed, "build/cli.js"), ...args],
    directory,
  );

/** As npm would install it, without its dependencies: the command has to do without. */
beforeAll(() => {
  const packed = run("npm", ["pack", "--silent", "--pack-destination", directory], ROOT);
  expect(packed.status, packed.stderr).toBe(0);
  mkdirSync(installed, { recursive: true });
  mkdirSync(join(directory, "node_modules/.bin"));
  const tarball = readdirSync(directory).find((name) => name.endsWith(".tgz")) ?? "";
  expect(run("tar", ["xzf", tarball, "--strip-components=1", "-C", installed], directory).status).toBe(0);
  symlinkSync("../selvedge/build/cli.js", join(directory, "node_modules/.bin/selvedge"));
  writeFileSync(join(directory, "package.json"), '{ "name": "somebody", "private": true, "type": "module" }');
}, LIMIT_MS);

describe("the packed package", () => {
  test("has a command that says what it can do", () => {
    const { status, stdout, stderr } = npx("--help");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^Usage: selvedge.*\bcheck\b.*\bdoctor\b/s);
  });

  test("reads rules that import defineRules from it", () => {
    const rules = 'import { defineRules } from "selvedge";\nexport default defineRules({ rules: [] });\n';
    writeFileSync(join(directory, "rules.ts"), rules);
    const { status, stdout, stderr } = npx("check", "rules.ts", "--json");
    expect({ status, stderr, found: JSON.parse(stdout) }).toEqual({
      ...{ status: 0, stderr: "" },
      found: { file: "rules.ts", findings: [] },
    });
  });

  test("asks nothing of Node that 20.19 does not have", () => {
    const newer =
      "delete Map.groupBy; delete Object.groupBy; delete Promise.withResolvers; delete Array.fromAsync;";
    const rules = { rules: [{ name: "a", match: { path: "/a/:id" } }] };
    writeFileSync(join(directory, "rules.json"), JSON.stringify(rules));
    const { status, stderr } = node(newer, "check", "rules.json");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  test("tells an older Node so, before it loads what that cannot read", () => {
    const old = "Object.defineProperty(process.versions, 'node', { value: '18.20.8' });";
    expect(node(old, "check")).toMatchObject({
      ...{ status: 2, stdout: "" },
      stderr: "selvedge: Node 18.20.8 is too old; allowed: 20.19 or later (rules in TypeScript take 22.18)\n",
    });
  });

  test("names the mistakes of such rules", () => {
    const rules =
      'import { defineRules } from "selvedge";\nexport default defineRules({ rulez: [] } as never);\n';
    writeFileSync(join(directory, "wrong.ts"), rules);
    const { status, stdout } = npx("check", "wrong.ts");
    expect(status).toBe(1);
    expect(stdout).toMatch(/wrong\.ts:2 {2}error {2}rules, rulez: found \[\].*did you mean "rules"\?/);
  });

  test("has the sources that a Worker is built from, and neither those of the command nor the rules here", () => {
    const files = readdirSync(installed, { recursive: true, encoding: "utf8" });
    expect(files).toEqual(expect.arrayContaining(["src/index.ts", "README.md", "LICENSE", "build/rules.js"]));
    expect(
      files.filter((file) => /^(?:src\/(?:cli|worker|cache-rules)|test|scripts|node_modules)/.test(file)),
    ).toEqual([]);
  });
});
