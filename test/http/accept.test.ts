import { describe, expect, it } from "vitest";
import { acceptedMediaType } from "../../src/http/accept.ts";

const JSON_FIRST = ["application/json", "text/html", "text/csv;header=present"];

describe("RFC 9110 §12.5.1 Accept", () => {
  it.each<[string, string | null, readonly string[], string | null]>([
    ["absent: anything", null, JSON_FIRST, "application/json"],
    ["anything", "*/*", JSON_FIRST, "application/json"],
    ["one of them", "text/html", JSON_FIRST, "text/html"],
    ["by weight", "application/json;q=0.5, text/html;q=0.6", JSON_FIRST, "text/html"],
    ["weight before specificity", "text/html;q=0.1, */*", JSON_FIRST, "application/json"],
    ["a browser", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", JSON_FIRST, "text/html"],
    ["of one kind", "text/*", JSON_FIRST, "text/html"],
    ["not this one", "text/html;q=0, text/*", JSON_FIRST, "text/csv;header=present"],
    ["by a parameter", "text/csv;header=present", JSON_FIRST, "text/csv;header=present"],
    ["case does not count", "TEXT/HTML", JSON_FIRST, "text/html"],
    ["none of them", "image/png", JSON_FIRST, null],
    ["none at all", "*/*;q=0", JSON_FIRST, null],
    ["empty", "", JSON_FIRST, null],
    ["malformed", "json, ;;, =", JSON_FIRST, null],
    ["malformed beside what is not", "json, text/html", JSON_FIRST, "text/html"],
    ["a malformed weight accepts nothing", "text/html;q=x", JSON_FIRST, null],
    ["nothing available", "*/*", [], null],
  ])("%s", (_, value, available, expected) => {
    expect(acceptedMediaType(value, available)).toBe(expected);
  });

  it("considers whole members of the first 1,024 characters", () => {
    const filling = "a/b,".repeat(253);
    expect(acceptedMediaType(`${filling}text/html`, JSON_FIRST)).toBe("text/html");
    expect(acceptedMediaType(`${filling}a/b,text/html`, JSON_FIRST)).toBe(null);
    expect(acceptedMediaType("x".repeat(2000), JSON_FIRST)).toBe(null);
  });
});
