import { describe, expect, it } from "vitest";
import { factsOf, freshenedFacts } from "../../../src/cache/storing/facts.ts";
import type { StoredRange } from "../../../src/cache/types.ts";
import { Fields as PlainFields, toHeaders } from "../../../src/http/field-section.ts";
import {
  arrival,
  at,
  dateAt,
  type Fields,
  fieldsOf,
  literal,
  policy,
  request,
  stored,
  TARGET,
} from "../support.ts";

const date = dateAt(101);

describe("RFC 9111 §3.1 Storing Header and Trailer Fields", () => {
  it.each<[string, Fields, Fields]>([
    ["every end-to-end field", { date, "x-a": "1", server: "s" }, { date, "x-a": "1", server: "s" }],
    ["Content-Length", { date, "content-length": "10" }, { date, "content-length": "10" }],
    ["Age", { date, age: "5" }, { date, age: "5" }],
    ["Date is added", { "x-a": "1" }, { date, "x-a": "1" }],
    ["Date is kept, even an odd one", { date: "now" }, { date: "now" }],
    ["hop-by-hop fields go", { date, "keep-alive": "x", te: "x", trailer: "x", upgrade: "x" }, { date }],
    ["Transfer-Encoding goes", { date, "transfer-encoding": "chunked" }, { date }],
    [
      "the three about proxies' credentials go",
      { date, "proxy-authenticate": "x", "proxy-authentication-info": "x", "proxy-authorization": "x" },
      { date },
    ],
    [
      "what Connection names goes",
      { date, connection: "X-A, close", "x-a": "1", "x-b": "2" },
      { date, "x-b": "2" },
    ],
    [
      "Connection cannot take away Vary",
      { date, connection: "vary", vary: "accept" },
      { date, vary: "accept" },
    ],
    [
      "fields that private names go",
      { date, "cache-control": 'private="X-User, x-b"', "x-user": "1", "x-b": "2" },
      { date, "cache-control": 'private="X-User, x-b"' },
    ],
    [
      "fields that no-cache names go",
      { date, "cache-control": 'no-cache="x-user"', "x-user": "1" },
      { date, "cache-control": 'no-cache="x-user"' },
    ],
    [
      "those that a targeted field names go",
      { date, "cdn-cache-control": 'private="x-user"', "x-user": "1" },
      { date, "cdn-cache-control": 'private="x-user"' },
    ],
    [
      "bare private takes no field away",
      { date, "cache-control": "private", "x-user": "1" },
      { date, "cache-control": "private", "x-user": "1" },
    ],
    [
      "what governs storing and selection cannot be named away",
      { date, "cache-control": 'no-store, no-cache="cache-control, vary, age"', vary: "accept", age: "5" },
      { date, "cache-control": 'no-store, no-cache="cache-control, vary, age"', vary: "accept", age: "5" },
    ],
    ["what the platform adds goes", { date, "cf-cache-status": "MISS" }, { date }],
  ])("%s", (_, fields, expected) => {
    expect(fieldsOf(factsOf(request(), arrival(200, fields), policy()).headers)).toEqual(expected);
  });

  it.each([
    ["bypass", ["a=1", "b=2"]],
    ["strip", []],
  ] as const)("Set-Cookie where the rules say %s", (setCookie, expected) => {
    const head = arrival(200, [
      ["set-cookie", "a=1"],
      ["set-cookie", "b=2"],
    ]);
    expect(toHeaders(factsOf(request(), head, policy({ setCookie })).headers).getSetCookie()).toEqual(
      expected,
    );
  });
});

