import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cloudFrontReader } from "../../src/cli/logs/cloudfront.ts";
import { readCommonLine } from "../../src/cli/logs/common.ts";
import { readJsonLine } from "../../src/cli/logs/json-lines.ts";
import { newReadState, type ReadState, readLogs } from "../../src/cli/logs/read.ts";
import type { LoggedRequest } from "../../src/cli/logs/record.ts";

const sample = (name: string) => join(import.meta.dirname, "samples", name);

let directory = "";
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "selvedge-logs-"));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(directory, name);
  writeFileSync(path, content);
  return path;
}

async function read(...paths: string[]): Promise<{ requests: LoggedRequest[]; state: ReadState }> {
  const state = newReadState();
  const requests: LoggedRequest[] = [];
  for await (const batch of readLogs(paths, null, state)) requests.push(...batch);
  return { requests, state };
}

const AT = Date.parse("2026-11-23T10:58:24Z");

describe("what programs have written is read", () => {
  test.each([
    { name: "nginx-combined.log", format: "common", requests: 16, skipped: 2 },
    { name: "nginx-common.log", format: "common", requests: 16, skipped: 2 },
    { name: "nginx-timed.log", format: "common", requests: 16, skipped: 2 },
    { name: "nginx-json.log", format: "json", requests: 16, skipped: 2 },
    { name: "gunicorn.log", format: "common", requests: 16, skipped: 0 },
    { name: "chromium.har", format: "har", requests: 5, skipped: 0 },
    { name: "logpush.ndjson", format: "json", requests: 4, skipped: 0 },
    { name: "cloudfront.log", format: "cloudfront", requests: 3, skipped: 0 },
  ])("$name", async ({ name, format, requests, skipped }) => {
    const found = await read(sample(name));
    expect({
      format: found.state.format,
      requests: found.requests.length,
      skipped: found.state.skipped,
    }).toEqual({
      format,
      requests,
      skipped,
    });
  });

  test("nginx's and gunicorn's own ways of quoting", async () => {
    const nginx = (await read(sample("nginx-timed.log"))).requests;
    const gunicorn = (await read(sample("gunicorn.log"))).requests;
    expect(nginx[1]).toMatchObject({
      ...{ at: AT, client: "127.0.0.1", method: "GET", target: "/products?page=2&utm_source=x" },
      ...{ status: 200, bytes: 11, durationSeconds: 0.001, referer: null },
    });
    expect(nginx[1]?.userAgent).toContain("Mozilla/5.0");
    expect(gunicorn[1]).toMatchObject({
      at: AT,
      target: "/products?page=2&utm_source=x",
      durationSeconds: null,
    });
    expect(gunicorn[1]?.userAgent).toContain("Mozilla/5.0");
    expect(gunicorn[2]?.referer).toBe("https://shop.example/");
  });

  test("what nginx writes as JSON has the fields of the answer too", async () => {
    const { requests } = await read(sample("nginx-json.log"));
    expect(requests[0]).toMatchObject({
      ...{ at: AT, host: "127.0.0.1", target: "/products", durationSeconds: 0.002 },
      responseFields: expect.arrayContaining([
        ["cache-control", "max-age=60"],
        ["etag", '"a"'],
      ]),
    });
    expect(requests[4]?.requestFields).toContainEqual(["cookie", "session=abc"]);
  });

  test("cookies that stand where no field does", async () => {
    const line = { time: 1_700_000_000, method: "GET", url: "/a", status: 200 };
    const told = { ...line, Cookies: { sid: "1" }, ResponseHeaders: { "Set-Cookie": ["a=1", "b=2"] } };
    const har = JSON.parse(longHar(1));
    har.log.entries[0].request = {
      method: "GET",
      url: "https://a.test/",
      headers: [],
      cookies: [{ name: "sid", value: "1" }],
    };
    har.log.entries[0].response.cookies = [{ name: "a", value: "1" }];
    const { requests: lines } = await read(file("cookies.ndjson", JSON.stringify(told)));
    const { requests: entries } = await read(file("cookies.har", JSON.stringify(har)));
    for (const request of [lines[0], entries[0]]) {
      expect(request?.requestFields).toContainEqual(["cookie", "sid=1"]);
      expect(request?.responseFields).toContainEqual(["set-cookie", "a=1"]);
    }
  });

  test("a browser's HAR", async () => {
    const { requests } = await read(sample("chromium.har"));
    expect(requests.map(({ target }) => new URL(target).pathname)).toEqual([
      ...["/page", "/products", "/products", "/products/7", "/me"],
    ]);
    expect(requests[1]?.responseFields).toContainEqual(["cache-control", "max-age=60"]);
  });

  test("several files, one of them packed, one after the other", async () => {
    const packed = file("a.log.gz", gzipSync(readFileSync(sample("nginx-combined.log"))));
    const { requests, state } = await read(packed, sample("gunicorn.log"));
    expect([requests.length, state.skipped, state.firstSkipped?.file]).toEqual([32, 2, packed]);
  });
});

