import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAge } from "../../src/http/age.ts";

describe("RFC 9111 §5.1 Age", () => {
  it.each<[string, string | null, number | null]>([
    ["absent", null, null],
    ["empty", "", null],
    ["zero", "0", 0],
    ["seconds", "3600", 3600],
    ["leading zeros", "0060", 60],
    ["whitespace at the ends", " 60\t", 60],
    ["a list: the first member", "60, 120", 60],
    ["a list without whitespace", "0,0", 0],
    ["a list: garbage after the first", "60, foo", 60],
    ["a list: garbage first", "foo, 60", null],
    ["a list: an empty member first", ", 60", 60],
    ["negative", "-60", null],
    ["signed", "+60", null],
    ["fractional", "60.5", null],
    ["exponent", "6e1", null],
    ["quoted", '"60"', null],
    ["a parameter", "60;foo=bar", null],
    ["text after", "60 seconds", null],
    ["garbage", "abc", null],
    ["2^31 - 1", "2147483647", 2_147_483_647],
    ["2^31", "2147483648", 2_147_483_648],
    ["huge", "9".repeat(400), 2_147_483_648],
  ])("%s", (_, value, expected) => {
    expect(parseAge(value)).toBe(expected);
  });

  it("is null or seconds, whatever the value", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (value) => {
        const age = parseAge(value);
        expect(age === null || (Number.isInteger(age) && age >= 0)).toBe(true);
      }),
    );
  });
});
