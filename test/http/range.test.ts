import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ByteRange,
  type ContentRange,
  formatContentRange,
  formatUnsatisfied,
  parseContentRange,
  parseRange,
  type RangeSpec,
  resolveRange,
} from "../../src/http/range.ts";

const from = (first: number, last: number | null = null): RangeSpec => ({ kind: "from-to", first, last });
const suffix = (length: number): RangeSpec => ({ kind: "suffix", length });

describe("RFC 9110 §14.1.1, §14.2 Range", () => {
  it.each<[string, string | null, readonly RangeSpec[] | null]>([
    ["absent", null, null],
    ["empty", "", null],
    ["first and last", "bytes=0-499", [from(0, 499)]],
    ["one byte", "bytes=0-0", [from(0, 0)]],
    ["open", "bytes=9500-", [from(9500)]],
    ["suffix", "bytes=-500", [suffix(500)]],
    ["suffix of nothing", "bytes=-0", [suffix(0)]],
    ["several", "bytes=0-0 ,\t5-, -1", [from(0, 0), from(5), suffix(1)]],
    ["empty members", "bytes=0-1,,3-4,", [from(0, 1), from(3, 4)]],
    ["the unit in any case", "Bytes=0-1", [from(0, 1)]],
    ["another unit", "items=0-1", null],
    ["no unit", "0-1", null],
    ["no ranges", "bytes=", null],
    ["only commas", "bytes=,,", null],
    ["last before first", "bytes=5-4", null],
    ["one of them malformed", "bytes=0-1, x", null],
    ["a hyphen alone", "bytes=-", null],
    ["no hyphen", "bytes=5", null],
    ["negative", "bytes=--5", null],
    ["fractional", "bytes=0.5-1", null],
    ["whitespace within", "bytes=0 - 1", null],
    ["whitespace after =", "bytes= 0-1", null],
    ["whitespace before =", "bytes =0-1", null],
    ["100 ranges", `bytes=${"0-1,".repeat(99)}0-1`, Array(100).fill(from(0, 1))],
    ["101 ranges", `bytes=${"0-1,".repeat(100)}0-1`, null],
  ])("%s", (_, value, expected) => {
    expect(parseRange(value)).toEqual(expected);
  });

  it("never throws, and never answers an empty list", () => {
    const soup = fc.string({ unit: fc.constantFrom("0", "9", "-", ",", " ", "x") });
    fc.assert(
      fc.property(soup, (text) => {
        expect(parseRange(`bytes=${text}`)).not.toEqual([]);
      }),
    );
  });
});

describe("RFC 9110 §14.1.2 Byte Ranges", () => {
  it.each<[string, RangeSpec, number, ByteRange | null]>([
    ["within", from(0, 499), 1000, { first: 0, last: 499 }],
    ["last clipped", from(500, 5000), 1000, { first: 500, last: 999 }],
    ["open", from(999), 1000, { first: 999, last: 999 }],
    ["first at the end", from(1000), 1000, null],
    ["first beyond any double", from(Number.POSITIVE_INFINITY), 1000, null],
    ["suffix", suffix(300), 1000, { first: 700, last: 999 }],
    ["suffix of more than there is", suffix(3000), 1000, { first: 0, last: 999 }],
    ["suffix of nothing", suffix(0), 1000, null],
    ["of nothing", from(0), 0, null],
    ["suffix, of nothing", suffix(5), 0, null],
  ])("%s", (_, spec, length, expected) => {
    expect(resolveRange(spec, length)).toEqual(expected);
  });

  it("stays within the representation", () => {
    const number = fc.nat().map(String);
    const spec = fc.oneof(
      fc.tuple(number, fc.option(number, { nil: "" })).map(([first, last]) => `${first}-${last}`),
      number.map((length) => `-${length}`),
    );
    fc.assert(
      fc.property(spec, fc.nat(), (text, length) => {
        const resolved = parseRange(`bytes=${text}`)?.map((one) => resolveRange(one, length))[0];
        if (resolved === undefined || resolved === null) return;
        expect(resolved.first).toBeGreaterThanOrEqual(0);
        expect(resolved.last).toBeGreaterThanOrEqual(resolved.first);
        expect(resolved.last).toBeLessThan(length);
      }),
    );
  });
});

describe("RFC 9110 §14.4 Content-Range", () => {
  it.each<[string, string | null, ContentRange | null]>([
    ["absent", null, null],
    ["complete", "bytes 42-1233/1234", { first: 42, last: 1233, length: 1234 }],
    ["unknown length", "bytes 42-1233/*", { first: 42, last: 1233, length: null }],
    ["unsatisfied", "bytes */1234", { unsatisfied: 1234 }],
    ["the unit in any case", "BYTES 0-0/1", { first: 0, last: 0, length: 1 }],
    ["nothing known", "bytes */*", null],
    ["last before first", "bytes 5-4/10", null],
    ["last beyond the length", "bytes 0-10/10", null],
    ["another unit", "items 0-1/2", null],
    ["an equals sign", "bytes=0-1/2", null],
    ["no length", "bytes 0-1", null],
    ["whitespace", "bytes 0-1 / 2", null],
    ["text after", "bytes 0-1/2, bytes 0-1/2", null],
    ["beyond 2^53", "bytes 0-1/99999999999999999999", null],
  ])("%s", (_, value, expected) => {
    expect(parseContentRange(value)).toEqual(expected);
  });

  it("reads back what it wrote", () => {
    expect(parseContentRange(formatContentRange({ first: 1, last: 2 }, 3))).toEqual({
      first: 1,
      last: 2,
      length: 3,
    });
    expect(parseContentRange(formatUnsatisfied(3))).toEqual({ unsatisfied: 3 });
  });
});
