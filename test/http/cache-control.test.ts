import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deltaSeconds, fieldNames, parseCacheControl } from "../../src/http/cache-control.ts";

const OVERFLOW = 2_147_483_648;

describe("RFC 9111 §5.2 Cache-Control", () => {
  it.each<[string, string | null, Record<string, (string | true)[]>]>([
    ["absent", null, {}],
    ["empty", "", {}],
    ["nothing but commas", " , ,\t,", {}],
    ["one without argument", "no-store", { "no-store": [true] }],
    ["names in any case", "No-Store, MAX-AGE=5", { "no-store": [true], "max-age": ["5"] }],
    ["arguments keep their case", "ext=AbC", { ext: ["AbC"] }],
    ["unknown ones are kept", "foo, bar=1, no-cache", { foo: [true], bar: ["1"], "no-cache": [true] }],
    ["no whitespace", "public,max-age=1", { public: [true], "max-age": ["1"] }],
    ["much whitespace", "\t public\t ,  max-age=1 \t", { public: [true], "max-age": ["1"] }],
    ["empty members", ",no-store,, max-age=1,", { "no-store": [true], "max-age": ["1"] }],
    ["every occurrence in order", "max-age=1, max-age=2, max-age", { "max-age": ["1", "2", true] }],
    ["quoted", 'max-age="5"', { "max-age": ["5"] }],
    ["quoted, empty", 'private=""', { private: [""] }],
    ["quoted, with a comma", 'private="a, b", no-store', { private: ["a, b"], "no-store": [true] }],
    ["quoted, with a directive in it", 'ext="max-age=3600, no-store"', { ext: ["max-age=3600, no-store"] }],
    ["quoted, escaped quote", 'ext="a\\", no-store, \\"b"', { ext: ['a", no-store, "b'] }],
    ["quoted, escaped backslash", 'ext="a\\\\", no-store', { ext: ["a\\"], "no-store": [true] }],
    ["a second equals sign", "ext=a=b", { ext: ["a=b"] }],
    ["no name", "=5, no-store", { "no-store": [true] }],
    ["an open quote keeps what is there", 'max-age=1, ext="a, b', { "max-age": ["1"], ext: ['"a, b'] }],
    ["an open quote after an escape", 'ext="a\\', { ext: ['"a\\'] }],
    ["text after the closing quote", 'max-age="36"00', { "max-age": ['"36"00'] }],
    ["a quote within a token", 'ext=x"max-age=1, no-store"', { ext: ['x"max-age=1, no-store"'] }],
    ["whitespace before =", "max-age =5", { "max-age": ["=5"] }],
    ["whitespace after =", "max-age=\t5", { "max-age": ["=\t5"] }],
    ["a name of Object.prototype", "constructor=1, __proto__", { constructor: ["1"], ["__proto__"]: [true] }],
  ])("%s", (_, value, expected) => {
    expect([...parseCacheControl(value)]).toEqual(Object.entries(expected));
  });

  it("never throws", () => {
    const soup = fc.string({ unit: fc.constantFrom('"', "\\", ",", "=", " ", "\t", "a", "0", "é") });
    fc.assert(
      fc.property(fc.oneof(soup, fc.string({ unit: "binary" })), (value) => {
        const directives = parseCacheControl(value);
        for (const name of directives.keys()) {
          deltaSeconds(directives, name);
          fieldNames(directives, name);
        }
      }),
    );
  });

  it("keeps to itself what is quoted", () => {
    const text = fc.string({ unit: fc.constantFrom("no-store", "max-age=1", ",", "=", " ", '"', "\\", "x") });
    fc.assert(
      fc.property(text, (content) => {
        const quoted = `"${content.replace(/["\\]/g, "\\$&")}"`;
        const directives = parseCacheControl(`ext=${quoted}, public`);
        expect([...directives]).toEqual([
          ["ext", [content]],
          ["public", [true]],
        ]);
      }),
    );
  });

  it("takes time in proportion to the value", () => {
    const startedAt = performance.now();
    parseCacheControl("a,".repeat(100_000));
    parseCacheControl('a="'.repeat(100_000));
    expect(performance.now() - startedAt).toBeLessThan(1000);
  });
});

