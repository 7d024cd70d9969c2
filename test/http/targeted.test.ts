import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deltaSeconds, fieldNames } from "../../src/http/cache-control.ts";
import { parseTargeted, selectTargeted, TARGETED_FIELDS } from "../../src/http/targeted.ts";

describe("RFC 9213 §2.1 Syntax", () => {
  it.each<[string, string | null, Record<string, string | true> | null]>([
    ["absent", null, null],
    ["empty", "", null],
    ["whitespace", "  ", null],
    ["directives", "max-age=60, no-store", { "max-age": "60", "no-store": true }],
    ["a string", 'private="a, b"', { private: "a, b" }],
    ["a string of digits is of the wrong type for seconds", 'max-age="60"', { "max-age": "=" }],
    ["a token", "ext=abc", { ext: "abc" }],
    ["parameters are ignored", "max-age=60;a=b, no-store;c", { "max-age": "60", "no-store": true }],
    ["the last of several counts", "max-age=60, max-age=90", { "max-age": "90" }],
    ["false is absent", "no-store=?0, max-age=1", { "max-age": "1" }],
    ["all false: still a usable field", "no-store=?0", {}],
    ["true", "no-store=?1", { "no-store": true }],
    ["upper case does not parse", "Max-Age=60", null],
    ["whitespace beside = does not parse", "max-age =60", null],
    ["an empty argument does not parse", "max-age=", null],
    ["an empty member does not parse", "max-age=60,, no-store", null],
    ["a trailing comma does not parse", "max-age=60,", null],
    ["an open quote does not parse", 'private="a', null],
    ["single quotes do not parse", "max-age='60'", null],
    ["too large an integer does not parse", "max-age=9999999999999999", null],
    ["not ASCII does not parse", 'ext="é"', null],
  ])("%s", (_, value, expected) => {
    const directives = parseTargeted(value);
    const flat =
      directives && Object.fromEntries([...directives].map(([name, [argument]]) => [name, argument]));
    expect(flat).toEqual(expected);
  });

  it.each<[string, string, number | "invalid" | null]>([
    ["an integer", "max-age=60", 60],
    ["overflowing", "max-age=999999999999999", 2_147_483_648],
    ["negative", "max-age=-60", "invalid"],
    ["a decimal", "max-age=60.5", "invalid"],
    ["a decimal of a whole number", "max-age=60.0", "invalid"],
    ["a token", "max-age=a", "invalid"],
    ["an inner list", "max-age=(60)", "invalid"],
    ["bytes", "max-age=:YQ==:", "invalid"],
    ["a date", "max-age=@60", "invalid"],
    ["a display string", 'max-age=%"60"', "invalid"],
    ["true", "max-age", "invalid"],
    ["false", "max-age=?0", null],
  ])("seconds: %s", (_, value, expected) => {
    expect(deltaSeconds(parseTargeted(value) ?? new Map(), "max-age")).toBe(expected);
  });

  it("takes an inner list for no list of names", () => {
    expect(fieldNames(parseTargeted('private=("a")') ?? new Map(), "private")).toBe(true);
  });

  it("never throws", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (value) => void parseTargeted(value)));
  });
});

describe("RFC 9213 §2.2 Cache Behavior", () => {
  it.each<[string, Record<string, string>, string | null]>([
    ["none", { "cache-control": "max-age=1" }, null],
    ["one", { "cdn-cache-control": "max-age=1" }, "cdn-cache-control"],
    [
      "the more specific first",
      { "cdn-cache-control": "max-age=1", "cloudflare-cdn-cache-control": "max-age=2" },
      "cloudflare-cdn-cache-control",
    ],
    [
      "one that does not parse is passed over",
      { "cdn-cache-control": "max-age=1", "cloudflare-cdn-cache-control": "max-age=" },
      "cdn-cache-control",
    ],
    ["an empty one is passed over", { "cdn-cache-control": "" }, null],
  ])("%s", (_, fields, expected) => {
    expect(selectTargeted(new Headers(fields))?.field ?? null).toBe(expected);
  });

  it("lists the most specific field first", () => {
    expect(TARGETED_FIELDS).toEqual(["cloudflare-cdn-cache-control", "cdn-cache-control"]);
  });
});
