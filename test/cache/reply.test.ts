import { describe, expect, it } from "vitest";
import { buildReply, type Reply } from "../../src/cache/reply.ts";
import type { StoredResponse } from "../../src/cache/types.ts";
import {
  at,
  dateAt,
  type Fields,
  fieldsOf,
  type PolicyParts,
  part,
  policy,
  request,
  stored,
} from "./support.ts";

interface Asking {
  readonly method?: string;
  readonly now?: number;
  readonly reused?: boolean;
  readonly chosen?: PolicyParts;
}

function reply(response: StoredResponse, fields: Fields = {}, asking: Asking = {}): Reply {
  const { method = "GET", now = 5, reused = true, chosen } = asking;
  return buildReply({
    request: request(fields, { method }),
    response,
    policy: policy(chosen),
    now: at(now),
    reused,
  });
}

const tagged = stored({ etag: '"v1"', "content-length": "10", "content-type": "a/b" });

describe("RFC 9110 §15.4.5 304 Not Modified", () => {
  const given: Fields = {
    "cache-control": "max-age=60",
    "cdn-cache-control": "max-age=70",
    "content-location": "/a",
    date: dateAt(0),
    etag: '"v1"',
    expires: dateAt(60),
    "last-modified": dateAt(-9),
    vary: "accept",
  };

  it("carries what guides caches, and nothing of the content", () => {
    const content = { "content-type": "a/b", "content-length": "10", "content-encoding": "gzip", "x-a": "1" };
    const answer = reply(stored({ ...given, ...content }), { "if-none-match": '"v1"' });
    expect([answer.status, answer.body]).toEqual([304, "none"]);
    expect(fieldsOf(answer.headers)).toEqual({ ...given, age: "5" });
  });

  it.each<[string, StoredResponse, Fields, string, number]>([
    [
      "If-Modified-Since",
      stored({ "last-modified": dateAt(-9) }),
      { "if-modified-since": dateAt(-9) },
      "GET",
      304,
    ],
    ["HEAD", tagged, { "if-none-match": '"v1"' }, "HEAD", 304],
    ["a condition that fails", tagged, { "if-none-match": '"v2"' }, "GET", 200],
    ["before Range (§13.2.2)", tagged, { "if-none-match": '"v1"', range: "bytes=0-1" }, "GET", 304],
    ["Range after a failed condition", tagged, { "if-none-match": '"v2"', range: "bytes=0-1" }, "GET", 206],
    [
      "not in place of an error (§13.2.1)",
      stored({ etag: '"v1"' }, { status: 404 }),
      { "if-none-match": "*" },
      "GET",
      404,
    ],
    [
      "not in place of a redirect",
      stored({ etag: '"v1"' }, { status: 301 }),
      { "if-none-match": '"v1"' },
      "GET",
      301,
    ],
    ["in place of 204", stored({ etag: '"v1"' }, { status: 204 }), { "if-none-match": '"v1"' }, "GET", 304],
  ])("%s", (_, response, fields, method, expected) => {
    expect(reply(response, fields, { method }).status).toBe(expected);
  });
});

describe("RFC 9110 §9.3.2 HEAD", () => {
  it("is the stored GET without its content", () => {
    const { status, headers, body } = reply(tagged, {}, { method: "HEAD" });
    expect([status, headers.get("content-length"), headers.get("etag"), body]).toEqual([
      200,
      "10",
      '"v1"',
      "none",
    ]);
  });

  it("has no ranges (RFC 9110 §14.2)", () => {
    expect(reply(tagged, { range: "bytes=0-1" }, { method: "HEAD" })).toMatchObject({
      status: 200,
      body: "none",
    });
  });
});

