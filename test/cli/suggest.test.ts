import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LoggedRequest, NO_FIELDS } from "../../src/cli/logs/record.ts";
import { suggestionsOf } from "../../src/cli/suggest/judge.ts";
import { readOpenApi } from "../../src/cli/suggest/openapi.ts";
import { newTree, routeAt, routesOf } from "../../src/cli/suggest/path-tree.ts";
import { observe } from "../../src/cli/suggest/route-facts.ts";
import type { RuleInput } from "../../src/rules/input/rules.ts";
import { defineRules } from "../../src/rules/rule.ts";
import { selvedge, selvedgeHere } from "./support.ts";

function read(target: string, more: Partial<LoggedRequest> = {}): LoggedRequest {
  return {
    ...{
      at: 0,
      client: null,
      method: "GET",
      target,
      host: null,
      status: 200,
      bytes: 10,
      durationSeconds: null,
    },
    ...{ place: null, referer: null, userAgent: null, requestFields: NO_FIELDS, responseFields: NO_FIELDS },
    ...more,
  };
}

function suggested(requests: readonly LoggedRequest[]): readonly RuleInput[] {
  const tree = newTree();
  for (const request of requests) {
    const url = new URL(request.target, "https://api.example.com");
    observe(routeAt(tree, url.pathname), request, url);
  }
  const rules = suggestionsOf(routesOf(tree)).map(({ rule }) => rule);
  // Whatever is suggested can be deployed.
  expect(defineRules({ rules }).rules).toHaveLength(rules.length);
  return rules;
}

const patterns = (paths: readonly string[]) => {
  const tree = newTree();
  for (const path of paths) routeAt(tree, path);
  return routesOf(tree)
    .map(([pattern]) => pattern)
    .sort();
};

describe("addresses make a pattern", () => {
  test.each<[what: string, paths: string[], expected: string[]]>([
    ["numbers", ["/p/1", "/p/22"], ["/p/:id"]],
    ["UUIDs", ["/p/0b9d2a3e-0c4d-4d3e-9f1a-2b3c4d5e6f70"], ["/p/:uuid"]],
    ["dates", ["/d/2026-11-23/x"], ["/d/:date/x"]],
    ["hashes", ["/h/0123456789abcdef0123"], ["/h/:hash"]],
    ["two of a kind", ["/a/1/b/2"], ["/a/:id/b/:id2"]],
    ["few names", ["/a/x", "/a/y"], ["/a/x", "/a/y"]],
    [
      "many names",
      Array.from({ length: 40 }, (_, n) => `/blog/post-${n}x/comments`),
      ["/blog/:slug/comments"],
    ],
    ["what a pattern would read otherwise", ["/a*b/(c)"], ["/a\\*b/\\(c\\)"]],
    ["the root", ["/"], ["/"]],
  ])("%s", (_, paths, expected) => {
    expect(patterns(paths)).toEqual(expected);
  });
});

describe("what may be one user's own is never suggested as shared", () => {
  test.each<[what: string, more: Partial<LoggedRequest>]>([
    ["Authorization", { requestFields: [["authorization", "Bearer x"]] }],
    ["cookies", { requestFields: [["cookie", "a=1"]] }],
    ["Set-Cookie", { responseFields: [["set-cookie", "a=1"]] }],
    ["private", { responseFields: [["cache-control", "private, max-age=60"]] }],
    ["no-store", { responseFields: [["cache-control", "no-store"]] }],
    ["a refusal", { status: 401 }],
    ["a key of its own", { requestFields: [["x-api-key", "x"]] }],
    ["Vary by Cookie", { responseFields: [["vary", "Accept, Cookie"]] }],
    ["Vary by all", { responseFields: [["vary", "*"]] }],
    ["a secret in the query", { target: "/p/2?access_token=x" }],
    ["a user in the query", { target: "/p/2?page=1&userId=7" }],
    ["an action in the query", { target: "/p/2?action=delete" }],
  ])("%s, seen once among many", (_, more) => {
    const requests = [...Array.from({ length: 50 }, () => read("/p/1")), read("/p/2", more)];
    expect(suggested(requests)).toEqual([{ name: "p-id", match: { path: "/p/:id" }, cache: false }]);
  });

  test.each([
    ...["/me", "/account/settings", "/cart", "/admin/stats", "/users/../me", "/users/7", "/my-orders"],
    ...["/inbox/5", "/unsubscribe", "/items/5/delete", "/delete_item/5", "/vote/5", "/track.gif"],
  ])("%s, by its path", (path) => {
    expect(suggested([read(path)]).every(({ cache }) => cache === false)).toBe(true);
  });

  const dashboards = (clients: number, bytesOf: (client: number) => number) =>
    Array.from({ length: 60 }, (_, n) =>
      read("/start", { at: n * 30_000, client: `192.0.2.${n % clients}`, bytes: bytesOf(n % clients) }),
    );

  test("an address at which each client gets its own again, in a log that has no fields", () => {
    expect(suggested(dashboards(10, (client) => 500 + client))[0]?.cache).toBe(false);
  });

  test("which codings alone do not look like", () => {
    expect(suggested(dashboards(10, (client) => 500 + (client % 3)))[0]?.cache).toBeUndefined();
  });

  test("among many names, what looks like a write stays apart", () => {
    const names = [...Array.from({ length: 40 }, (_, n) => `/p/name-${n}x`), "/p/delete-all"];
    const rules = suggested(names.map((name) => read(name)));
    expect(rules.map(({ match, cache }) => [match?.path, cache])).toEqual([
      ["/p/delete-all", false],
      ["/p/:slug", undefined],
    ]);
  });

  test("what is only written", () => {
    expect(suggested([read("/p", { method: "POST" })])).toEqual([]);
  });
});