describe("facts", () => {
  it("are as they arrived", () => {
    const head = arrival(404, { date, vary: "X-B, X-A", "content-length": "7", "cache-tag": "a, b,,c " });
    expect(factsOf(request({ "x-a": " 1 " }), head, policy({ rule: "r", tags: [literal("rule")] }))).toEqual({
      uri: TARGET,
      rule: "r",
      status: 404,
      headers: new PlainFields(head.headers),
      requestedAt: at(100),
      respondedAt: at(101),
      nominated: [
        ["x-a", "1"],
        ["x-b", null],
      ],
      bodyLength: 7,
      range: null,
      tags: ["rule", "a", "b", "c"],
      suspect: false,
    });
  });

  it.each<[string, string, number | null]>([
    ["digits", "10", 10],
    ["a list", "10, 10", null],
    ["negative", "-1", null],
    ["beyond exact numbers", "9".repeat(16), null],
  ])("Content-Length: %s", (_, value, expected) => {
    expect(factsOf(request(), arrival(200, { "content-length": value }), policy()).bodyLength).toBe(expected);
  });

  it.each<[string, number, string, StoredRange | null]>([
    ["a part", 206, "bytes 0-4/10", { first: 0, last: 4, length: 10 }],
    ["unknown complete length", 206, "bytes 0-4/*", null],
    ["another unit", 206, "items 0-4/10", null],
    ["unsatisfied", 206, "bytes */10", null],
    ["on a 200 it means nothing", 200, "bytes 0-4/10", null],
  ])("Content-Range: %s", (_, status, value, expected) => {
    expect(factsOf(request(), arrival(status, { "content-range": value }), policy()).range).toEqual(expected);
  });
});

describe("RFC 9111 §3.2 Updating Stored Header Fields", () => {
  const old = { etag: '"v1"', "x-a": "old", "x-b": "kept", age: "50" };

  it.each<[string, Fields, Fields]>([
    [
      "replaced, kept and added",
      { date, "x-a": "new", "x-c": "3" },
      { date, "x-a": "new", "x-b": "kept", "x-c": "3" },
    ],
    ["Date is added where the 304 has none", {}, { date, "x-a": "old", "x-b": "kept" }],
    [
      "the old Age goes, a new one comes",
      { date, age: "3" },
      { date, "x-a": "old", "x-b": "kept", age: "3" },
    ],
    [
      "Set-Cookie of a 304 is its client's",
      { date, "set-cookie": "a=b" },
      { date, "x-a": "old", "x-b": "kept" },
    ],
    ["Content-Length stays", { date, "content-length": "0" }, { date, "x-a": "old", "x-b": "kept" }],
    [
      "Content-Encoding and Content-Range stay",
      { date, "content-encoding": "gzip", "content-range": "bytes 0-1/2" },
      { date, "x-a": "old", "x-b": "kept" },
    ],
    [
      "Content-Type is updated",
      { date, "content-type": "a/b" },
      { date, "content-type": "a/b", "x-a": "old", "x-b": "kept" },
    ],
    [
      "hop-by-hop fields stay out",
      { date, connection: "x-a", "x-a": "new" },
      { date, "x-a": "old", "x-b": "kept" },
    ],
    [
      "what private names now is forgotten",
      { date, "cache-control": 'private="x-a"', "x-a": "new" },
      { date, "cache-control": 'private="x-a"', "x-b": "kept" },
    ],
  ])("%s", (_, fields, expected) => {
    const fresh = freshenedFacts(request(), stored(old), arrival(304, fields), policy());
    expect(fieldsOf(fresh.headers)).toEqual({ etag: '"v1"', ...expected });
  });

  it("keeps the status, the body's facts and counts from the new instants", () => {
    const range = { first: 0, last: 9, length: 20 };
    const before = stored(old, { status: 206, bodyLength: 10, range, suspect: true });
    const fresh = freshenedFacts(request(), before, arrival(304, { "content-length": "0" }), policy());
    expect(fresh).toMatchObject({
      status: 206,
      bodyLength: 10,
      range,
      requestedAt: at(100),
      respondedAt: at(101),
      suspect: false,
    });
  });

  it("nominates what the new Vary says, and takes the rule's tags of today", () => {
    const answer = arrival(304, { vary: "accept" });
    const fresh = freshenedFacts(
      request({ accept: "a/b" }),
      stored(old),
      answer,
      policy({ tags: [literal("new")] }),
    );
    expect(fresh).toMatchObject({ nominated: [["accept", "a/b"]], tags: ["new"] });
  });

  it("leaves the stored facts alone", () => {
    const before = stored(old);
    freshenedFacts(request(), before, arrival(304, { "x-a": "new" }), policy());
    expect(before.headers.get("x-a")).toBe("old");
  });
});
