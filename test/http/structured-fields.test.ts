/** Structured fields are read as the library reads them that knows the whole grammar (structured-headers). */
import fc from "fast-check";
import { parseDictionary as parseByLibrary, parseItem } from "structured-headers";
import { describe, expect, it } from "vitest";
import { formatString, parseDictionary } from "../../src/http/structured-fields.ts";

const RUNS = { numRuns: 5_000 };

/** What a Dictionary is made of, good and bad, so that near misses come about, too. */
const PIECES = [
  ...'abz*019-_.,;= \t()"\\?:@%/+!é\u0000~A',
  ...["max-age=60", "private", '"a, b"', '"\\""', "?0", "?1", "-1", "1.5", "1.2345", "999999999999999"],
  ...["1234567890123", "1234567890123.1", ":YQ==:", ":YQ:", ":Y:", ":YQ=:", '%"a"', '%"%c3%a9"', '%"%C3%A9"'],
  ...[
    '%"%ff"',
    '%"%ed%a0%80"',
    '%"%f4%90%80%80"',
    '%"%f0%9f%98%80"',
    '%"%e0%80%80"',
    '("a" b;c 1)',
    "()",
    "( a )",
  ],
  ...[";a", "; b=1", ";\tc", ", ", "\t,\t", ",,"],
];
const text = fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((parts) => parts.join(""));

const key = fc.constantFrom("a", "max-age", "*", "x_y.z", "no-store");
const bare = fc.constantFrom(
  ...["60", "-1", "1.5", '"a"', '"\\\\"', "tok/en:*", "*", ":YQ==:", "::", "?0", "?1", '%"%c3%a9"', '%""'],
);
const parameters = fc
  .array(fc.tuple(key, fc.option(bare)), { maxLength: 2 })
  .map((all) => all.map(([name, value]) => (value === null ? `; ${name}` : `;${name}=${value}`)).join(""));
const item = fc.tuple(bare, parameters).map((parts) => parts.join(""));
const innerList = fc
  .tuple(fc.array(item, { maxLength: 3 }), parameters)
  .map(([items, after]) => `( ${items.join("  ")} )${after}`);
const member = fc
  .tuple(key, fc.oneof(item, innerList, parameters.map(String)))
  .map(([name, value]) => (value === "" || value.startsWith(";") ? name + value : `${name}=${value}`));
const wellFormed = fc.array(member, { maxLength: 5 }).map((members) => `  ${members.join("\t, ")}`);

describe("RFC 9651 §4.2.2: the same dictionaries as structured-headers'", () => {
  it("parses what it parses, and nothing else", () => {
    fc.assert(
      fc.property(fc.oneof(text, wellFormed), (value) => {
        expect(keysOf(value)).toEqual(keysByLibrary(value));
      }),
      RUNS,
    );
  });

  it.each([
    ...[
      "123456789012.123",
      "1234567890123.1",
      "1.2345",
      "1.",
      "-",
      "-0",
      "123456789012345",
      "1234567890123456",
    ],
    ...[":YQ==:", ":YQ:", ":Y:", ":YQ=:", ":YWI=:", ":YWJj:", ":YWJj=:", "::"],
    ...['("b""c")', "(b c)", "( b  c )", "(b;x=1 c);y", "(b", "(b,c)", "(", "()", "(  )", "((b))"],
    ...['"\\""', '"\\a"', '"\t"', '"\u00e9"', "?2", "a:b/c", "*a", "=", "a b"],
    ...["%c3%a9", "%C3%A9", "%c1%81", "%c3", "%a9", "%7f", "%80", "\u007f", "%%"].map(
      (bytes) => `%"${bytes}"`,
    ),
    ...["%e0%a0%80", "%e0%9f%80", "%ed%9f%bf", "%ed%a0%80", "%ef%bf%bf"].map((bytes) => `%"${bytes}"`),
    ...["%f0%90%80%80", "%f0%8f%80%80", "%f4%8f%bf%bf", "%f4%90%80%80", "%f5%80%80%80"].map((b) => `%"${b}"`),
  ])("a=%j", (written) => {
    expect(keysOf(`a=${written}`)).toEqual(keysByLibrary(`a=${written}`));
  });

  it("parses whatever is well-formed", () => {
    fc.assert(
      fc.property(wellFormed, (value) => {
        expect(keysOf(value)).not.toBeNull();
      }),
    );
  });

  it("has the item of each key, as it is written", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(key, item), { minLength: 1, maxLength: 5 }), (members) => {
        const value = members.map(([name, written]) => `${name}=${written}`).join(", ");
        const byLibrary = parseByLibrary(value);
        const own = parseDictionary(value) ?? new Map();
        for (const [name, written] of own) expect(parseItem(written)[0]).toEqual(byLibrary.get(name)?.[0]);
      }),
      RUNS,
    );
  });

  it.each<[string, string, [string, string | null][] | null]>([
    ["nothing", "", []],
    [
      "a date among others, which the library refuses",
      "a=@60, b=@-1;c",
      [
        ["a", "@60"],
        ["b", "@-1"],
      ],
    ],
    ["an inner list", 'a=("b";c d);e', [["a", '("b";c d)']]],
    ["true without saying so", "a;b=1", [["a", null]]],
    ["of two the last", "a=1, a=?0", [["a", "?0"]]],
    ["sixteen digits", "a=1234567890123456", null],
    ["four decimals", "a=1.2345", null],
    ["bytes that are no base64", "a=:Y:", null],
    ["a display string that is no UTF-8", 'a=%"%ff"', null],
    ["a control character in a string", 'a="\t"', null],
  ])("%s", (_, value, expected) => {
    const members = parseDictionary(value);
    expect(members && [...members]).toEqual(expected);
  });
});

function keysOf(value: string): readonly string[] | null {
  const members = parseDictionary(value);
  return members && [...members.keys()];
}

// The library takes a date only at the very end, and in display strings what no field can hold.
function keysByLibrary(value: string): readonly string[] | null {
  fc.pre(!/@-?\d/.test(value));
  try {
    return [...parseByLibrary(value).keys()];
  } catch {
    return null;
  }
}

describe("RFC 9651 §4.1.6 Serializing a String", () => {
  it("is read by the library as it was, where it is printable", () => {
    const printable = fc.string({
      unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
    });
    fc.assert(
      fc.property(printable, (value) => {
        expect(parseItem(formatString(value))[0]).toBe(value);
      }),
    );
  });
});