describe("the lifetime", () => {
  const repeated = (marks: (index: number) => string, gapMs: number) =>
    Array.from({ length: 60 }, (_, index) =>
      read("/p/1", { at: index * gapMs, responseFields: [["etag", marks(index)]] }),
    );

  test("is the origin's where it has one", () => {
    const [rule] = suggested([read("/p/1", { responseFields: [["cache-control", "max-age=60"]] })]);
    expect(rule).toMatchObject({ staleWhileRevalidate: "30s", staleIfError: "1h" });
    expect(rule).not.toHaveProperty("edgeTtl");
  });

  test("is a tenth of what passes between changes", () => {
    const [rule] = suggested(repeated((index) => `"${Math.floor(index / 10)}"`, 10_000));
    expect(rule?.edgeTtl).toEqual({ fallback: "11s" });
  });

  test("is ten minutes at most for what never changed", () => {
    const [rule] = suggested(repeated(() => '"same"', 1_000_000));
    expect(rule?.edgeTtl).toEqual({ fallback: "600s" });
  });

  test("is none where it changes each time", () => {
    expect(suggested(repeated((index) => `"${index}"`, 1000))).toEqual([]);
  });

  test("is short where nobody knows", () => {
    expect(suggested([read("/p/1")])[0]?.edgeTtl).toEqual({ fallback: "10s" });
  });
});

test("an OpenAPI document: parameters, and what takes credentials", () => {
  const routes = readOpenApi(
    JSON.stringify({
      openapi: "3.1.0",
      servers: [{ url: "https://api.example.com/v1/" }],
      security: [],
      paths: {
        "/products": { get: { parameters: [{ name: "page", in: "query" }] }, post: {} },
        "/products/{id}": { get: {} },
        "/orders": { get: { security: [{ bearer: [] }] } },
        "/files/{name}.json": { get: {} },
      },
    }),
  );
  const rules = suggestionsOf(routes ?? []).map(({ rule }) => [rule.match.path, rule.cache]);
  expect(rules).toEqual([
    ["/v1/orders", false],
    ["/v1/products", undefined],
    ["/v1/products/:id", undefined],
    ["/v1/files/*", undefined],
  ]);
});

