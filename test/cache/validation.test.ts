import { describe, expect, it } from "vitest";
import {
  confirms,
  ifRangeHolds,
  isNotModified,
  strongValidator,
  validatorsOf,
} from "../../src/cache/validation.ts";
import { arrival, dateAt, type Fields, request, stored } from "./support.ts";

const DATE = dateAt(-9);

describe("RFC 9110 §13.1.2 If-None-Match", () => {
  it.each<[string, string | null, string, boolean]>([
    ["the same", '"v1"', '"v1"', true],
    ["another", '"v1"', '"v2"', false],
    ["in a list", '"v1"', '"v0", "v1"', true],
    ["in a list without whitespace", '"v1"', '"v0","v1"', true],
    ["not in a list", '"v1"', '"v0", "v2"', false],
    ["a comma within a tag", '"a,b"', '"x", "a,b"', true],
    ["weak in the request", '"v1"', 'W/"v1"', true],
    ["weak in the store", 'W/"v1"', '"v1"', true],
    ["weak on both sides", 'W/"v1"', 'W/"v1"', true],
    ["case matters", '"v1"', '"V1"', false],
    ["lower-case w/ is malformed", '"v1"', 'w/"v1"', false],
    ["unquoted", '"v1"', "v1", false],
    ["unquoted beside a good one", '"v1"', 'v0, "v1"', true],
    ["a star", '"v1"', "*", true],
    ["a star without a tag stored", null, "*", true],
    ["a quoted star is a tag", '"v1"', '"*"', false],
    ["no tag stored", null, '"v1"', false],
    ["a malformed tag stored", "v1", '"v1"', false],
    ["an empty tag", '""', '""', true],
    ["empty", '"v1"', "", false],
  ])("%s", (_, etag, value, expected) => {
    const response = stored(etag === null ? {} : { etag });
    expect(isNotModified(request({ "if-none-match": value }), response)).toBe(expected);
  });
});

describe("RFC 9110 §13.1.3 If-Modified-Since, §13.2.2 Precedence of Preconditions", () => {
  const both = { etag: '"v1"', "last-modified": DATE };
  it.each<[string, Fields, Fields, boolean]>([
    ["no condition", both, {}, false],
    ["the same date", both, { "if-modified-since": DATE }, true],
    ["later", both, { "if-modified-since": dateAt(-8) }, true],
    ["earlier", both, { "if-modified-since": dateAt(-10) }, false],
    ["another format", both, { "if-modified-since": "Thu Jan  1 11:59:51 2026" }, true],
    ["invalid", both, { "if-modified-since": "yesterday" }, false],
    ["a list", both, { "if-modified-since": `${DATE}, ${DATE}` }, false],
    ["no Last-Modified: Date, later", {}, { "if-modified-since": dateAt(0) }, true],
    ["no Last-Modified: Date, earlier", {}, { "if-modified-since": dateAt(-1) }, false],
    ["neither: arrival", { date: "x" }, { "if-modified-since": dateAt(0) }, true],
    ["neither: before arrival", { date: "x" }, { "if-modified-since": dateAt(-1) }, false],
    [
      "If-None-Match fails, If-Modified-Since holds",
      both,
      { "if-none-match": '"v2"', "if-modified-since": DATE },
      false,
    ],
    [
      "If-None-Match holds, If-Modified-Since fails",
      both,
      { "if-none-match": '"v1"', "if-modified-since": dateAt(-99) },
      true,
    ],
    [
      "If-None-Match, and no tag stored",
      { "last-modified": DATE },
      { "if-none-match": '"v1"', "if-modified-since": DATE },
      false,
    ],
  ])("%s", (_, response, fields, expected) => {
    expect(isNotModified(request(fields), stored(response))).toBe(expected);
  });
});

describe("RFC 9110 §13.1.5 If-Range", () => {
  it.each<[string, Fields, string | null, boolean]>([
    ["absent", {}, null, true],
    ["the same tag", { etag: '"v1"' }, '"v1"', true],
    ["another tag", { etag: '"v1"' }, '"v2"', false],
    ["weak in the request", { etag: '"v1"' }, 'W/"v1"', false],
    ["weak in the store", { etag: 'W/"v1"' }, '"v1"', false],
    ["weak on both sides", { etag: 'W/"v1"' }, 'W/"v1"', false],
    ["no tag stored", { "last-modified": DATE }, '"v1"', false],
    ["a list is none", { etag: '"v1"' }, '"v1", "v2"', false],
    ["the same date", { "last-modified": DATE }, DATE, true],
    ["a later date is not the same", { "last-modified": DATE }, dateAt(-8), false],
    ["a date that is not strong", { "last-modified": dateAt(0) }, dateAt(0), false],
    ["a date, and no Last-Modified", { etag: '"v1"' }, DATE, false],
    ["garbage", { etag: '"v1"', "last-modified": DATE }, "v1", false],
  ])("%s", (_, response, value, expected) => {
    const head = request(value === null ? {} : { "if-range": value });
    expect(ifRangeHolds(head, stored(response))).toBe(expected);
  });
});

describe("RFC 9110 §8.8.1 Weak versus Strong", () => {
  it.each<[string, Fields, string | null]>([
    ["a strong tag", { etag: '"v1"', "last-modified": DATE }, '"v1"'],
    ["a weak tag, whatever the date", { etag: 'W/"v1"', "last-modified": DATE }, null],
    ["a malformed tag beside a date", { etag: "v1", "last-modified": DATE }, DATE],
    ["a date a second before Date (§8.8.2.2)", { "last-modified": dateAt(-1) }, dateAt(-1)],
    ["a date equal to Date", { "last-modified": dateAt(0) }, null],
    ["a date, and an invalid Date", { "last-modified": DATE, date: "x" }, null],
    ["an invalid date", { "last-modified": "x" }, null],
    ["none", {}, null],
  ])("%s", (_, fields, expected) => {
    expect(strongValidator(stored(fields))).toBe(expected);
  });
});

describe("RFC 9111 §4.3.1 Sending a Validation Request", () => {
  it.each<[string, Fields, ReturnType<typeof validatorsOf>]>([
    ["none", {}, null],
    ["a tag", { etag: 'W/"v1"' }, { ifNoneMatch: 'W/"v1"', ifModifiedSince: null }],
    ["a date", { "last-modified": DATE }, { ifNoneMatch: null, ifModifiedSince: DATE }],
    ["both", { etag: '"v1"', "last-modified": DATE }, { ifNoneMatch: '"v1"', ifModifiedSince: DATE }],
    ["as received, well formed or not", { etag: "v1" }, { ifNoneMatch: "v1", ifModifiedSince: null }],
  ])("%s", (_, fields, expected) => {
    expect(validatorsOf(stored(fields))).toEqual(expected);
  });
});

describe("RFC 9111 §4.3.4 Freshening Stored Responses upon Validation", () => {
  it.each<[string, Fields, Fields, boolean]>([
    [
      "the tag decides over the date",
      { etag: '"v1"', "last-modified": DATE },
      { etag: '"v2"', "last-modified": DATE },
      false,
    ],
    ["weak against strong: lenient, for servers that compress", { etag: 'W/"v1"' }, { etag: '"v1"' }, true],
    ["a malformed tag says nothing", { etag: '"v1"' }, { etag: "v2" }, true],
    ["a date where only a tag was sent", { etag: '"v1"' }, { "last-modified": DATE }, false],
    ["a date that none was sent of", {}, { "last-modified": DATE }, false],
  ])("%s", (_, before, fields, expected) => {
    expect(confirms(arrival(304, fields), stored(before))).toBe(expected);
  });
});