describe("RFC 9110 §14.2 Range, §15.3.7 206 Partial Content", () => {
  it.each<[string, Fields, Reply["body"], string | null]>([
    ["from and to", { range: "bytes=2-4" }, { first: 2, last: 4 }, "bytes 2-4/10"],
    ["one byte", { range: "bytes=0-0" }, { first: 0, last: 0 }, "bytes 0-0/10"],
    ["open end", { range: "bytes=7-" }, { first: 7, last: 9 }, "bytes 7-9/10"],
    ["beyond the end", { range: "bytes=7-99" }, { first: 7, last: 9 }, "bytes 7-9/10"],
    ["suffix", { range: "bytes=-3" }, { first: 7, last: 9 }, "bytes 7-9/10"],
    ["a suffix longer than all", { range: "bytes=-99" }, { first: 0, last: 9 }, "bytes 0-9/10"],
    ["upper-case unit", { range: "BYTES=2-4" }, { first: 2, last: 4 }, "bytes 2-4/10"],
    [
      "If-Range that holds",
      { range: "bytes=2-4", "if-range": '"v1"' },
      { first: 2, last: 4 },
      "bytes 2-4/10",
    ],
    ["If-Range that fails", { range: "bytes=2-4", "if-range": '"v2"' }, "whole", null],
    ["If-Range that fails, unsatisfiable", { range: "bytes=20-", "if-range": '"v2"' }, "whole", null],
    ["several ranges: the whole", { range: "bytes=0-1,4-5" }, "whole", null],
    ["another unit", { range: "items=0-1" }, "whole", null],
    ["the last before the first", { range: "bytes=4-2" }, "whole", null],
    ["garbage", { range: "bytes=a-b" }, "whole", null],
    ["no range", {}, "whole", null],
  ])("%s", (_, fields, body, contentRange) => {
    const answer = reply(tagged, fields);
    expect(answer.body).toEqual(body);
    expect(answer.status).toBe(contentRange === null ? 200 : 206);
    expect(answer.headers.get("content-range")).toBe(contentRange);
    const length = typeof answer.body === "object" ? answer.body.last - answer.body.first + 1 : 10;
    expect(answer.headers.get("content-length")).toBe(String(length));
    expect(answer.headers.get("etag")).toBe('"v1"');
  });

  it.each<[string, StoredResponse, number]>([
    ["an error", stored({}, { status: 404 }), 404],
    ["unknown length", stored({}, { bodyLength: null }), 200],
  ])("no ranges of %s", (_, response, status) => {
    expect(reply(response, { range: "bytes=0-1" })).toMatchObject({ status, body: "whole" });
  });

  it.each<[string, string, Reply["body"], string]>([
    ["all of it", "bytes=10-19", { first: 0, last: 9 }, "bytes 10-19/40"],
    ["within", "bytes=12-13", { first: 2, last: 3 }, "bytes 12-13/40"],
    ["what is not within is answered as it came", "bytes=15-25", "whole", "bytes 10-19/40"],
  ])("from a stored part: %s", (_, range, body, contentRange) => {
    const answer = reply(part({ first: 10, last: 19, length: 40 }), { range });
    expect([answer.status, answer.body, answer.headers.get("content-range")]).toEqual([
      206,
      body,
      contentRange,
    ]);
  });
});

describe("RFC 9110 §15.5.17 416 Range Not Satisfiable", () => {
  it.each<[string, StoredResponse, string, string]>([
    ["beyond the end", tagged, "bytes=10-", "bytes */10"],
    ["an empty suffix", tagged, "bytes=-0", "bytes */10"],
    ["of nothing", stored({}, { bodyLength: 0 }), "bytes=0-", "bytes */0"],
    ["of a part", part({ first: 10, last: 19, length: 40 }), "bytes=40-", "bytes */40"],
  ])("%s", (_, response, range, contentRange) => {
    const answer = reply(response, { range });
    expect([answer.status, answer.body, answer.headers.get("content-range")]).toEqual([
      416,
      "none",
      contentRange,
    ]);
    expect(answer.headers.get("content-length")).toBe("0");
    expect(answer.headers.get("etag")).toBeNull();
    expect(answer.headers.get("age")).toBe("5");
  });
});

describe("RFC 9111 §5.1 Age", () => {
  it.each<[string, Fields, boolean, number, string | null]>([
    ["reused", {}, true, 5, "5"],
    ["reused at once", {}, true, 0, "0"],
    ["grows", {}, true, 500, "500"],
    ["on top of the origin's", { age: "20" }, true, 5, "25"],
    ["in place of garbage", { age: "x" }, true, 5, "5"],
    ["not reused", {}, false, 5, null],
    ["not reused: the origin's stays", { age: "20" }, false, 5, "20"],
  ])("%s", (_, fields, reused, now, expected) => {
    expect(reply(stored(fields), {}, { reused, now }).headers.get("age")).toBe(expected);
  });
});

describe("the browser's Cache-Control", () => {
  const given = { "cache-control": "max-age=60, s-maxage=90", expires: dateAt(60) };
  it.each<[string, number, number | null, string | null, boolean]>([
    ["no rule: as received", 200, null, "max-age=60, s-maxage=90", true],
    ["a rule", 200, 30, "max-age=30", false],
    ["zero", 200, 0, "no-cache", false],
    ["not for errors", 404, 30, "max-age=60, s-maxage=90", true],
  ])("%s", (_, status, browserTtlSeconds, cacheControl, keepsExpires) => {
    const { headers } = reply(stored(given, { status }), {}, { chosen: { browserTtlSeconds } });
    expect([headers.get("cache-control"), headers.has("expires")]).toEqual([cacheControl, keepsExpires]);
  });

  it("goes with a 304 too", () => {
    const { headers } = reply(tagged, { "if-none-match": '"v1"' }, { chosen: { browserTtlSeconds: 30 } });
    expect(headers.get("cache-control")).toBe("max-age=30");
  });

  it("RFC 9213 §3.1: what targets all CDNs passes on, what targets this one ends here", () => {
    const { headers } = reply(
      stored({ "cdn-cache-control": "max-age=1", "cloudflare-cdn-cache-control": "max-age=2" }),
    );
    expect([headers.get("cdn-cache-control"), headers.has("cloudflare-cdn-cache-control")]).toEqual([
      "max-age=1",
      false,
    ]);
  });

  it("leaves the stored fields alone", () => {
    const response = stored(given);
    reply(response, { range: "bytes=0-1" }, { chosen: { browserTtlSeconds: 30 } });
    expect(fieldsOf(response.headers)).toEqual({ ...given, date: dateAt(0) });
  });
});
