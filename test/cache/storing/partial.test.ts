import { describe, expect, it } from "vitest";
import { combinesWith, planCompletion } from "../../../src/cache/storing/partial.ts";
import type { StoredRange, StoredResponse } from "../../../src/cache/types.ts";
import { at, dateAt, type Fields, part, request, stored } from "../support.ts";

const range = (first: number, last: number, length = 10): StoredRange => ({ first, last, length });

describe("RFC 9111 §3.3 Storing Incomplete Responses: what is missing is asked for", () => {
  it.each<[string, StoredResponse | null, Fields, string | null]>([
    ["nothing stored", null, {}, null],
    ["a whole response stored", stored({ etag: '"v1"' }), {}, null],
    ["the whole, the end lacks", part(range(0, 4)), {}, "bytes=5-9"],
    ["the whole, the beginning lacks", part(range(5, 9)), {}, "bytes=0-4"],
    ["the whole, both ends lack", part(range(3, 6)), {}, null],
    ["a range that overlaps the end", part(range(0, 4)), { range: "bytes=3-7" }, "bytes=5-7"],
    ["a range that overlaps the beginning", part(range(5, 9)), { range: "bytes=3-7" }, "bytes=3-4"],
    ["a range behind: the gap between too", part(range(0, 4)), { range: "bytes=7-8" }, "bytes=5-8"],
    ["a range before", part(range(5, 9)), { range: "bytes=0-1" }, "bytes=0-4"],
    ["a range around", part(range(3, 6)), { range: "bytes=2-7" }, null],
    ["a range within", part(range(3, 6)), { range: "bytes=4-5" }, null],
    ["an open end", part(range(0, 4)), { range: "bytes=2-" }, "bytes=5-9"],
    ["a suffix", part(range(0, 4)), { range: "bytes=-7" }, "bytes=5-9"],
    ["unsatisfiable", part(range(0, 4)), { range: "bytes=10-" }, null],
    ["two ranges", part(range(0, 4)), { range: "bytes=0-1,5-6" }, null],
    ["a malformed range", part(range(0, 4)), { range: "x" }, null],
    ["a condition of the client", part(range(0, 4)), { range: "bytes=3-7", "if-range": '"v1"' }, null],
    ["a weak validator", part(range(0, 4), { etag: 'W/"v1"' }), {}, null],
    ["suspect", { ...part(range(0, 4)), suspect: true }, {}, null],
  ])("%s", (_, response, fields, expected) => {
    const completion = planCompletion(request(fields), response);
    expect(completion).toEqual(expected === null ? null : { range: expected, ifRange: '"v1"' });
  });

  it("a strong date identifies it too", () => {
    const dated = stored({ "last-modified": dateAt(-9) }, { status: 206, range: range(0, 4) });
    expect(planCompletion(request(), dated)).toEqual({ range: "bytes=5-9", ifRange: dateAt(-9) });
  });

  it("not for HEAD", () => {
    expect(planCompletion(request({}, { method: "HEAD" }), part(range(0, 4)))).toBeNull();
  });
});

describe("RFC 9111 §3.4 Combining Partial Content", () => {
  it.each<[string, StoredResponse, StoredResponse, StoredRange | "whole" | null]>([
    ["behind", part(range(0, 4)), part(range(5, 7)), range(0, 7)],
    ["before", part(range(5, 7)), part(range(2, 4)), range(2, 7)],
    ["to the whole", part(range(0, 4)), part(range(5, 9)), "whole"],
    ["to the whole, from before", part(range(5, 9)), part(range(0, 4)), "whole"],
    ["a gap", part(range(0, 4)), part(range(6, 9)), null],
    ["an overlap", part(range(0, 4)), part(range(4, 9)), null],
    ["other complete lengths", part(range(0, 4)), part(range(5, 9, 11)), null],
    ["other tags", part(range(0, 4)), part(range(5, 9), { etag: '"v2"' }), null],
    ["weak tags", part(range(0, 4), { etag: 'W/"v1"' }), part(range(5, 9), { etag: 'W/"v1"' }), null],
    ["a whole response", stored({ etag: '"v1"' }), part(range(5, 9)), null],
    ["with a whole response", part(range(0, 4)), stored({ etag: '"v1"' }), null],
  ])("%s", (_, one, other, expected) => {
    const combined = combinesWith(one, other);
    expect(combined && (combined.range ?? "whole")).toEqual(expected);
  });

  it("gives a 200 of the complete length once nothing lacks", () => {
    const whole = combinesWith(part(range(0, 4)), part(range(5, 9)));
    expect(whole).toMatchObject({ status: 200, bodyLength: 10, range: null });
    expect(whole?.headers.get("content-length")).toBe("10");
    expect(whole?.headers.has("content-range")).toBe(false);
  });

  it("gives a longer 206 else", () => {
    const longer = combinesWith(part(range(0, 4)), part(range(5, 7)));
    expect(longer).toMatchObject({ status: 206, bodyLength: 8 });
    expect(longer?.headers.get("content-length")).toBe("8");
    expect(longer?.headers.get("content-range")).toBe("bytes 0-7/10");
  });

  it("has the fields and the instants of the newer part", () => {
    const newer = { ...part(range(5, 9), { "x-a": "new" }), requestedAt: at(50), respondedAt: at(51) };
    const whole = combinesWith(part(range(0, 4), { "x-a": "old" }), newer);
    expect(whole).toMatchObject({ requestedAt: at(50), respondedAt: at(51) });
    expect(whole?.headers.get("x-a")).toBe("new");
    expect(newer.headers.has("content-range")).toBe(true);
  });

  it("has none of the older part's fields that the newer keeps to itself (§5.2.2.7)", () => {
    const newer = part(range(5, 9), { "cache-control": 'max-age=60, private="x-a"' });
    expect(combinesWith(part(range(0, 4), { "x-a": "old" }), newer)?.headers.has("x-a")).toBe(false);
  });
});