describe("RFC 9111 §1.2.2 Delta Seconds", () => {
  it.each<[string, string | null, number | "invalid" | null]>([
    ["absent", null, null],
    ["another directive", "s-maxage=5", null],
    ["in a quoted string", 'ext="max-age=3600"', null],
    ["digits", "max-age=3600", 3600],
    ["zero", "max-age=0", 0],
    ["leading zeros", "max-age=007", 7],
    ["upper case", "MAX-AGE=3600", 3600],
    ["quoted", 'max-age="3600"', 3600],
    ["quoted with an escape", 'max-age="36\\00"', 3600],
    ["2^31 - 1", "max-age=2147483647", 2_147_483_647],
    ["2^31", "max-age=2147483648", OVERFLOW],
    ["beyond 2^31", "max-age=99999999999", OVERFLOW],
    ["beyond any double", `max-age=${"9".repeat(400)}`, OVERFLOW],
    ["overflowing, then no digit", "max-age=99999999999x", "invalid"],
    ["negative", "max-age=-1", "invalid"],
    ["signed", "max-age=+1", "invalid"],
    ["fractional", "max-age=3600.5", "invalid"],
    ["fraction of zero", "max-age=3600.0", "invalid"],
    ["exponent", "max-age=1e3", "invalid"],
    ["hexadecimal", "max-age=0x10", "invalid"],
    ["other digits", "max-age=٣", "invalid"],
    ["no argument", "max-age", "invalid"],
    ["empty", "max-age=", "invalid"],
    ["empty, quoted", 'max-age=""', "invalid"],
    ["whitespace before =", "max-age =3600", "invalid"],
    ["whitespace after =", "max-age= 3600", "invalid"],
    ["whitespace around =", "max-age = 3600", "invalid"],
    ["whitespace before = of a quoted one", 'max-age ="3600"', "invalid"],
    ["whitespace within quotes", 'max-age=" 3600 "', "invalid"],
    ["whitespace amid digits", "max-age=36 00", "invalid"],
    ["whitespace after", "max-age=3600 , public", 3600],
    ["single quotes", "max-age='3600'", "invalid"],
    ["an open quote", 'max-age="3600', "invalid"],
    ["a closing quote alone", 'max-age=3600"', "invalid"],
    ["text after the closing quote", 'max-age="36"00', "invalid"],
    ["a letter after", "max-age=3600s", "invalid"],
    ["a semicolon after", "max-age=3600; public", "invalid"],
    ["repeated, the same", "max-age=5, max-age=5", 5],
    ["repeated, the same but quoted", 'max-age=5, public, max-age="05"', 5],
    ["repeated, differing", "max-age=5, max-age=6", "invalid"],
    ["repeated, once without argument", "max-age=5, max-age", "invalid"],
    ["repeated, once malformed", "max-age=x, max-age=5", "invalid"],
    ["repeated, both overflowing", "max-age=9999999999, max-age=8888888888", OVERFLOW],
  ])("%s", (_, value, expected) => {
    expect(deltaSeconds(parseCacheControl(value), "max-age")).toBe(expected);
  });

  it("reads back any 31-bit number", () => {
    fc.assert(
      fc.property(fc.nat(), (seconds) => {
        expect(deltaSeconds(parseCacheControl(`public, max-age=${seconds}`), "max-age")).toBe(seconds);
      }),
    );
  });
});

describe("RFC 9111 §5.2.2.4, §5.2.2.7 qualified no-cache and private", () => {
  it.each<[string, string, readonly string[] | true | null]>([
    ["absent", "public", null],
    ["unqualified", "private", true],
    ["one field", 'private="Set-Cookie"', ["set-cookie"]],
    ["several", 'private="A, b,\tC"', ["a", "b", "c"]],
    ["as a token", "private=Set-Cookie", ["set-cookie"]],
    ["empty members", 'private=",a,,b,"', ["a", "b"]],
    ["several occurrences", 'private="a, b", private="B, c"', ["a", "b", "c"]],
    ["one of them unqualified", 'private="a", private', true],
    ["empty", "private=", true],
    ["an empty list", 'private=""', true],
    ["a list of nothing", 'private=" , "', true],
    ["not a field name", 'private="a b"', true],
    ["a directive inside", 'private="a, max-age=5"', true],
    ["whitespace beside =", 'private = "a"', true],
    ["whitespace beside =, as a token", "private= a", true],
    ["an open quote", 'private="a, b', true],
    ["single quotes around several", "private='a b'", true],
  ])("%s", (_, value, expected) => {
    expect(fieldNames(parseCacheControl(value), "private")).toEqual(expected);
  });
});
