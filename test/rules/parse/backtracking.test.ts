import { describe, expect, test } from "vitest";
import { backtracks } from "../../../src/rules/parse/backtracking.ts";

describe("an expression that may backtrack exponentially is found", () => {
  test.each<[expression: string, group: string | null]>([
    ["(a+)+", "(a+)+"],
    ["^(a*)*$", "(a*)*"],
    ["^(?:\\w+\\s?)*$", "(?:\\w+\\s?)*"],
    ["x((a|b)+)+y", "((a|b)+)+"],
    ["(?<name>.*,)+", "(?<name>.*,)+"],
    ["(a+){2,}", "(a+){2,}"],
    ["(a+){20}", "(a+){20}"],
    ["(a{1,30})*", "(a{1,30})*"],
    ["(a|a)*", "(a|a)*"],
    ["(\\w|\\d)+$", "(\\w|\\d)+"],
    ["([a-z]|[A-Z])+", "([a-z]|[A-Z])+"],
    ["(\\.|[^x])+", "(\\.|[^x])+"],
    ["(a+|b)*", "(a+|b)*"],
    ["(\\.[a-z.]+)*", "(\\.[a-z.]+)*"],
    ["(.)(\\1+)+", "(\\1+)+"],
    ["(?=(a+)+)b", "(a+)+"],
    ["a+", null],
    ["a*b*c+", null],
    ["(ab)+", null],
    ["(?:a+)", null],
    ["(a+)?", null],
    ["(a+){2}", null],
    ["(\\d{1,3}\\.){3}\\d{1,3}", null],
    ["^[a-z]+(\\.[a-z]+)*$", null],
    ["^/a(?:/[^/]+)*$", null],
    ["(?:[^,]*,)*", null],
    ["(.|\\n)*", null],
    ["(foo|bar)+", null],
    ["(\\w{32})+", null],
    ["\\(a+\\)+", null],
    ["[(a+)+]", null],
    ["(^a|b$)*", null],
    ["a{2,}b", null],
    ["a{,3}(b)", null],
    ["", null],
  ])("%s", (expression, group) => {
    expect(backtracks(expression)).toBe(group);
  });
});
