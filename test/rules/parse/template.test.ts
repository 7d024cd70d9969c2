import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Template } from "../../../src/cache/policy.ts";
import { parametersOf } from "../../../src/rules/parse/parameters.ts";
import { defineRules } from "../../../src/rules/rule.ts";

/** A template as it is parsed where most placeholders are allowed. */
function parsed(source: string, path = "/a/:id/:größe"): Template | undefined {
  const rule = { name: "a", match: { path }, requestHeaders: { set: { "x-a": source } } };
  return defineRules({ rules: [rule] }).rules[0]?.policy.origin.fields.set[0]?.[1];
}

describe("a template is its literal parts and its placeholders", () => {
  test.each<[source: string, parts: Template["parts"]]>([
    ["plain", ["plain"]],
    ["{id}", [{ from: "param", name: "id" }]],
    ["{größe}", [{ from: "param", name: "größe" }]],
    ["a{id}b{id}", ["a", { from: "param", name: "id" }, "b", { from: "param", name: "id" }]],
    ["{{id}}", ["{id}"]],
    ["{{{id}}}", ["{", { from: "param", name: "id" }, "}"]],
    ["{query.a b.c}", [{ from: "query", name: "a b.c" }]],
    ["{request.X-Tenant}", [{ from: "request", name: "x-tenant" }]],
    ["{env.API_KEY}", [{ from: "env", name: "API_KEY" }]],
    [
      "{host}{path}{search}{country}{ip}",
      [{ from: "host" }, { from: "path" }, { from: "search" }, { from: "country" }, { from: "ip" }],
    ],
  ])("%s", (source, parts) => {
    expect(parsed(source)).toEqual({ source, parts });
  });

  test("any text stands for itself once its braces are doubled", () => {
    const printable = fc.string({ unit: fc.constantFrom(..."{}ab:. "), minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(printable, (text) => {
        expect(parsed(text.replaceAll(/[{}]/g, "$&$&"))?.parts).toEqual([text]);
      }),
    );
  });
});

describe("the parameters of a path pattern are those that URLPattern names", () => {
  test.each<[path: string, example: string, names: string[]]>([
    ["/products", "/products", []],
    ["/products/:id", "/products/7", ["id"]],
    ["/:shop/:id/*", "/a/b/c", ["shop", "id"]],
    ["/:id(\\d+)", "/7", ["id"]],
    ["/(\\d+)/:id", "/7/8", ["id"]],
    ["/:kind((?:a|b):c)/:id", "/a:c/7", ["kind", "id"]],
    ["/:id([:x\\)]+)", "/x", ["id"]],
    ["/a\\:b/:id", "/a:b/7", ["id"]],
    ["/a{-:b}?/:c?", "/a-x/y", ["b", "c"]],
    ["/:a-:b.:c", "/1-2.3", ["a", "b", "c"]],
    ["/:$x_1", "/y", ["$x_1"]],
    ["/:größe", "/9", ["größe"]],
  ])("%s", (path, example, names) => {
    const groups = new URLPattern({ pathname: path }).exec({ pathname: example })?.pathname.groups ?? {};
    expect(
      Object.keys(groups)
        .filter((name) => !/^\d/.test(name))
        .sort(),
    ).toEqual([...names].sort());
    expect(parametersOf(path)).toEqual(names);
  });
});
