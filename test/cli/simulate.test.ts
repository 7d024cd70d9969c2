import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type LoggedRequest, NO_FIELDS } from "../../src/cli/logs/record.ts";
import { type Assumptions, DEFAULT_ASSUMPTIONS } from "../../src/cli/simulate/assumptions.ts";
import { replay } from "../../src/cli/simulate/replay.ts";
import type { RulesInput } from "../../src/rules/input/rules.ts";
import { defineRules } from "../../src/rules/rule.ts";
import { selvedgeHere } from "./support.ts";

const START = Date.parse("2026-11-23T10:00:00Z");

/** A request so many seconds after the start of the log. */
function ask(seconds: number, target: string, more: Partial<LoggedRequest> = {}): LoggedRequest {
  return {
    ...{ at: START + seconds * 1000, client: "192.0.2.7", method: "GET", target, host: null, status: 200 },
    ...{ bytes: 1000, durationSeconds: 0.1, place: null, referer: null, userAgent: null },
    ...{ requestFields: NO_FIELDS, responseFields: [["cache-control", "max-age=60"]] as const },
    ...more,
  };
}

async function simulated(
  requests: readonly LoggedRequest[],
  rules: RulesInput["rules"] = [],
  assumed: Partial<Assumptions> = {},
  against: RulesInput["rules"] | null = null,
) {
  const batches = (async function* () {
    yield requests;
  })();
  const other = against && defineRules({ rules: against });
  return replay(batches, defineRules({ rules }), other, { ...DEFAULT_ASSUMPTIONS, ...assumed });
}

async function outcomes(...args: Parameters<typeof simulated>) {
  return (await simulated(...args)).report.total.outcomes;
}

const PASS: RulesInput["rules"] = [{ name: "pass", match: { path: "/a" }, cache: false }];

describe("the engine decides what a logged request would have been", () => {
  test.each<[what: string, requests: LoggedRequest[], rules: RulesInput["rules"], expected: object]>([
    ["fresh", [ask(0, "/a"), ask(30, "/a")], [], { MISS: 1, HIT: 1 }],
    ["stale", [ask(0, "/a"), ask(90, "/a")], [], { MISS: 1, REVALIDATED: 1 }],
    ["passed by a rule", [ask(0, "/a"), ask(1, "/a")], PASS, { PASS: 2 }],
    ["under way", [ask(0, "/a"), ask(0.05, "/a")], [], { MISS: 1, COLLAPSED: 1 }],
    [
      "after a write",
      [ask(0, "/a"), ask(1, "/a", { method: "PUT" }), ask(2, "/a")],
      [],
      { MISS: 2, WRITE: 1 },
    ],
    [
      "after a write that failed",
      [ask(0, "/a"), ask(1, "/a", { method: "PUT", status: 500 }), ask(2, "/a")],
      [],
      { MISS: 1, WRITE: 1, HIT: 1 },
    ],
    [
      "an error, with a copy at hand",
      [ask(0, "/a"), ask(90, "/a", { status: 503 })],
      [{ name: "a", match: {}, staleIfError: "1h" }],
      { MISS: 1, STALE: 1 },
    ],
    [
      "within its stale window",
      [ask(0, "/a"), ask(70, "/a"), ask(75, "/a")],
      [{ name: "a", match: {}, staleWhileRevalidate: "30s" }],
      { MISS: 1, STALE: 1, HIT: 1 },
    ],
    [
      "not storable",
      [ask(0, "/a", { responseFields: [["cache-control", "private"]] }), ask(1, "/a")],
      [],
      { MISS: 2 },
    ],
    [
      "of another language",
      [ask(0, "/a", language("de")), ask(1, "/a", language("en")), ask(2, "/a", language("de"))],
      [],
      { MISS: 2, HIT: 1 },
    ],
    [
      "tags that a write names",
      [ask(0, "/a"), ask(1, "/w", { method: "POST" }), ask(2, "/a")],
      [
        { name: "w", match: { path: "/w" }, invalidates: ["t"] },
        { name: "a", match: { path: "/a" }, tags: ["t"] },
      ],
      { MISS: 2, WRITE: 1 },
    ],
  ])("%s", async (_, requests, rules, expected) => {
    expect(await outcomes(requests, rules)).toEqual(expected);
  });

  test("with more data centres each fetches once for itself, and a client stays in one", async () => {
    const clients = Array.from({ length: 40 }, (_, index) => `192.0.2.${index}`);
    const requests = [0, 10].flatMap((seconds) => clients.map((client) => ask(seconds, "/a", { client })));
    const { report } = await simulated(requests, [], { dataCentres: 4 });
    expect(report.total.outcomes["MISS"]).toBe(4);
    expect(report.total.originRequests).toBe(4);
  });

  test("what has no room goes, and is counted", async () => {
    const requests = [0, 1].flatMap((round) =>
      Array.from({ length: 10 }, (_, index) => ask(round * 20 + index, `/a/${index}`)),
    );
    const { report } = await simulated(requests, [], { storeBytes: 5 * 2024 });
    expect(report.evictions).toBeGreaterThan(5);
    expect(report.total.hits).toBeLessThan(10);
  });

  test("what is asked for again and again stays, however much passes by once", async () => {
    const requests = Array.from({ length: 300 }, (_, index) =>
      index % 3 === 0 ? ask(index / 10, "/often") : ask(index / 10, `/once/${index}`),
    );
    const { report } = await simulated(requests, [], { storeBytes: 10 * 2024 });
    expect(report.evictions).toBe(200 + 1 - 10);
    expect(report.total.hits).toBe(99);
  });

  test("what changes is fetched whole, and what stays is confirmed", async () => {
    const requests = [ask(0, "/a"), ask(90, "/a")];
    expect(await outcomes(requests, [], { changeSeconds: 30 })).toEqual({ MISS: 2 });
    expect(await outcomes(requests, [], { changeSeconds: 0 })).toEqual({ MISS: 1, REVALIDATED: 1 });
  });
});

