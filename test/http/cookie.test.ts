import { describe, expect, it } from "vitest";
import { cookiesOf, cookieValue, filterCookies } from "../../src/http/cookie.ts";

const headers = (cookie: string | null) => new Headers(cookie === null ? {} : { cookie });

describe("RFC 6265 §5.4 Cookie", () => {
  it.each<[string, string | null, Record<string, string[]>]>([
    ["absent", null, {}],
    ["empty", "", {}],
    ["one", "a=1", { a: ["1"] }],
    ["several", "a=1; b=2", { a: ["1"], b: ["2"] }],
    ["no space, and too much of it", "a=1;b = 2 ;  c=3", { a: ["1"], b: ["2"], c: ["3"] }],
    ["one name twice", "a=1; b=2; a=3", { a: ["1", "3"], b: ["2"] }],
    ["an equals sign in the value", "a=b=c==", { a: ["b=c=="] }],
    ["quotation marks are data", 'a="1"', { a: ['"1"'] }],
    ["an empty value", "a=", { a: [""] }],
    ["an empty name", "=1; a=2", { "": ["1"], a: ["2"] }],
    ["no equals sign", "a; b=2", { b: ["2"] }],
    ["names have a case", "SID=1; sid=2", { SID: ["1"], sid: ["2"] }],
    ["a name that objects have", "__proto__=1; constructor=2", { ["__proto__"]: ["1"], constructor: ["2"] }],
    ["stray separators", ";; a=1;;", { a: ["1"] }],
  ])("%s: %j", (_title, field, expected) => {
    expect([...cookiesOf(headers(field))]).toEqual(Object.entries(expected));
  });
});

describe("the value of a cookie", () => {
  it.each<[string, string | null, string | null]>([
    ["as it was sent", 'b=2; a="1"', '"1"'],
    ["none", "aa=1", null],
    ["no field", null, null],
    ["twice, the same", "a=1; a=1", "1"],
    ["twice, and nobody can tell which one counts", "a=1; a=2", null],
    ["empty", "a=", ""],
  ])("%s", (_title, field, expected) => {
    expect(cookieValue(headers(field), "a")).toBe(expected);
  });
});

describe("a field of some cookies alone", () => {
  it.each<[string, string | null, string | null]>([
    ["keeps order and repetition", "b=2;a=1; b=3; z=9", "b=2; a=1; b=3"],
    ["keeps no pair without a name", "a=1; secret; =x", "a=1"],
    ["is no field where none is left", "z=9", null],
    ["is no field where there was none", null, null],
  ])("%s", (_title, field, expected) => {
    expect(filterCookies(field, (name) => name === "a" || name === "b")).toBe(expected);
  });
});
