/** What a client prefers is read as a library reads it that many use (negotiator), whatever is well-formed. */
import fc from "fast-check";
import Negotiator from "negotiator";
import { describe, expect, it } from "vitest";
import { acceptedMediaType } from "../../src/http/accept.ts";
import { acceptedEncoding } from "../../src/http/accept-encoding.ts";
import { acceptedLanguage } from "../../src/http/accept-language.ts";
import { parsePreferences } from "../../src/http/preferences.ts";

const RUNS = { numRuns: 2_000 };

const LANGUAGES = ["en", "de", "pt-BR", "pt", "de-AT", "EN-gb"];
const TYPES = ["a/b", "a/c", "c/b", "A/D", "a/b;v=1", 'a/b;v="2"', "a/b;v=1;w=x"];
const CODINGS = ["br", "gzip", "zstd", "x-own"];

const weight = fc.constantFrom("", ";q=1", ";q=0.5", "; q=0.501", ";Q=0", ";q=0.000", ";q=1.000", ";q=.7");

function field(ranges: readonly string[]): fc.Arbitrary<string> {
  const member = fc.tuple(fc.constantFrom(...ranges), weight).map((parts) => parts.join(""));
  const separator = fc.constantFrom(",", ", ", "\t,  ");
  return fc
    .array(fc.tuple(member, separator), { maxLength: 6 })
    .map((parts) => parts.flat().slice(0, -1).join(""));
}

const some = (all: readonly string[]) => fc.uniqueArray(fc.constantFrom(...all), { maxLength: 4 });

describe("RFC 9110 §12.5: the same answers as negotiator's", () => {
  it("Accept-Language", () => {
    const ranges = [...LANGUAGES, "*", "fr", "pt-PT", "DE"];
    fc.assert(
      fc.property(field(ranges), some(LANGUAGES), (value, available) => {
        const expected = new Negotiator({ headers: { "accept-language": value } }).language(available);
        expect(acceptedLanguage(value, available)).toBe(expected ?? null);
      }),
      RUNS,
    );
  });

  it("Accept", () => {
    const ranges = [...TYPES, "*/*", "a/*", "*/b", "a/b;v=*", 'a/b;W="x"', "image/png", "text"];
    fc.assert(
      fc.property(field(ranges), some(TYPES), (value, available) => {
        const expected = new Negotiator({ headers: { accept: value } }).mediaType(available);
        expect(acceptedMediaType(value, available)).toBe(expected ?? null);
      }),
      RUNS,
    );
  });

  it("Accept-Encoding", () => {
    const ranges = [...CODINGS, "*", "identity", "deflate", "GZIP"];
    fc.assert(
      fc.property(field(ranges), some(CODINGS), (value, available) => {
        const negotiator: Preferring = new Negotiator({ headers: { "accept-encoding": value } });
        const expected = negotiator.encoding([...available, "identity"], { preferred: available });
        expect(acceptedEncoding(value, available)).toBe(expected ?? "identity");
      }),
      RUNS,
    );
  });
});

/** What negotiator has had since its version 1.0, and its types lack. */
interface Preferring {
  encoding(available: string[], options: { readonly preferred: readonly string[] }): string | undefined;
}

describe("a preference", () => {
  it.each<[value: string, range: string, weight: number, parameters: Record<string, string>]>([
    ["a/b", "a/b", 1, {}],
    ["A/B ; Level=1;q=0.3", "a/b", 0.3, { level: "1" }],
    ['a/b;v="x;q=0\\"";q=0.5', "a/b", 0.5, { v: 'x;q=0"' }],
    ["a/b;q=0.5;q=1", "a/b", 0.5, {}],
    ["a/b;q=7", "a/b", 1, {}],
    ["a/b;q=-1", "a/b", 0, {}],
    ["a/b;q=x", "a/b", 0, {}],
    ["a/b;q=", "a/b", 0, {}],
    [";q=0.5", "", 0.5, {}],
  ])("%s", (value, range, weight, parameters) => {
    const [only, ...others] = parsePreferences(value);
    expect(only).toEqual({ range, weight, parameters: new Map(Object.entries(parameters)) });
    expect(others).toEqual([]);
  });
});
