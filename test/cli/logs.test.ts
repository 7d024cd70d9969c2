/** Logs are read as the programs write them; what is no line of a log is skipped, counted and never a crash. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ROOT } from "../../scripts/tools.ts";
import { cloudFrontReader } from "../../src/cli/logs/cloudfront.ts";
import { readCommonLine } from "../../src/cli/logs/common.ts";
import { readHar } from "../../src/cli/logs/har.ts";
import { readJsonLine } from "../../src/cli/logs/json-lines.ts";
import { type LogFormat, newReadState, readLogs } from "../../src/cli/logs/read.ts";
import type { LoggedRequest } from "../../src/cli/logs/record.ts";
import { folder } from "./support.ts";

const SAMPLES = join(ROOT, "test/cli/samples");
const temporary = folder();

async function read(path: string, format: LogFormat | null = null) {
  const state = newReadState();
  const requests: LoggedRequest[] = [];
  for await (const batch of readLogs([path], format, state)) requests.push(...batch);
  return { requests, state };
}

function written(name: string, content: string | Uint8Array): string {
  const path = join(temporary, name);
  writeFileSync(path, content);
  return path;
}

function sample(name: string): string {
  return join(SAMPLES, name);
}

describe("what the programs themselves have written", () => {
  test.each([
    { name: "nginx-combined.log", format: "common", requests: 24, skipped: 2 },
    { name: "nginx-timed.log", format: "common", requests: 24, skipped: 2 },
    { name: "nginx-json.log", format: "json", requests: 24, skipped: 2 },
    { name: "gunicorn.log", format: "common", requests: 24, skipped: 0 },
    { name: "chromium.har", format: "har", requests: 10, skipped: 0 },
    { name: "logpush.ndjson", format: "json", requests: 4, skipped: 0 },
    { name: "cloudfront.log", format: "cloudfront", requests: 3, skipped: 0 },
  ])("$name is told by its content, and read", async ({ name, format, requests, skipped }) => {
    const { requests: found, state } = await read(sample(name));
    expect({ format: state.format, requests: found.length, skipped: state.skipped }).toEqual({
      ...{ format, requests, skipped },
    });
  });

  test("nginx and gunicorn name the same methods, targets and statuses", async () => {
    const told = ({ requests }: { requests: readonly LoggedRequest[] }) =>
      requests.map(({ method, target, status }) => `${method} ${target} ${status}`).sort();
    const nginx = told(await read(sample("nginx-combined.log")));
    expect(told(await read(sample("gunicorn.log")))).toEqual(nginx);
    expect(told(await read(sample("nginx-json.log")))).toEqual(nginx);
  });

  test("a quote in a field does not end it", async () => {
    const { requests } = await read(sample("gunicorn.log"));
    expect(requests[13]).toMatchObject({ target: "/products/%C3%BC?x=%22", status: 200, bytes: 25 });
    expect(requests[13]?.userAgent).toContain("say");
  });

  test("what one format tells and another does not", async () => {
    const [timed] = (await read(sample("nginx-timed.log"))).requests;
    expect(timed).toMatchObject({ durationSeconds: 0.002, bytes: 31, host: null, place: null });
    const json = (await read(sample("nginx-json.log"))).requests[9];
    expect(json).toMatchObject({ target: "/me", host: "127.0.0.1" });
    expect(json?.requestFields).toContainEqual(["cookie", "session=abc"]);
    expect(json?.responseFields).toContainEqual(["cache-control", "private"]);
    const [logpush] = (await read(sample("logpush.ndjson"))).requests;
    expect(logpush).toMatchObject({ at: 1795428000000, place: "FRA", durationSeconds: 0.04 });
    const [front] = (await read(sample("cloudfront.log"))).requests;
    expect(front).toMatchObject({ target: "/products?page=1", host: "api.example.com", place: "FRA56-P1" });
  });
});

describe("files as they come", () => {
  test("gzip is told by its first bytes, whatever the name", async () => {
    const packed = written("plain.log", gzipSync(readFileSync(sample("nginx-combined.log"))));
    expect((await read(packed)).requests).toHaveLength(24);
  });

  test("a broken line is counted, and the first one is shown with its place", async () => {
    const text = readFileSync(sample("gunicorn.log"), "utf8").split("\n");
    const path = written("broken.log", [...text.slice(0, 2), "what is this", "and this", text[2]].join("\n"));
    const { requests, state } = await read(path);
    expect(requests).toHaveLength(3);
    expect(state).toMatchObject({ skipped: 2, firstSkipped: { line: 3, text: "what is this" } });
  });

  test("an endless line is skipped, and what follows is read", async () => {
    const line = readFileSync(sample("gunicorn.log"), "utf8").split("\n", 1)[0] as string;
    const path = written("endless.log", `${line}\n${"x".repeat(3_000_000)}\n${line}\n`);
    const { requests, state } = await read(path);
    expect({ requests: requests.length, skipped: state.skipped }).toEqual({ requests: 2, skipped: 1 });
  });

  test("a HAR of many chunks on one line is read whole", async () => {
    const har = JSON.parse(readFileSync(sample("chromium.har"), "utf8"));
    const entries = Array.from({ length: 40 }, () => har.log.entries).flat();
    const path = written("long.har", JSON.stringify({ log: { ...har.log, entries } }));
    expect((await read(path)).requests).toHaveLength(400);
  });

  test.each([
    ["bytes that are no text", new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 0, 10]), /no text/],
    ["gzip that is cut off", gzipSync("x".repeat(1000)).subarray(0, 20), /not whole/],
    ["nothing at all", "", /no lines/],
    ["prose", "Dear reader,\nthis is no log.\n", /line 1 is "Dear reader,"; allowed: Common/],
    ["JSON that is no HAR", '{\n "a": 1\n}', /allowed:/],
  ])("%s: one line says so", async (name, content, words) => {
    const path = written(`${name.length}-bad`, content);
    await expect(read(path)).rejects.toThrow(words);
  });

  test("a file that is not there", async () => {
    await expect(read(join(temporary, "none.log"))).rejects.toThrow(/there is no such file/);
  });
});

test("no text makes a reader throw", () => {
  const parts = fc.constantFrom(
    ' [23/Nov/2026:10:00:00 +0000] "',
    '" 200 5',
    "GET / HTTP/1.1",
    "\\",
    '"',
    "{",
    "\t",
  );
  const text = fc.oneof(
    fc.string(),
    fc.array(fc.oneof(parts, fc.string())).map((all) => all.join("")),
  );
  const fields = cloudFrontReader();
  fields("#Fields: date time cs-method cs-uri-stem sc-status");
  fc.assert(
    fc.property(text, fc.json(), (line, json) => {
      for (const each of [line, json]) {
        readCommonLine(each);
        readJsonLine(each);
        readHar(each);
        fields(each);
      }
      readHar(`{"log":{"entries":[${json}]}}`);
    }),
  );
});
