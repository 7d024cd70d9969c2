import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { NominatedField } from "../../src/cache/types.ts";
import {
  nominate,
  rememberNomination,
  rememberVariant,
  variantKey,
  varyMatches,
} from "../../src/cache/variants.ts";
import type { Fields } from "./support.ts";

describe("RFC 9111 §4.1 Calculating Cache Keys with the Vary Header Field", () => {
  it.each<[string, readonly string[], Fields, Fields, boolean]>([
    ["nothing nominated", [], { "x-a": "1" }, { "x-a": "2" }, true],
    ["the same", ["x-a"], { "x-a": "1" }, { "x-a": "1" }, true],
    ["another value", ["x-a"], { "x-a": "1" }, { "x-a": "2" }, false],
    ["another field", ["x-a"], { "x-a": "1", "x-b": "1" }, { "x-a": "1", "x-b": "2" }, true],
    ["absent from both", ["x-a"], {}, {}, true],
    ["absent from the new request", ["x-a"], { "x-a": "1" }, {}, false],
    ["absent from the stored one", ["x-a"], {}, { "x-a": "1" }, false],
    ["empty is not absent", ["x-a"], {}, { "x-a": "" }, false],
    ["two, both the same", ["x-a", "x-b"], { "x-a": "1", "x-b": "2" }, { "x-b": "2", "x-a": "1" }, true],
    ["two, one differs", ["x-a", "x-b"], { "x-a": "1", "x-b": "2" }, { "x-a": "1", "x-b": "3" }, false],
    ["whitespace in a list", ["x-a"], { "x-a": "1,2" }, { "x-a": "1 , 2" }, true],
    ["the order counts", ["x-a"], { "x-a": "1, 2" }, { "x-a": "2, 1" }, false],
    [
      "the order of encodings does not",
      ["accept-encoding"],
      { "accept-encoding": "gzip, br" },
      { "accept-encoding": "br,gzip" },
      true,
    ],
    ["the case counts", ["x-a"], { "x-a": "A" }, { "x-a": "a" }, false],
    [
      "the case of languages does not",
      ["accept-language"],
      { "accept-language": "de-DE" },
      { "accept-language": "de-de" },
      true,
    ],
  ])("%s", (_, names, before, now, expected) => {
    const nominated = nominate(names, new Headers(before));
    expect(varyMatches(nominated, new Headers(now))).toBe(expected);
  });
});

describe("the key of a variant", () => {
  const value = fc.option(
    fc.string({ unit: fc.constantFrom("a", ",", '"', "\\", "\n", ":", "[", "]", "null", " ") }),
  );
  const names = ["accept", "x-a"];
  const nominated = fc
    .tuple(value, value)
    .map((values) => values.map((each, i) => [names[i] ?? "", each] as const));

  it("without nominations is the primary key", () => {
    expect(variantKey("https://a.example/", [])).toBe("https://a.example/");
  });

  it("never collides, whatever the values contain", () => {
    fc.assert(
      fc.property(nominated, nominated, (one, other) => {
        const same = one.every(([, each], i) => each === other[i]?.[1]);
        expect(variantKey("k", one) === variantKey("k", other)).toBe(same);
      }),
    );
  });

  it.each<[string, readonly NominatedField[], readonly NominatedField[]]>([
    ["absent and the text null", [["x-a", null]], [["x-a", "null"]]],
    ["absent and empty", [["x-a", null]], [["x-a", ""]]],
    [
      "a value that looks like a second field",
      [["x-a", '1"],["x-b","2']],
      [
        ["x-a", "1"],
        ["x-b", "2"],
      ],
    ],
    ["a value under another name", [["x-a", "1"]], [["x-b", "1"]]],
  ])("tells apart: %s", (_, one, other) => {
    expect(variantKey("k", one)).not.toBe(variantKey("k", other));
  });

  it("is never that of another URL, nor the bare URL", () => {
    const field: NominatedField = ["x-a", "1"];
    expect(variantKey("k", [field])).not.toBe(variantKey("k2", [field]));
    expect(variantKey("k", [field])).not.toBe("k");
  });
});

describe("the nominations of a URL", () => {
  it("are kept most recent first, none twice", () => {
    const known = rememberNomination(rememberNomination([], ["a"]), ["a", "b"]);
    expect(known).toEqual([["a", "b"], ["a"]]);
    expect(rememberNomination(known, ["a"])).toEqual([["a"], ["a", "b"]]);
  });

  it("are bounded", () => {
    const all = Array.from({ length: 20 }, (_, i) => [`x-${i}`]);
    const known = all.reduce<readonly (readonly string[])[]>(rememberNomination, []);
    expect(known).toEqual(all.reverse().slice(0, 8));
  });
});

describe("where the variants of a URL stand", () => {
  const remember = (places: readonly string[]) =>
    places.reduce<readonly string[]>((known, place) => rememberVariant(known, place).variants, []);

  it("is kept most recent first, none twice", () => {
    expect(remember(["a", "b", "a"])).toEqual(["a", "b"]);
  });

  it("is bounded in number, and says what must go", () => {
    const known = remember(Array.from({ length: 64 }, (_, i) => `v${i}`));
    expect(rememberVariant(known, "v0").dropped).toEqual([]);
    expect(rememberVariant(known, "new").dropped).toEqual(["v0"]);
    expect(rememberVariant(known, "new").variants).toHaveLength(64);
  });

  it("is bounded in length, but for the newest", () => {
    const long = "x".repeat(6_000);
    expect(remember(["a", "b", "c"].map((name) => name + long))).toEqual([`c${long}`, `b${long}`]);
    expect(remember(["a", `b${"x".repeat(20_000)}`])).toHaveLength(1);
  });
});
