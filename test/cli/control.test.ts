/** What the command line does with a Worker that runs, and what it says where that cannot be done. */
import { writeFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { RulesInput } from "../../src/rules/input/rules.ts";
import { CONTROL_TOKENS, TOKENS } from "../control/support.ts";
import { outcomeOf, stage } from "../support/stage.ts";
import { expectComplaint, folder, jsonOf, type Run, selvedge, selvedgeHere } from "./support.ts";

const HOUR = { "Cache-Control": "max-age=3600", ETag: '"1"', "Cache-Tag": "shop" };

const RULES: RulesInput = {
  rules: [
    { name: "user", match: { path: "/user/*" }, cache: false },
    {
      name: "list",
      match: { path: "/list", query: { draft: false } },
      query: { tracking: "drop", sort: true },
      key: { country: true, headers: ["x-plan"] },
    },
    { name: "all", match: {} },
  ],
};

const running = stage({ vars: { CONTROL_TOKENS }, rules: RULES });
/** By itself: a purge also counts against what is fetched in the two seconds after it. */
const purged = stage({ vars: { CONTROL_TOKENS }, rules: RULES });
const closed = stage({ vars: {}, rules: { rules: [] } });
const zoned = stage({ vars: { CONTROL_TOKENS, CLOUDFLARE_PURGE_TOKEN: "x" }, rules: { rules: [] } });
const ill = stage({
  vars: { CONTROL_TOKENS },
  rules: { origins: { default: { circuitBreaker: { failures: 1 } } }, rules: [] },
});
const { ask, path } = running;
const directory = folder();

/** Against the Worker that has a control API, with the operator's token in the environment. */
function cli(...args: readonly string[]): Promise<Run> {
  return selvedge(args, { variables: { SELVEDGE_URL: running.worker.url, SELVEDGE_TOKEN: TOKENS.ops } });
}

const lines = ({ stdout }: Run) => stdout.trimEnd().split("\n");

describe("warm", () => {
  test("has addresses stored, and says how many", async () => {
    const targets = [path("/a", { headers: HOUR }), path("/a", { headers: HOUR })];
    expect(await cli("warm", ...targets)).toEqual({
      exitCode: 0,
      stdout: "2 asked for, none failed\n",
      stderr: "",
    });
    for (const target of targets) expect(outcomeOf(await ask(target))).toBe("hit");
  });

  test("takes addresses from a file, goes on over several calls, and prints a line of JSON each", async () => {
    const targets = Array.from({ length: 5 }, () => path("/a", { headers: HOUR }));
    const list = join(directory, "list.txt");
    writeFileSync(list, `# what is asked for most\n${targets.join("\r\n")}\n\n`);
    const run = await cli("warm", "--from", list, "--limit", "2", "--json");
    const told = lines(run).map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
    expect(told.slice(0, -1).map(({ url }) => url)).toEqual(expect.arrayContaining(targets));
    expect(told.at(-1)).toEqual({ requests: 5, failed: 0, elsewhere: 0, next: null });
  });

  test("names what failed, and ends as what is wrong", async () => {
    const target = path("/a", { status: 404 });
    const { exitCode, stdout } = await cli("warm", target);
    expect(exitCode).toBe(1);
    expect(stdout).toBe(`failed  ${target}  404\n1 asked for, 1 failed\n`);
  });
});

describe("purge", () => {
  test.each<[title: string, args: (target: string) => string[], scope: string]>([
    ["an address", (target) => ["--url", target], "url"],
    ["a path", (target) => ["--path", target], "path"],
    ["a tag", () => ["--tag", "shop"], "tag"],
    ["a rule", () => ["--rule", "all"], "rule"],
    ["a rule that may be gone", () => ["--former-rule", "all"], "rule"],
    ["everything", () => ["--everything"], "everything"],
  ])("%s", async (_title, args, scope) => {
    const target = purged.path("/a", { headers: HOUR });
    await purged.ask(target);
    const told = jsonOf(await cli("purge", ...args(target), "--at", purged.worker.url, "--json"));
    expect(told).toMatchObject({ reach: "everywhere", purges: [{ scope, soft: false }] });
    expect(outcomeOf(await purged.ask(target))).toBe("purged");
  });

  test("says how far it reaches, and what was made stale only", async () => {
    const { exitCode, stdout } = await cli("purge", "--tag", "a", "b", "--soft", "--at", purged.worker.url);
    expect({ exitCode, lines: stdout.trimEnd().split("\n") }).toEqual({
      exitCode: 0,
      lines: ["made stale  tag a", "made stale  tag b", "in force everywhere within 5 s"],
    });
  });

  test("says what became of Cloudflare's own cache", async () => {
    const run = await cli("purge", "--tag", "a", "--at", zoned.worker.url);
    expect(run.exitCode).toBe(0);
    expect(lines(run).at(-1)).toMatch(/^Cloudflare's own cache: failed CLOUDFLARE_ZONE_ID: found/);
  });

  test("purges nothing where one item is wrong", async () => {
    expectComplaint(await cli("purge", "--url", "https://elsewhere.test:x/"), /urls\[0\]: found/);
  });
});

describe("what is stored, and what would be done", () => {
  test("inspect shows each variant in each tier", async () => {
    const target = path("/a", { headers: { ...HOUR, Vary: "Accept-Language" } });
    await ask(target, { headers: { "Accept-Language": "de" } });
    const { exitCode, stdout } = await cli("inspect", target, "--header", "Accept-Language: de");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/variant accept-language: de \(what this request selects\)/);
    expect(stdout).toMatch(/memory: 200, \d+ bytes.*\n.*fresh for 3[56]\d\d s: lifetime 3600 s \(max-age\)/);
    expect(jsonOf(await cli("inspect", target, "--json"))).toMatchObject({
      rule: "all",
      stored: [{ selected: false }],
    });
  });

  test("explain --at says what the deployed Worker would do now", async () => {
    const target = path("/a", { headers: HOUR });
    await ask(target);
    const { exitCode, stdout } = await cli("explain", target, "--at", running.worker.url);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/rule "all"/);
    expect(stdout).toMatch(/reuse: serve, the stored response is fresh \(fresh; RFC 9111 §4\.2\)/);
    const told = jsonOf(await cli("explain", target, "--at", running.worker.url, "--json"));
    expect(told).toMatchObject({ rule: "all", decision: { kind: "serve", reason: "fresh" } });
  });

  test.each<[target: string, more: string[]]>([
    ["/user/1", []],
    ["/user/1", ["--method", "POST"]],
    ["/list?b=2&a=1&utm_source=x", ["--header", "X-Plan: free"]],
    ["/list?draft=1", ["--header", 'If-Match: "1"']],
    ["/other", ["--header", "Range: bytes=0-1", "--method", "HEAD"]],
    ["/user%2F1", []],
  ])("explain says the same of the rules here as of those that are deployed: %s %j", async (target, more) => {
    const file = join(directory, "rules.json");
    writeFileSync(file, JSON.stringify(RULES));
    const url = running.worker.url + target;
    const here = jsonOf(await cli("explain", url, ...more, "--rules", file, "--json"));
    const there = jsonOf(await cli("explain", url, ...more, "--at", running.worker.url, "--json"));
    const common = ({ rule, rulesBefore, plan, key }: Readonly<Record<string, unknown>>) => ({
      ...{ rule, rulesBefore, key },
      kind: (plan as { kind: string }).kind,
    });
    expect(common(here)).toEqual(common(there));
  });

  test("stats shows what was counted", async () => {
    const { exitCode, stdout } = await cli("stats");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^isolate \S+, since .*: \d+ requests, hit ratio [\d.]+ %\n/);
    expect(stdout).toMatch(/\nrule +requests +hit ratio\n.*all +\d+/);
    expect(stdout).toMatch(
      /\norigin +requests +failures +errors +withheld +breaker\n.*default +\d.*\(none\)/,
    );
    expect(jsonOf(await cli("stats", "--json"))).toMatchObject({ requests: expect.any(Number) });
  });

  test("stats shows that an origin is not asked any more, and until when", async () => {
    const target = ill.path("/a", { status: 503 });
    for (let time = 0; time < 2; time++) await ill.ask(target);
    const { stdout } = await cli("stats", "--at", ill.worker.url);
    expect(stdout).toMatch(/default +1 +0 +1 +1 +open, tested in [1-9]\d* s\n/);
  });
});

