import { describe, expect, it } from "vitest";
import { acceptedLanguage } from "../../src/http/accept-language.ts";

const ENGLISH_FIRST = ["en", "de", "pt-BR"];

describe("RFC 9110 §12.5.4 Accept-Language", () => {
  it.each<[string, string | null, readonly string[], string | null]>([
    ["absent: any", null, ENGLISH_FIRST, "en"],
    ["any", "*", ENGLISH_FIRST, "en"],
    ["one of them", "de", ENGLISH_FIRST, "de"],
    ["a variety of one", "de-AT", ENGLISH_FIRST, "de"],
    ["a range over one", "pt", ENGLISH_FIRST, "pt-BR"],
    ["by weight", "en;q=0.8, de;q=0.9", ENGLISH_FIRST, "de"],
    ["a browser", "fr-CH, fr;q=0.9, de;q=0.8, *;q=0.5", ENGLISH_FIRST, "de"],
    ["not this one", "en;q=0, *", ENGLISH_FIRST, "de"],
    ["case does not count", "PT-br", ENGLISH_FIRST, "pt-BR"],
    ["none of them", "fr", ENGLISH_FIRST, null],
    ["empty", "", ENGLISH_FIRST, null],
    ["malformed", ";;,=,-", ENGLISH_FIRST, null],
    ["nothing available", "de", [], null],
  ])("%s", (_, value, available, expected) => {
    expect(acceptedLanguage(value, available)).toBe(expected);
  });
});
