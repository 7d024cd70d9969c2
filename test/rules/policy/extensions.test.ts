import { describe, expect, it } from "vitest";
import { extensionsOf } from "../../../src/rules/policy/extensions.ts";
import type { RuleMatch } from "../../../src/rules/rule.ts";
import { match } from "../support.ts";

describe("the extensions that a rule is chosen by", () => {
  it.each<[string, Partial<RuleMatch>, readonly string[]]>([
    ["none", {}, []],
    ["those that it names", { extension: ["css", "js"] }, ["css", "js"]],
    [
      "those within",
      { any: [match({ extension: ["css"] })], all: [match({ extension: ["css", "js"] })] },
      ["css", "js"],
    ],
    ["not those that it excludes", { not: [match({ extension: ["css"] })] }, []],
    ["that which a wildcard ends in", { path: ["/files/*.CSS"] }, ["css"]],
    ["that which a parameter ends in", { path: ["/:name.js"] }, ["js"]],
    ["that which an expression ends in", { path: ["/a/:name(\\\\w+).png", "/b{/c}?.svg"] }, ["png", "svg"]],
    ["not that of one file", { path: ["/app.css", "/a/b.js"] }, []],
    ["not one with anything behind it", { path: ["/a.css/*", "/v1.0/*", "/:name.css*"] }, []],
  ])("%s", (_, chosen, expected) => {
    expect(extensionsOf(match(chosen))).toEqual(expected);
  });
});