describe("where it cannot be done, one line says what to do", () => {
  const commands = [["stats"], ["inspect", "/"], ["purge", "--everything"], ["warm", "/"]];

  test.each(commands)("a wrong token: %s", async (...args) => {
    const run = await selvedge([...args, "--at", running.worker.url, "--token", "wrong-token-0123456789"]);
    expectComplaint(run, /does not know this token; set SELVEDGE_TOKEN, or give --token/);
  });

  test("a token that may not: the role that it takes", async () => {
    const run = await selvedge([
      "purge",
      "--everything",
      "--at",
      running.worker.url,
      "--token",
      TOKENS.reader,
    ]);
    expectComplaint(run, /this takes a token with the role purge/);
  });

  test("no control API", async () => {
    const run = await selvedge(["stats", "--at", closed.worker.url, "--token", TOKENS.ops]);
    expectComplaint(run, /has no control API at \/__selvedge: no CONTROL_TOKEN is set there/);
  });

  test("another prefix", async () => {
    expectComplaint(await cli("stats", "--prefix", "/elsewhere"), /has no control API at \/elsewhere/);
  });

  test("nobody listens", async () => {
    const run = await selvedge(["stats", "--at", `http://127.0.0.1:${await freePort()}`, "--token", "x"]);
    expectComplaint(run, /does not answer: nobody listens there/);
  });

  test("an unknown host", async () => {
    const run = await selvedge(["stats", "--at", "http://no-such-host.invalid", "--token", "x"]);
    expectComplaint(run, /http:\/\/no-such-host\.invalid does not answer: /);
  });
});