function language(code: string): Partial<LoggedRequest> {
  return {
    requestFields: [["accept-language", code]],
    responseFields: [
      ["cache-control", "max-age=60"],
      ["vary", "Accept-Language"],
    ],
  };
}

describe("a report", () => {
  test("adds up", async () => {
    const requests = [ask(0, "/a"), ask(0.5, "/a"), ask(0.6, "/b"), ask(5, "/a")];
    const { report } = await simulated(requests);
    expect(report.total).toMatchObject({
      requests: 4,
      hits: 2,
      originRequests: 2,
      hitRatio: 0.5,
      byteHitRatio: 0.5,
    });
    expect(report.total.savedSeconds).toBeCloseTo(0.2);
    expect(report).toMatchObject({ peakOriginPerSecond: 2, peakRequestsPerSecond: 3 });
    expect(report.cost.requestsUsd).toBeCloseTo(4 * 0.3e-6);
  });

  test("names what is asked of the origin most, and why", async () => {
    const requests = [ask(0, "/a"), ...[1, 2, 3].map((seconds) => ask(seconds, "/p"))];
    const { report } = await simulated(requests, [{ name: "p", match: { path: "/p" }, cache: false }]);
    expect(report.misses[0]).toEqual({ url: "GET https://api.example.com/p", count: 3, reason: "rule-pass" });
  });

  test("names cached routes whose requests speak of one user", async () => {
    const requests = [
      ask(0, "/a", { requestFields: [["cookie", "s=1"]] }),
      ask(1, "/a", { requestFields: [["authorization", "Bearer x"]] }),
      ask(2, "/p", { requestFields: [["cookie", "s=1"]] }),
    ];
    const { report } = await simulated(requests, [
      { name: "p", match: { path: "/p" }, cache: false },
      { name: "a", match: {} },
    ]);
    expect(report.risks.map(({ rule, what }) => [rule, what]).sort()).toEqual([
      ["a", "authorization"],
      ["a", "cookies"],
    ]);
  });

  test("tells requests that two rules files decide differently, one by one", async () => {
    const requests = [ask(0, "/a"), ask(1, "/a"), ask(2, "/b")];
    const { comparison, report, against } = await simulated(requests, [], {}, PASS);
    expect([against?.total.hits, report.total.hits]).toEqual([0, 1]);
    expect(comparison?.differing).toBe(2);
    expect(comparison?.changes).toContainEqual(
      expect.objectContaining({
        before: "PASS",
        after: "HIT",
        count: 1,
        examples: ["GET https://api.example.com/a"],
      }),
    );
  });

  test("counts what comes too late, and goes on at the instant before it", async () => {
    const late = [ask(10, "/a"), ask(20, "/b"), ask(5, "/a")];
    const { outOfOrder, report } = await simulated(late);
    expect([outOfOrder, report.total.outcomes]).toEqual([1, { MISS: 2, COLLAPSED: 1 }]);
  });

  test("puts in order what is a few seconds out of it, and counts nothing", async () => {
    const { outOfOrder, report } = await simulated([ask(10, "/a"), ask(7, "/a"), ask(20, "/b")]);
    expect([outOfOrder, report.from, report.total.outcomes]).toEqual([
      0,
      new Date(START + 7000).toISOString(),
      { MISS: 2, HIT: 1 },
    ]);
  });
});

