import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compilePath } from "../../../src/rules/match/path-pattern.ts";

describe("a pattern accepts", () => {
  test.each<[pattern: string, path: string, expected: boolean]>([
    ["/products", "/products", true],
    ["/products", "/products/", false],
    ["/products", "/Products", false],
    ["/products", "/product%73", false],
    ["/products/:id", "/products/7", true],
    ["/products/:id", "/products/", false],
    ["/products/:id", "/products", false],
    ["/products/:id", "/products/7/reviews", false],
    ["/products/:id/reviews", "/products/7/reviews", true],
    ["/blog/*", "/blog", false],
    ["/blog/*", "/blog/", true],
    ["/blog/*", "/blog/a/b", true],
    ["/blog/*", "/blogs/a", false],
    ["/blog*", "/blogs/a", true],
    ["/blog*", "/blo", false],
    ["/*", "/", true],
    ["/", "/", true],
    ["/", "/a", false],
    ["/a.json", "/axjson", false],
    ["/a.json/:x", "/axjson/1", false],
    ["/:shop/items/*", "/x/items/1/2", true],
    ["/:shop/items*", "/x/items-old/1", true],
    ["/items/:id(\\d+)", "/items/12", true],
    ["/items/:id(\\d+)", "/items/x", false],
    ["/items/:id?", "/items", true],
    ["/items/:id?b", "/itemsb", true],
    ["/files/:name.json", "/files/a.json", true],
    ["/files/:name.json", "/files/a.xml", false],
    ["/a{/b}?", "/a", true],
    ["/a{/b}?", "/a/b", true],
    ["/*/edit", "/a/b/edit", true],
    ["/caf\u00e9", "/caf%C3%A9", true],
    ["/caf\u00e9/:x", "/caf%C3%A9/1", true],
    ["/a\\:b", "/a:b", true],
    ["/%61dmin", "/admin", true],
    ["/caf%c3%a9/*", "/caf%C3%A9/x", true],
    ["/:x%7Ey", "/a~y", true],
    ["/:x(\\d+)%2fy", "/1%2Fy", true],
  ])("%s, %s: %j", (pattern, path, expected) => {
    expect(compilePath(pattern).accepts(path)).toBe(expected);
  });
});

describe("a pattern captures", () => {
  test.each<[pattern: string, path: string, expected: Record<string, string>]>([
    ["/products/:id", "/products/7", { id: "7" }],
    ["/:shop/products/:id", "/a/products/7", { shop: "a", id: "7" }],
    ["/:shop/*", "/a/b/c", { shop: "a" }],
    ["/files/:name.json", "/files/a.json", { name: "a" }],
    ["/items/:id(\\d+)", "/items/12", { id: "12" }],
    ["/items/:id?", "/items", {}],
    ["/items/:rest+", "/items/1/2", { rest: "1/2" }],
    ["/products", "/products", {}],
    ["/:x", "/%7Bcaf%C3%A9%7D", { x: "{caf\u00e9}" }],
    ["/:x", "/a%2Fb", { x: "a/b" }],
    ["/:x", "/100%", { x: "100%" }],
    ["/:x", "/%FF%20", { x: "%FF%20" }],
    ["/:x+", "/%FF/%20", { x: "%FF/%20" }],
    ["/:__proto__", "/a", { ["__proto__"]: "a" }],
  ])("%s, %s: %j", (pattern, path, expected) => {
    expect(Object.entries(compilePath(pattern).capture(path))).toEqual(Object.entries(expected));
  });

  test("nothing that no request has said", () => {
    for (const pattern of ["/a", "/:x", "/:x?"]) {
      expect("toString" in compilePath(pattern).capture("/a")).toBe(false);
    }
  });
});

test("every simple pattern accepts and captures what URLPattern does", () => {
  const piece = fc.constantFrom("a", "b", "a.b", "", ":x", ":y", "\u00e9");
  const end = fc.constantFrom("", "/*", "/a*", "*");
  const segment = fc.constantFrom("a", "b", "ab", "a.b", "axb", "", "%C3%A9", "1");
  const pattern = fc.tuple(fc.uniqueArray(piece, { minLength: 1, maxLength: 4 }), end);
  const property = fc.property(pattern, fc.array(segment, { maxLength: 5 }), ([pieces, tail], segments) => {
    const pathname = `/${pieces.join("/")}${tail}`;
    const path = `/${segments.join("/")}`;
    const compiled = compilePath(pathname);
    const found = new URLPattern({ pathname }).exec({ pathname: path })?.pathname.groups ?? null;
    expect(compiled.accepts(path)).toBe(found !== null);
    if (found === null) return;
    const named = Object.entries(found).filter(([name]) => name === "x" || name === "y");
    const decoded = named.flatMap(([name, value]) =>
      value === undefined ? [] : [[name, decodeURIComponent(value)]],
    );
    expect({ ...compiled.capture(path) }).toEqual(Object.fromEntries(decoded));
  });
  fc.assert(property, { numRuns: 2000 });
});
