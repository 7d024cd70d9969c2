/** What is typed wrongly is answered with one line that says what is right, never with a stack trace. */
import { spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT } from "../../scripts/tools.ts";
import { folder, selvedge, selvedgeHere } from "./support.ts";

const directory = folder();
const BINARY = join(directory, "list.bin");
writeFileSync(BINARY, Buffer.from([0, 255, 254]));
const AT = ["--at", "http://127.0.0.1:9", "--token", "t"];

describe("bad input", () => {
  test.each<[args: string[], words: RegExp]>([
    [["chek"], /unknown command 'chek'\n\(Did you mean check\?\)/],
    [["check", "--strickt"], /unknown option '--strickt'\n\(Did you mean --strict\?\)/],
    [["check", "--format", "xml"], /Allowed choices are text, github/],
    [["check", "nowhere.ts"], /nowhere\.ts: there is no such file/],
    [["check", "src"], /src: it is a folder/],
    [["check", "a.ts", "b.ts"], /too many arguments/],
    [["explain"], /missing required argument 'url'/],
    [["explain", "http://["], /url: found "http:\/\/\["; allowed: an address/],
    [["explain", "/", "--method", "G T"], /method: found "G T"; allowed: a method/],
    [["explain", "/", "--header", "nonsense"], /Allowed: "Name: value"/],
    [["explain", "/", "--response-header", ": x"], /Allowed: "Name: value"/],
    [["explain", "/", "--status", "99"], /Allowed: a whole number from 200 to 599/],
    [["explain", "/", "--age", "-1"], /Allowed: a whole number from 0/],
    [["explain", "/", "--rules", "nowhere.ts"], /nowhere\.ts: there is no such file/],
    [
      ["explain", "/", "--at", "http://127.0.0.1:9"],
      /a token is needed: set SELVEDGE_TOKEN, or give --token/,
    ],
    [["explain", "/", ...AT, "--age", "5"], /--age is for the rules here; with --at, the deployed rules/],
    [["explain", "/", ...AT, "--rules", "src/cache-rules.ts"], /--rules is for the rules here/],
    [["purge"], /an address is needed: set SELVEDGE_URL, or give --at/],
    [["purge", ...AT], /nothing to purge; allowed: --tag/],
    [
      ["purge", "--at", "ftp://a.test", "--token", "t", "--everything"],
      /--at: found "ftp:\/\/a\.test"; allowed/,
    ],
    [["warm", ...AT], /nothing to ask for; allowed: addresses, --from, --sitemap/],
    [["warm", ...AT, "--from", "nowhere.txt"], /nowhere\.txt: there is no such file/],
    [["warm", ...AT, "/", "--concurrency", "7"], /Allowed: a whole number from 1 to 6/],
    [["warm", ...AT, "--from", "src"], /--from src: it is a folder/],
    [["warm", ...AT, "--from", BINARY], /--from .*list\.bin: this is no list/],
    [
      ["stats", "--at", "http://127.0.0.1:9", "--token", "a\nb"],
      /^selvedge: --token: found a blank, a line end/,
    ],
    [["stats", ...AT, "--prefix", "x y"], /--prefix: found "x y"; allowed: a path/],
    [
      ["doctor", ...AT, "--path", "http://other.test/"],
      /--path: found "http:\/\/other\.test\/"; allowed: a path/,
    ],
    [["inspect", ...AT], /missing required argument 'url'/],
    [["stats", "--at", "nonsense", "--token", "t"], /--at: found "nonsense"; allowed: an address/],
    [["doctor"], /an address is needed/],
    [["doctor", "--at", "http://127.0.0.1:9", "--origin", "nonsense"], /--origin: found "nonsense"; allowed/],
    [["simulate"], /missing required argument 'log'/],
    [["simulate", "nowhere.log"], /nowhere\.log: there is no such file/],
    [["suggest"], /missing required argument 'file'/],
    [["suggest", "package.json", "--origin", "nonsense"], /--origin.*nonsense.*[Aa]llowed: an.* address/],
    [["tail", "--outcome"], /argument missing/],
  ])("%j", async (args, words) => {
    const { exitCode, stdout, stderr } = await selvedgeHere(args);
    expect({ exitCode, stdout }, stderr).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toMatch(words);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});

test("without a command it says what there is, and ends as what could not be done", async () => {
  const { exitCode, stderr } = await selvedge([]);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/Usage: selvedge/);
});

test.each([["--help"], ["check", "--help"], ["help", "explain"]])(
  "help is no failure: %j",
  async (...args) => {
    const { exitCode, stdout, stderr } = await selvedge(args);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(/^Usage: selvedge/);
  },
);

test("--version says which", async () => {
  const { exitCode, stdout } = await selvedge(["--version"]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test.runIf(existsSync("/dev/full"))("output that cannot be written is told in one line", () => {
  const full = openSync("/dev/full", "w");
  const { status, stderr } = spawnSync(process.execPath, [join(ROOT, "src/cli/main.ts"), "--version"], {
    ...{ cwd: ROOT, encoding: "utf8", stdio: ["ignore", full, "pipe"] },
  });
  closeSync(full);
  expect(status).toBe(2);
  expect(stderr).toMatch(/^selvedge: standard output: ENOSPC.*\n$/);
});

test("whoever has read enough of it ends it quietly", async () => {
  const rules = JSON.stringify({
    rules: Array.from({ length: 400 }, (_, index) => ({ name: `r${index}`, match: { path: 1 } })),
  });
  const path = join(directory, "rules.json");
  writeFileSync(path, rules);
  const command = `"${process.execPath}" "${join(ROOT, "src/cli/main.ts")}" check "${path}" | head -n 1`;
  const { stdout, stderr } = spawnSync("sh", ["-c", command], { encoding: "utf8", timeout: 15_000 });
  expect([stdout.split("\n").length, stderr]).toEqual([2, ""]);
});
