/** `tail` shows what `wrangler tail` brings; here a stand-in brings what the real one prints. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { ROOT } from "../../scripts/tools.ts";
import { expectComplaint, folder, type Run, selvedge } from "./support.ts";

type Tailing = ChildProcessByStdio<null, Readable, null>;

const directory = folder();
let count = 0;

const line = (outcome: string, rule: string | null, ageSeconds: number | null = null) =>
  JSON.stringify({
    ...{ method: "GET", url: "https://api.test/a", status: 200, outcome, reason: "fresh" },
    ...{ rule, ageSeconds, durationMs: 2 },
  });

/** As wrangler prints each event: an object over several lines. */
const event = (...messages: readonly string[]) =>
  JSON.stringify(
    { outcome: "ok", logs: messages.map((message) => ({ level: "log", message: [message] })) },
    null,
    2,
  );

/** Runs the command with an npx that prints this, and what it was called with, and ends so. */
async function tail(printed: string, args: readonly string[] = [], exitCode = 0): Promise<Run> {
  const folderOfNpx = join(directory, String(++count));
  mkdirSync(folderOfNpx);
  writeFileSync(join(folderOfNpx, "printed"), printed);
  writeFileSync(
    join(folderOfNpx, "npx"),
    `#!/bin/sh\ncat ${folderOfNpx}/printed\necho "called: $*" >&2\nexit ${exitCode}\n`,
  );
  chmodSync(join(folderOfNpx, "npx"), 0o755);
  return selvedge(["tail", ...args], { variables: { PATH: `${folderOfNpx}:${process.env["PATH"]}` } });
}

const EVENTS = [
  "Connected to selvedge, waiting for logs...",
  event(line("HIT", "list", 3)),
  event(line("MISS", null), "a word of the Worker"),
  event(),
  "{ broken",
  "}",
  event(line("HIT", "page", 4)),
].join("\n");

describe("tail", () => {
  test("shows a line for each request, and what else the Worker printed", async () => {
    const { exitCode, stdout, stderr } = await tail(EVENTS);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: "called: --no-install wrangler tail --format json\n",
    });
    expect(stdout.trimEnd().split("\n")).toEqual([
      "200 HIT         GET https://api.test/a  rule=list age=3s reason=fresh 2ms",
      "200 MISS        GET https://api.test/a  rule=none reason=fresh 2ms",
      "a word of the Worker",
      "200 HIT         GET https://api.test/a  rule=page age=4s reason=fresh 2ms",
    ]);
  });

  test("shows only what was asked for, as JSON", async () => {
    const { stdout } = await tail(EVENTS, ["--outcome", "hit", "--rule", "page", "--json"]);
    expect(
      stdout
        .trimEnd()
        .split("\n")
        .map((each) => JSON.parse(each)),
    ).toMatchObject([{ rule: "page", ageSeconds: 4 }]);
  });

  test("all that it prints with --json is JSON", async () => {
    const { stdout } = await tail(EVENTS, ["--json"]);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.map((each) => JSON.parse(each))).toContainEqual({ message: "a word of the Worker" });
  });

  test.each<[what: string, code: number, stop: (child: Tailing) => void]>([
    ["is interrupted", 130, (child) => child.kill("SIGINT")],
    ["is terminated", 143, (child) => child.kill("SIGTERM")],
    ["has no reader any more", 0, (child) => child.stdout.destroy()],
  ])("wrangler does not go on when it %s", async (_what, code, stop) => {
    const place = join(directory, String(++count));
    mkdirSync(place);
    writeFileSync(
      join(place, "npx"),
      `#!/bin/sh\ntrap 'touch ${place}/ended; exit' TERM\nwhile [ ! -e ${place}/ended ]; do echo '{"logs":[{"message":["x"]}]}'; sleep 0.05; done\n`,
    );
    chmodSync(join(place, "npx"), 0o755);
    const child = spawn(process.execPath, [join(ROOT, "src/cli/main.ts"), "tail"], {
      env: { PATH: `${place}:${process.env["PATH"]}` },
      stdio: ["ignore", "pipe", "ignore"],
    });
    const exited = once(child, "exit");
    await once(child.stdout, "data");
    stop(child);
    expect((await exited)[0]).toBe(code);
    await expect.poll(() => existsSync(join(place, "ended")), { timeout: 5000 }).toBe(true);
  });

  test("names the Worker and its environment to wrangler", async () => {
    const { stderr } = await tail("", ["other", "--env", "staging"]);
    expect(stderr).toBe("called: --no-install wrangler tail other --format json --env staging\n");
  });

  test("ends as wrangler does, and leaves the reason to it", async () => {
    const { exitCode, stderr } = await tail("", [], 1);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/\nselvedge: wrangler tail has ended; it says why above \(npm install .*\)\n$/);
  });

  test("says so where there is no npx", async () => {
    const run = await selvedge(["tail"], { variables: { PATH: directory } });
    expectComplaint(run, /npx is not there: it comes with Node/);
  });
});
