/** A project is begun whole or not at all, and never in place of what somebody has written. */
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { unstable_readConfig } from "wrangler";
import { ROOT } from "../../scripts/tools.ts";
import { writeFiles } from "../../src/cli/write-files.ts";
import { parseConfig } from "../../src/config.ts";
import { type Origin, startOrigin } from "../support/origin.ts";
import { expectComplaint, folder, jsonOf, selvedge } from "./support.ts";

const parent = folder();
let origin: Origin;
let count = 0;

beforeAll(async () => {
  origin = await startOrigin();
  const answers = {
    "/list": { "Cache-Control": "max-age=60", ETag: '"1"' },
    "/shared": { "Cache-Control": "s-maxage=60" },
    "/session": { "Cache-Control": "max-age=60", "Set-Cookie": "sid=1" },
    "/private": { "Cache-Control": "private, max-age=60" },
    "/silent": {},
    "/user": { "Cache-Control": "max-age=60" },
    "/odd:(path)*": { "Cache-Control": "max-age=60" },
    "/comment": { "Cache-Control": `max-age=60, x="*/ \u00e9 \${process.exit(9)}"` },
  };
  for (const [path, headers] of Object.entries(answers)) origin.script(path, [{ headers }]);
});
afterAll(() => origin.stop());

/** A folder that looks like a checkout of this, as far as its rules are concerned. */
function checkout(): string {
  const directory = join(parent, `checkout-${++count}`);
  mkdirSync(join(directory, "src"), { recursive: true });
  for (const part of ["rules", "cache", "http", "errors.ts", "worker.ts"])
    symlinkSync(join(ROOT, "src", part), join(directory, "src", part));
  writeFileSync(join(directory, "package.json"), '{ "type": "module" }');
  return directory;
}

function empty(): string {
  const directory = join(parent, `empty-${++count}`);
  mkdirSync(directory);
  return directory;
}

const read = (directory: string, path: string) => readFileSync(join(directory, path), "utf8");