describe("selvedge suggest", () => {
  let directory = "";
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "selvedge-suggest-"));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const sample = (name: string) => join(import.meta.dirname, "samples", name);
  const module = join(import.meta.dirname, "../../src/rules/rule.ts");

  test("writes rules that check accepts, with what they rest on, and never over what is there", async () => {
    const out = join(directory, "rules.ts");
    const args = ["suggest", sample("nginx-json.log"), "--out", out, "--import-from", module];
    const first = await selvedgeHere(args);
    expect(first.exitCode, first.stderr).toBe(0);
    const text = readFileSync(out, "utf8");
    expect(text).toMatch(/\/\/ Passed: .*\n\s*\{ name: "me", match: \{ path: "\/me" \}, cache: false \}/);
    expect(text).toMatch(/Simulated: \d+\.\d % of its requests/);
    const checked = await selvedgeHere(["check", out]);
    expect(checked.exitCode, checked.stdout + checked.stderr).toBe(0);

    const again = await selvedgeHere(args);
    expect([again.exitCode, again.stderr]).toEqual([2, expect.stringContaining("--force overwrites it")]);
    expect(readFileSync(out, "utf8")).toBe(text);
  });

  test("nothing that stands in a log becomes code", async () => {
    const log = join(directory, "hostile.log");
    const target = '/a";throw(1);//?x=*/process.exit()';
    writeFileSync(
      log,
      `192.0.2.7 - - [23/Nov/2026:10:00:00 +0000] "GET ${target.replaceAll('"', "\\x22")} HTTP/1.1" 200 10\n`,
    );
    const out = join(directory, "hostile.ts");
    const { exitCode, stderr } = await selvedgeHere(["suggest", log, "--out", out, "--import-from", module]);
    expect(exitCode, stderr).toBe(0);
    expect((await selvedgeHere(["check", out])).exitCode).toBe(0);
  });

  test("ends each comment in one full stop", async () => {
    const list = join(directory, "two.txt");
    writeFileSync(list, "/a\n/me\n");
    const { stdout } = await selvedgeHere(["suggest", list]);
    expect(stdout.match(/^ {4}\/\/ .*$/gm)).toHaveLength(2);
    expect(stdout).not.toMatch(/\.\.$/m);
  });

  test("imports defineRules from where it is: the package, but in a checkout its source", async () => {
    const args = ["suggest", sample("nginx-json.log")];
    expect((await selvedge(args, { cwd: directory })).stdout).toMatch(/^import .* from "selvedge";/);
    expect((await selvedge(args)).stdout).toMatch(/^import .* from ".\/rules\/rule.ts";/);
  });

  test("asks the origin politely: reads alone, nothing that may be a write, one after the other, without credentials", async () => {
    const asked: string[] = [];
    let atOnce = 0;
    const origin = createServer((request, response) => {
      atOnce += 1;
      asked.push(`${request.method} ${request.url} ${request.headers.cookie ?? ""} ${atOnce}`);
      setTimeout(() => {
        atOnce -= 1;
        response.setHeader("set-cookie", "a=1").end("x");
      }, 20);
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => origin.once("listening", resolve));
    const list = join(directory, "urls.txt");
    writeFileSync(list, "/products?page=1\n/news\n# a remark\n//elsewhere.invalid/x\n/unsubscribe?id=7\n");
    const at = `http://127.0.0.1:${(origin.address() as AddressInfo).port}`;
    const { exitCode, stdout, stderr } = await selvedgeHere(["suggest", list, "--origin", at, "--json"]);
    origin.close();
    expect(exitCode, stderr).toBe(0);
    expect(asked.sort()).toEqual([
      ...["GET //elsewhere.invalid/x  1", "GET //elsewhere.invalid/x  1", "GET /news  1", "GET /news  1"],
      ...["GET /products?page=1  1", "GET /products?page=1  1"],
    ]);
    const rules = (JSON.parse(stdout) as { rule: RuleInput }[]).map(({ rule }) => rule.cache);
    expect(rules).toEqual([false, false, false, false]);
  });

  test("asks for what a description names without parameters, and believes an origin that has nothing there", async () => {
    const origin = createServer(({ url }, response) => {
      response.writeHead(url === "/gone" ? 404 : 200).end("x");
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => origin.once("listening", resolve));
    const description = join(directory, "openapi.json");
    const paths = { "/gone": { get: {} }, "/there": { get: {} }, "/of/{id}": { get: {} } };
    writeFileSync(description, JSON.stringify({ openapi: "3.1.0", paths }));
    const at = `http://127.0.0.1:${(origin.address() as AddressInfo).port}`;
    const { exitCode, stdout, stderr } = await selvedgeHere([
      "suggest",
      description,
      ...["--origin", at, "--json"],
    ]);
    origin.close();
    expect(exitCode, stderr).toBe(0);
    const told = JSON.parse(stdout) as { pattern: string; evidence: string }[];
    expect(told.map(({ pattern }) => pattern)).toEqual(["/there", "/of/:id"]);
    expect(told[0]?.evidence).toContain("100 % of the answers");
  });

  test.each([
    { args: ["/nothing/here"], message: /there is no such file/ },
    { args: [sample("README.md")], message: /line 3 is "Written by the programs themselves/ },
    { args: [sample("gunicorn.log"), "--origin", "http://127.0.0.1:9999"], message: /does not answer: / },
    { args: [sample("gunicorn.log"), "--out", "/nowhere/rules.ts"], message: /there is no folder \/nowhere/ },
    { args: [sample("gunicorn.log"), "--origin", "nowhere"], message: /allowed: an address/ },
  ])("$args is refused in one line", async ({ args, message }) => {
    const { exitCode, stderr } = await selvedgeHere(["suggest", ...args]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(message);
    expect(existsSync(join(directory, "none"))).toBe(false);
  });
});