describe("Cloudflare Logpush (http_requests)", () => {
  const line = {
    ...{ EdgeStartTimestamp: "2026-11-23T10:58:24Z", ClientIP: "192.0.2.7", ClientRequestMethod: "GET" },
    ...{
      ClientRequestHost: "api.example.com",
      ClientRequestURI: "/products?page=2",
      EdgeResponseStatus: 200,
    },
    ...{
      EdgeResponseBytes: 512,
      EdgeColoCode: "FRA",
      OriginResponseDurationMs: 125,
      ClientRequestUserAgent: "curl",
    },
  };
  test.each<[what: string, more: object]>([
    ["with an instant as text", {}],
    ["in nanoseconds", { EdgeStartTimestamp: AT * 1e6 }],
    ["in seconds", { EdgeStartTimestamp: AT / 1000 }],
  ])("%s", (_, more) => {
    expect(readJsonLine(JSON.stringify({ ...line, ...more }))).toMatchObject({
      ...{ at: AT, client: "192.0.2.7", method: "GET", target: "/products?page=2", host: "api.example.com" },
      ...{ status: 200, bytes: 512, place: "FRA", durationSeconds: 0.125, userAgent: "curl" },
    });
  });
});

test("CloudFront standard logs are read by the names in their head", async () => {
  const head =
    "#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) time-taken sc-content-type\n";
  const line = [
    "2026-11-23",
    "10:58:24",
    "FRA2-C1",
    "512",
    "192.0.2.7",
    "GET",
    "d1.cloudfront.net",
    "/products",
    "200",
    "-",
    "curl/8%20x",
    "page=2",
    "a=b",
    "0.125",
    "application/json",
  ].join("\t");
  const { requests, state } = await read(file("cloudfront.log", `${head}${line}\n`));
  expect(state).toMatchObject({ format: "cloudfront", skipped: 0 });
  expect(requests).toMatchObject([
    {
      ...{ at: AT, place: "FRA2-C1", client: "192.0.2.7", method: "GET", target: "/products?page=2" },
      ...{
        host: "d1.cloudfront.net",
        status: 200,
        bytes: 512,
        durationSeconds: 0.125,
        userAgent: "curl/8 x",
      },
      ...{ requestFields: [["cookie", "a=b"]], responseFields: [["content-type", "application/json"]] },
    },
  ]);
});

describe("what is no log is told in one line", () => {
  test.each<[what: string, content: string | Buffer, message: RegExp]>([
    ["nothing", "", /it has no lines/],
    ["a line without end", "x".repeat(5_000_000), /line 1 is longer than 64 KiB, and begins with "xxx/],
    ["UTF-16", Buffer.from("\uFEFF192.0.2.7 - -", "utf16le"), /no text in UTF-8/],
    ["prose", "This is not a log.\n", /line 1 is "This is not a log\."/],
    ["a binary file", Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 0, 1]), /this is no log/],
    ["half of a gzip", gzipSync("x".repeat(100_000)).subarray(0, 60), /the file is not whole/],
    ["JSON of something else", '{"a":1}\n', /line 1 is/],
    ["a folder", "", /it is a folder/],
  ])("%s", async (name, content, message) => {
    const path = name === "a folder" ? directory : file(name.replaceAll(" ", "-"), content);
    await expect(read(path)).rejects.toThrow(message);
    await expect(read(path)).rejects.toThrow(path);
  });

  test("prose behind a log of which lines were skipped", async () => {
    const packed = file("b.log.gz", gzipSync(readFileSync(sample("nginx-combined.log"))));
    const prose = file("prose.log", "This is not a log.\n");
    await expect(read(packed, prose)).rejects.toThrow(`${prose}: line 1 is "This is not a log."`);
  });

  test("a file that is not there", async () => {
    await expect(read(join(directory, "missing"))).rejects.toThrow(/there is no such file/);
  });
});