describe("in a checkout", () => {
  test("writes rules by what the origin's headers allow, and `check --strict` has nothing against them", async () => {
    const cwd = checkout();
    const paths = [
      "/list",
      "/shared",
      "/session",
      "/private",
      "/silent",
      "/user",
      "/odd:(path)*",
      "/comment",
      "/list",
    ];
    const run = await selvedge(["init", "--origin", origin.url, "--json", "--path", ...paths], { cwd });
    expect(jsonOf(run)["written"]).toEqual(["wrangler.toml", "src/cache-rules.ts"]);
    const rules = read(cwd, "src/cache-rules.ts");
    const lines = rules.split("\n").filter((line) => /name: "path-/.test(line));
    expect(lines.map((line) => line.trim())).toEqual([
      '{ name: "path-1", match: { path: "/list" }, staleWhileRevalidate: "30s", staleIfError: "1h" },',
      '{ name: "path-2", match: { path: "/shared" }, staleWhileRevalidate: "30s", staleIfError: "1h" },',
      '{ name: "path-3", match: { path: "/session" }, cache: false },',
      '{ name: "path-4", match: { path: "/private" }, cache: false },',
      '{ name: "path-7", match: { path: "/odd\\\\:\\\\(path\\\\)\\\\*" }, staleWhileRevalidate: "30s", staleIfError: "1h" },',
      '{ name: "path-8", match: { path: "/comment" }, staleWhileRevalidate: "30s", staleIfError: "1h" },',
    ]);
    expect(rules).toMatch(/But s-maxage of the origin forbids it\./);
    const checked = await selvedge(["check", "--strict", "--json"], { cwd });
    expect(jsonOf(checked)["findings"]).toEqual([]);
    expect(checked.exitCode).toBe(0);
  });

  test("asks the origin for each path once", async () => {
    origin.script("/once", [{}]);
    await selvedge(["init", "--origin", origin.url, "--path", "/once"], { cwd: checkout() });
    expect(origin.received("/once")).toHaveLength(1);
  });
});

describe("wrangler.toml", () => {
  test.each([
    { args: ["--domain", "api.example.com"], routes: [{ pattern: "api.example.com", custom_domain: true }] },
    { args: [], routes: undefined },
  ])("is what wrangler and the Worker read: $args", async ({ args, routes }) => {
    const cwd = empty();
    await selvedge(["init", "--origin", "https://origin.example.com/v1", "--no-probe", ...args], { cwd });
    const config = unstable_readConfig({ config: join(cwd, "wrangler.toml") }, { hideWarnings: true });
    expect(config.routes).toEqual(routes);
    expect(config.workers_dev).toBe(routes === undefined);
    expect(config.durable_objects.bindings).toEqual([{ name: "PURGE_LOG", class_name: "PurgeLog" }]);
    const { origin: url, originPath } = parseConfig(config.vars as Record<string, string>);
    expect([url.host, originPath]).toEqual(["origin.example.com", "/v1"]);
  });
});

describe("elsewhere", () => {
  test("writes the Worker too, and what it writes imports the package", async () => {
    const cwd = empty();
    const run = await selvedge(["init", "--origin", origin.url, "--path", "/list"], { cwd });
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    expect(run.stdout).toMatch(/^written: wrangler\.toml\n.*npx wrangler deploy$/ms);
    expect(readdirSync(cwd).sort()).toEqual(["cache-rules.ts", "worker.ts", "wrangler.toml"]);
    expect(read(cwd, "worker.ts")).toContain('from "selvedge"');
  });
});

describe("nothing is written", () => {
  test("over what is there, unless --force says so", async () => {
    const cwd = empty();
    writeFileSync(join(cwd, "worker.ts"), "mine");
    const args = ["init", "--origin", "https://origin.example.com", "--no-probe"];
    expectComplaint(
      await selvedge(args, { cwd }),
      /worker\.ts: there already; nothing was written \(--force/,
    );
    expect([readdirSync(cwd), read(cwd, "worker.ts")]).toEqual([["worker.ts"], "mine"]);
    expect(await selvedge([...args, "--force"], { cwd })).toMatchObject({ exitCode: 0 });
    expect(read(cwd, "worker.ts")).not.toBe("mine");
  });

  test("where a folder stands in the way", async () => {
    const cwd = empty();
    mkdirSync(join(cwd, "worker.ts"));
    const args = ["init", "--origin", "https://origin.example.com", "--no-probe", "--force"];
    expectComplaint(await selvedge(args, { cwd }), /nothing was written: .*worker\.ts is a folder/);
    expect(readdirSync(cwd)).toEqual(["worker.ts"]);
  });

  test("where the last of the files cannot be put in place: the others are as they were", async () => {
    const cwd = empty();
    const files = ["a", "b", "c"].map((name) => ({ path: join(cwd, name), text: "new" }));
    for (const name of ["a", "c"]) writeFileSync(join(cwd, name), "mine");
    // What is there is kept under this name until all is done.
    mkdirSync(join(cwd, `c.${process.pid}.old`, "full"), { recursive: true });
    await expect(writeFiles(files)).rejects.toThrow(/^nothing was written/);
    expect(readdirSync(cwd).sort()).toEqual(["a", "c", `c.${process.pid}.old`]);
    expect([read(cwd, "a"), read(cwd, "c")]).toEqual(["mine", "mine"]);
  });

  test.each<[args: string[], words: RegExp]>([
    [[], /an origin is needed: give --origin/],
    [["--origin", "example"], /--origin: found "example"; allowed: an address/],
    [["--origin", "https://a.test/?x"], /--origin: .*allowed: an address without "\?"/],
    [["--origin", "http://127.0.0.1:9"], /does not answer: .*--no-probe goes on without it/],
    [["--origin", "https://a.test", "--domain", "a b"], /--domain: found "a b"; allowed: a host/],
    [["--origin", "https://a.test", "--domain", "A.test"], /--domain: it is the origin's own host/],
    [["--origin", "https://a.test", "--name", "A_B"], /--name: found "A_B"; allowed/],
    [["--origin", "https://a.test", "--path", "products"], /--path: found "products"; allowed: a path/],
    [["--origin", "https://a.test", "--path", "//b.test/"], /--path: found "\/\/b\.test\/"; allowed: a path/],
  ])("where something is wrong: %j", async (args, words) => {
    const cwd = empty();
    expectComplaint(await selvedge(["init", ...args], { cwd }), words);
    expect(readdirSync(cwd)).toEqual([]);
  });
});