describe("selvedge simulate", () => {
  let directory = "";
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "selvedge-simulate-"));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  const sample = (name: string) => join(import.meta.dirname, "samples", name);

  test("reports on a log of nginx, and what it took to be so", async () => {
    const { exitCode, stdout, stderr } = await selvedgeHere(["simulate", sample("nginx-json.log")]);
    expect(exitCode, stderr).toBe(0);
    expect(stdout).toMatch(/^product-list +6 /m);
    expect(stdout).toContain("It is taken to be so:");
    expect(stderr).toMatch(/2 of 18 lines are no requests and were skipped; the first is line 11 of /);
  });

  test("writes a page that loads nothing from elsewhere, and shows what a log says as text", async () => {
    const log = join(directory, "hostile.log");
    const line = (second: number, target: string) =>
      `192.0.2.7 - - [23/Nov/2026:10:00:0${second} +0000] "GET ${target} HTTP/1.1" 200 10 "-" "-"\n`;
    writeFileSync(log, line(0, "/<script>alert(1)</script>") + line(5, "/b"));
    const html = join(directory, "out.html");
    const { exitCode, stderr } = await selvedgeHere(["simulate", log, "--html", html]);
    expect(exitCode, stderr).toBe(0);
    const page = readFileSync(html, "utf8");
    expect(page).toContain("<polyline");
    expect(page).not.toMatch(/<script|src=|href=|url\(/);
  });

  test.each([
    { args: [], message: /missing required argument/ },
    { args: ["/nothing/here.log"], message: /there is no such file/ },
    { args: [sample("README.md")], message: /line 3 is "Written by the programs themselves/ },
    { args: [sample("gunicorn.log"), "--format", "clf"], message: /Allowed choices are common, json/ },
    { args: [sample("gunicorn.log"), "--data-centres", "0"], message: /Allowed: a whole number from 1/ },
    { args: [sample("gunicorn.log"), "--host", "a b"], message: /Allowed: a host, such as/ },
    { args: [sample("gunicorn.log"), "--html", "/nowhere/a.html"], message: /there is no folder \/nowhere/ },
    { args: [sample("gunicorn.log"), "--html", import.meta.dirname], message: /is a folder/ },
    { args: [sample("gunicorn.log"), "--rules", "nothing.ts"], message: /there is no such file/ },
  ])("$args is refused in one line", async ({ args, message }) => {
    const { exitCode, stdout, stderr } = await selvedgeHere(["simulate", ...args]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