/** What Chromium wrote, its entries this often. */
function longHar(times: number, more: object = {}): string {
  const har = JSON.parse(readFileSync(sample("chromium.har"), "utf8"));
  const entries = Array.from({ length: times }, () => har.log.entries).flat();
  return JSON.stringify({ log: { ...more, ...har.log, entries } });
}

describe("a HAR", () => {
  test.each<[what: string, text: string | Buffer]>([
    ["on one line of many chunks", longHar(100)],
    ["behind a byte order mark", `\uFEFF${longHar(100)}`],
    ["packed", gzipSync(longHar(100))],
    ["in lines", JSON.stringify(JSON.parse(longHar(100)), null, 2)],
    ["whose entries come last", longHar(100, { _first: ["a"] })],
  ])("%s is read whole", async (what, text) => {
    const { requests, state } = await read(file(what.replaceAll(" ", "-"), text));
    expect([requests.length, state.format, state.skipped]).toEqual([500, "har", 0]);
  });

  test("is read in pieces, as it comes", async () => {
    const state = newReadState();
    const most = { entries: 0 };
    for await (const batch of readLogs([file("pieces.har", longHar(400))], null, state))
      most.entries = Math.max(most.entries, batch.length);
    expect(state.lines).toBe(2000);
    expect(most.entries).toBeLessThan(1000);
  });

  test.each<[what: string, text: string, message: RegExp]>([
    ["that ends too soon", longHar(1).slice(0, -200), /half\.har: the HAR is not whole, or no JSON: /],
    [
      "nested without end",
      `{"log":{"entries":[${"[".repeat(200)}`,
      /no HAR: it is nested more than 100 deep/,
    ],
    ["with more behind it", `${longHar(1)} x`, /half\.har: the HAR is not whole, or no JSON: /],
    ["without entries", '{"log":{}}', /half\.har: it is JSON, but has no entries of a HAR/],
    ["with none", '{"log":{"entries":[]}}', /half\.har: it is JSON, but has no entries of a HAR/],
    ["with an answer of 65 MiB", `{"log":{"entries":[{"text":"${"x".repeat(65 << 20)}"}]}}`, /64 MiB/],
  ])("%s is refused in one line", async (_, text, message) => {
    await expect(read(file("half.har", text))).rejects.toThrow(message);
  });

  test("skips and counts entries that are none", async () => {
    const har = JSON.parse(longHar(1));
    har.log.entries.push(null, 7, { request: {} }, []);
    const { requests, state } = await read(file("odd.har", JSON.stringify(har)));
    expect([requests.length, state.skipped]).toEqual([5, 4]);
  });
});

test("a line without end is skipped, in bounded memory, and what follows is read", async () => {
  const good = readFileSync(sample("gunicorn.log"), "utf8");
  const { requests, state } = await read(file("endless.log", `${good}${"x".repeat(5_000_000)}\n${good}`));
  expect([requests.length, state.skipped]).toEqual([32, 1]);
  expect(state.firstSkipped?.text.length).toBeLessThan(200);
});

test("a method that could not have been sent makes a line none: it may steer the terminal that shows it", async () => {
  const line = (method: string) => JSON.stringify({ time: AT / 1000, method, url: "/a", status: 200 });
  const path = file("steering.ndjson", ["GET", "\u001b[2JGET", "G\nET"].map(line).join("\n"));
  const { requests, state } = await read(path);
  expect([requests.map(({ method }) => method), state.skipped]).toEqual([["GET"], 2]);
});

test("no line makes a reader throw", () => {
  const readers = [readCommonLine, readJsonLine, cloudFrontReader()];
  const hostile = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .string()
      .map((text) => `127.0.0.1 - - [23/Nov/2026:10:58:24 +0000] "${text}" 200 1 "${text}" "${text}`),
    fc.string().map((text) => `#Fields: ${text}`),
  );
  fc.assert(
    fc.property(hostile, (line) => {
      for (const reader of readers) reader(line);
    }),
    { numRuns: 3000 },
  );
});

test.each([
  ["-", []],
  ["ann", [["authorization", "Basic ann"]]],
  ["ann lee", [["authorization", "Basic ann lee"]]],
])("whom the Common Log Format names, %s, has sent Authorization", (user, expected) => {
  const line = `192.0.2.7 - ${user} [23/Nov/2026:10:00:00 +0000] "GET /a HTTP/1.1" 200 10`;
  expect(readCommonLine(line)?.requestFields).toEqual(expected);
});
