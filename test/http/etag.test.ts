import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type EntityTag,
  parseEntityTag,
  parseEntityTagList,
  strongMatch,
  weakMatch,
} from "../../src/http/etag.ts";

const strong = (opaque: string): EntityTag => ({ weak: false, opaque });
const weak = (opaque: string): EntityTag => ({ weak: true, opaque });

describe("RFC 9110 §8.8.3 ETag", () => {
  it.each<[string, string | null, EntityTag | null]>([
    ["absent", null, null],
    ["empty", "", null],
    ["strong", '"xyzzy"', strong("xyzzy")],
    ["weak", 'W/"xyzzy"', weak("xyzzy")],
    ["empty within quotes", '""', strong("")],
    ["a comma", '"a,b"', strong("a,b")],
    ["a backslash is data", '"a\\"', strong("a\\")],
    ["bytes above ASCII", '"é"', strong("é")],
    ["whitespace at the ends", ' "a" ', strong("a")],
    ["lower-case weak", 'w/"a"', null],
    ["weak with a space", 'W/ "a"', null],
    ["unquoted", "xyzzy", null],
    ["an open quote", '"a', null],
    ["single quotes", "'a'", null],
    ["a space within", '"a b"', null],
    ["a quote within", '"a"b"', null],
    ["DEL within", '"a\x7f"', null],
    ["two tags", '"a", "b"', null],
    ["a star", "*", null],
  ])("%s", (_, value, expected) => {
    expect(parseEntityTag(value)).toEqual(expected);
  });
});

describe("RFC 9110 §13.1.1, §13.1.2 If-Match and If-None-Match", () => {
  it.each<[string, string | null, readonly EntityTag[] | "*" | null]>([
    ["absent", null, null],
    ["empty", "", []],
    ["a star", " * ", "*"],
    ["a star within quotes", '"*"', [strong("*")]],
    ["a star among tags is malformed", '*, "a"', [strong("a")]],
    ["one", '"a"', [strong("a")]],
    ["several", '"a",W/"b" ,\t"c"', [strong("a"), weak("b"), strong("c")]],
    ["commas within quotes", '"a,b", "c,"', [strong("a,b"), strong("c,")]],
    ["a backslash before the closing quote", '"a\\", "b"', [strong("a\\"), strong("b")]],
    ["empty members", ',"a",, "b",', [strong("a"), strong("b")]],
    ["malformed members are skipped", 'a, "b", W/c, w/"d", "e"', [strong("b"), strong("e")]],
    ["an open quote", '"a", "b', [strong("a")]],
    ["no comma between", '"a" "b", "c"', [strong("c")]],
  ])("%s", (_, value, expected) => {
    expect(parseEntityTagList(value)).toEqual(expected);
  });

  it("finds every tag of a list", () => {
    const opaque = fc.string().map((text) => text.replace(/[^\x21\x23-\x7e]/g, ""));
    fc.assert(
      fc.property(fc.array(fc.record({ weak: fc.boolean(), opaque })), (tags) => {
        const value = tags.map((tag) => `${tag.weak ? "W/" : ""}"${tag.opaque}"`).join(", ");
        expect(parseEntityTagList(value)).toEqual(tags);
      }),
    );
  });

  it("never throws", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (value) => void parseEntityTagList(value)));
  });
});

describe("RFC 9110 §8.8.3.2 Comparison", () => {
  it.each<[string, EntityTag, EntityTag, boolean, boolean]>([
    ["both weak", weak("1"), weak("1"), false, true],
    ["weak, other text", weak("1"), weak("2"), false, false],
    ["one weak", weak("1"), strong("1"), false, true],
    ["the other weak", strong("1"), weak("1"), false, true],
    ["both strong", strong("1"), strong("1"), true, true],
    ["strong, other case", strong("a"), strong("A"), false, false],
  ])("%s", (_, a, b, strongly, weakly) => {
    expect([strongMatch(a, b), weakMatch(a, b)]).toEqual([strongly, weakly]);
  });
});
