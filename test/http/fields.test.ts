import { describe, expect, it } from "vitest";
import { toHeaders } from "../../src/http/field-section.ts";
import { connectionOptions, dropFields, endToEnd } from "../../src/http/fields.ts";

describe("RFC 9110 §7.6.1 Connection", () => {
  it.each<[string, [string, string][], readonly string[]]>([
    ["absent", [], []],
    ["one", [["connection", "Close"]], ["close"]],
    [
      "several fields",
      [
        ["connection", "a, B"],
        ["connection", "c"],
      ],
      ["a", "b", "c"],
    ],
    ["no tokens", [["connection", 'a b, "c", , d']], ["d"]],
  ])("options: %s", (_, fields, expected) => {
    expect(connectionOptions(new Headers(fields))).toEqual(expected);
  });

  it.each<[string, [string, string][], string[]]>([
    [
      "all else stays",
      [
        ["x-a", "1"],
        ["etag", '"a"'],
      ],
      ["etag", "x-a"],
    ],
    [
      "the fixed ones, and RFC 9111 §3.1's",
      [
        ["connection", "close"],
        ["keep-alive", "timeout=5"],
        ["proxy-authenticate", "Basic"],
        ["proxy-authentication-info", "a=b"],
        ["proxy-authorization", "Basic"],
        ["proxy-connection", "close"],
        ["te", "trailers"],
        ["trailer", "x-b"],
        ["transfer-encoding", "chunked"],
        ["upgrade", "h2c"],
      ],
      [],
    ],
    [
      "nominated ones",
      [
        ["connection", "X-A, close"],
        ["x-a", "1"],
        ["x-b", "2"],
      ],
      ["x-b"],
    ],
    [
      "a nominated one that is absent",
      [
        ["connection", "x-z"],
        ["x-b", "2"],
      ],
      ["x-b"],
    ],
    [
      "a nomination that is no name",
      [
        ["connection", "a b"],
        ["x-b", "2"],
      ],
      ["x-b"],
    ],
  ])("end to end: %s", (_, fields, expected) => {
    expect([...endToEnd(new Headers(fields)).keys()]).toEqual(expected);
  });

  it.each([
    "cache-control",
    "cdn-cache-control",
    "date",
    "etag",
    "age",
    "expires",
    "content-length",
    "content-type",
    "content-anything",
    "set-cookie",
    "vary",
    "host",
    "authorization",
    "cookie",
  ])("a nomination does not remove %s", (name) => {
    const headers = new Headers();
    headers.set("connection", name.toUpperCase());
    headers.set(name, "x");
    expect(endToEnd(headers).get(name)).toBe("x");
  });

  it("keeps each Set-Cookie apart, and the original as it was", () => {
    const headers = new Headers([
      ["set-cookie", "a=1; Expires=Sun, 06 Nov 1994 08:49:37 GMT"],
      ["set-cookie", "b=2"],
      ["te", "trailers"],
    ]);
    expect(toHeaders(endToEnd(headers)).getSetCookie()).toEqual(headers.getSetCookie());
    expect(headers.getSetCookie()).toHaveLength(2);
    expect(headers.has("te")).toBe(true);
  });
});

describe("dropFields", () => {
  it("copies without the named fields, in any case, and passes over what is no name", () => {
    const headers = new Headers({ "x-a": "1", "x-b": "2" });
    expect([...dropFields(headers, new Set(["X-A", "a b", "", "x-z"]))]).toEqual([["x-b", "2"]]);
    expect(headers.get("x-a")).toBe("1");
  });
});
