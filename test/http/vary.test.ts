import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { normaliseFieldValue, normaliseNominated, parseVary } from "../../src/http/vary.ts";

describe("RFC 9110 §12.5.5 Vary", () => {
  it.each<[string, string | null, readonly string[] | "*"]>([
    ["absent", null, []],
    ["empty", "", []],
    ["one", "Accept", ["accept"]],
    ["several, sorted", "Origin, accept-encoding", ["accept-encoding", "origin"]],
    ["each once", "Accept, ACCEPT,accept", ["accept"]],
    ["empty members", ", Accept,,", ["accept"]],
    ["a star", "*", "*"],
    ["a star among others", "Accept, *", "*"],
    ["no field name: nothing to compare", "Accept, a b", "*"],
    ["quoted", '"Accept"', "*"],
  ])("%s", (_, value, expected) => {
    expect(parseVary(value)).toEqual(expected);
  });

  it("names only what Headers can be asked for", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (value) => {
        const names = parseVary(value);
        if (names !== "*") for (const name of names) expect(new Headers().get(name)).toBeNull();
      }),
    );
  });
});

describe("RFC 9111 §4.1 Calculating Cache Keys with the Vary Header Field", () => {
  it.each<[string, string | null, string | null]>([
    ["absent", null, null],
    ["empty", "", ""],
    ["one", " a\t", "a"],
    ["whitespace around commas", "a ,b,\tc", "a, b, c"],
    ["the order stays", "b, a", "b, a"],
    ["the case stays", "A, a", "A, a"],
    ["commas within quotes stay", 'a="1,2" ,b', 'a="1,2", b'],
    ["whitespace within stays", "a  b", "a  b"],
    ["U+00A0 is data", "\u00a0a", "\u00a0a"],
  ])("%s", (_, value, expected) => {
    expect(normaliseFieldValue(value)).toBe(expected);
  });

  it("is normalised once and for all", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", ",", " ", '"', "\\", ";") }), (value) => {
        for (const name of ["accept", "accept-encoding", "x-field"]) {
          const once = normaliseNominated(name, value);
          expect(normaliseNominated(name, once)).toBe(once);
        }
      }),
    );
  });

  it.each<[string, string, string | null, string | null]>([
    ["absent", "accept", null, null],
    ["any other field", "x-field", "b ,a", "b, a"],
    [
      "accept: as sent, ties may go by order",
      "accept",
      "text/html,application/json",
      "text/html, application/json",
    ],
    ["accept-charset: parameters", "accept-charset", "utf-8 ; q=0.5", "utf-8;q=0.5"],
    ["accept: quoted parameters", "accept", 'a/b; c="x ; y"', 'a/b; c="x ; y"'],
    ["accept: the case stays", "accept", "text/HTML", "text/HTML"],
    ["accept-encoding", "accept-encoding", "GZIP,br;Q=1.0,, deflate", "br;q=1.0, deflate, gzip"],
    ["accept-language: as sent but for case", "accept-language", "en-GB,de;q=0.5", "en-gb, de;q=0.5"],
    ["accept-charset", "accept-charset", "utf-8,iso-8859-1", "iso-8859-1, utf-8"],
  ])("nominated, %s", (_, name, value, expected) => {
    expect(normaliseNominated(name, value)).toBe(expected);
  });
});