describe("a server that is no Worker of ours", () => {
  let url = "";
  let hung: (response: ServerResponse) => void = () => {};
  const server = createServer((request, response) => {
    if (request.url?.startsWith("/hangs/")) hung(response);
    else if (request.url?.startsWith("/fails/")) cutOff(response, 500);
    else if (request.url?.includes("/other/")) response.end(request.method === "GET" ? "{}" : "[1]");
    else if (request.url?.endsWith("/stats")) response.end("<html>welcome</html>");
    else if (request.url?.endsWith("/inspect?url=%2F&method=GET")) cutOff(response, 200);
    else if (request.url?.endsWith("/warm")) response.end('{"url":"/a","status":200}\n{"requ');
    else response.writeHead(302, { Location: "https://elsewhere.test/login" }).end();
  });
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server.close());

  test("that answers with a page", async () => {
    expectComplaint(
      await selvedge(["stats", "--at", url, "--token", "x"]),
      /answered with something else than JSON/,
    );
  });

  test("that leads elsewhere: the token does not follow", async () => {
    expectComplaint(
      await selvedge(["purge", "--everything", "--at", url, "--token", "x"]),
      /answered 302, and leads to https:\/\/elsewhere\.test/,
    );
  });

  test.each([["stats"], ["inspect", "/"], ["explain", "/"], ["purge", "--everything"]])(
    "that answers %s with JSON of something else",
    async (...command) => {
      const run = await selvedgeHere([...command, "--at", url, "--token", "x", "--prefix", "/other"]);
      expectComplaint(run, /answered with JSON that this version does not know/);
    },
  );

  test("that breaks off amid its answer", async () => {
    const run = await selvedge(["inspect", "/", "--at", url, "--token", "x"]);
    expectComplaint(run, /broke off amid its answer/, 1);
  });

  test("that breaks off amid an error", async () => {
    const run = await selvedgeHere(["stats", "--at", url, "--token", "x", "--prefix", "/fails"]);
    expectComplaint(run, /answered 500: it broke off amid its answer/);
  });

  test.each([["stats"], ["warm", "/a"]])("that never answers %s", async (...command) => {
    const asked = new Promise<ServerResponse>((resolve) => {
      hung = resolve;
    });
    vi.useFakeTimers({ toFake: ["setTimeout"] });
    try {
      const run = selvedgeHere([...command, "--at", url, "--token", "x", "--prefix", "/hangs"]);
      const response = await asked;
      vi.advanceTimersByTime(60_000);
      expectComplaint(await run, /does not answer: nothing within 60 s/);
      response.destroy();
    } finally {
      vi.useRealTimers();
    }
  });

  test("that speaks no TLS", async () => {
    const run = await selvedgeHere(["stats", "--at", url.replace("http:", "https:"), "--token", "x"]);
    expectComplaint(run, /does not answer: it does not speak TLS there/);
  });

  test("that ends amid a line", async () => {
    const { exitCode, stderr } = await selvedge(["warm", "/a", "--at", url, "--token", "x"]);
    expect(exitCode).not.toBe(0);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stderr).toMatch(/broke off|something else than JSON/);
  });
});

function cutOff(response: ServerResponse, status: number): void {
  response.writeHead(status, { "Content-Length": "100" });
  response.write("{", () => response.destroy());
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
