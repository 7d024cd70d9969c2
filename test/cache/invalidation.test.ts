import { describe, expect, it } from "vitest";
import { invalidatedUris } from "../../src/cache/invalidation.ts";
import { arrival, type Fields, request } from "./support.ts";

const BASE = "https://api.example.com";
const TARGET = `${BASE}/a/b?x=1`;

function invalidated(status: number, fields: Fields = {}, url = TARGET): string[] {
  return invalidatedUris(request({}, { method: "POST", url }), arrival(status, fields)).map(
    ({ href }) => href,
  );
}

describe("RFC 9111 §4.4 Invalidating Stored Responses", () => {
  it.each<[status: number, boolean]>([
    [101, false],
    [200, true],
    [201, true],
    [204, true],
    [303, true],
    [304, true],
    [399, true],
    [400, false],
    [404, false],
    [500, false],
    [503, false],
  ])("status %i", (status, expected) => {
    expect(invalidated(status, { location: "/c" })).toEqual(expected ? [TARGET, `${BASE}/c`] : []);
  });

  it.each<[string, Fields, string[]]>([
    ["Location, absolute", { location: `${BASE}/c` }, [`${BASE}/c`]],
    ["Location, relative to the target", { location: "c" }, [`${BASE}/a/c`]],
    ["Location, a query", { location: "?y=2" }, [`${BASE}/a/b?y=2`]],
    ["Content-Location", { "content-location": "/d" }, [`${BASE}/d`]],
    ["both", { location: "/c", "content-location": "/d" }, [`${BASE}/c`, `${BASE}/d`]],
    ["both the same", { location: "/c", "content-location": "/c" }, [`${BASE}/c`]],
    ["the default port", { location: "https://api.example.com:443/c" }, [`${BASE}/c`]],
    ["another host", { location: "https://other.example.com/c" }, []],
    ["another scheme", { location: "http://api.example.com/c" }, []],
    ["another port", { location: `${BASE}:8443/c` }, []],
    ["scheme-relative", { location: "//other.example.com/c" }, []],
    ["no URI", { location: "https://[" }, []],
  ])("%s", (_, fields, expected) => {
    expect(invalidated(200, fields)).toEqual([TARGET, ...expected]);
  });

  it("names the target once, whatever its fragment", () => {
    expect(invalidated(200, { location: TARGET })).toEqual([TARGET]);
    expect(invalidated(200, { location: `${TARGET}#part` })).toHaveLength(1);
  });
});
