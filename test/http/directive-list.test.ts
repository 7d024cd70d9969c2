import { describe, expect, it } from "vitest";
import { dropDirectives, keepDirectives, setDirective } from "../../src/http/directive-list.ts";

const names = new Set(["private", "public"]);

describe("RFC 9111 §5.2 a directive list, edited as text", () => {
  it.each<[string, string | null, readonly string[], readonly string[]]>([
    ["absent", null, [], []],
    ["empty", "", [], []],
    ["empty members", " ,, foo ,", [], ["foo"]],
    ["by name, in any case", "Public, foo, PRIVATE", ["Public", "PRIVATE"], ["foo"]],
    [
      "with arguments as they came",
      'private="x-a, x-b", foo="a, public"',
      ['private="x-a, x-b"'],
      ['foo="a, public"'],
    ],
    ["whitespace beside the equals sign", "private = x", ["private = x"], []],
    ["names that begin alike", "privately, public-x", [], ["privately", "public-x"]],
  ])("%s", (_, value, kept, dropped) => {
    expect(keepDirectives(value, names)).toEqual(kept);
    expect(dropDirectives(value, names)).toEqual(dropped);
  });

  it.each<[string, string | null, string]>([
    ["absent", null, "max-age=5"],
    ["before all", "foo, bar", "max-age=5, foo, bar"],
    ["in its place", "foo, Max-Age=9, bar", "foo, max-age=5, bar"],
    ["in the place of several", "max-age=1, foo, max-age", "max-age=5, foo"],
  ])("set: %s", (_, value, expected) => {
    expect(setDirective(value, "max-age", 5).join(", ")).toBe(expected);
  });
});
