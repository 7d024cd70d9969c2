import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PURGE_SCOPES, type PurgeScope } from "../../src/purge/purge.ts";
import { LONGEST_VALUE, MOST_AT_ONCE, readPurges } from "../../src/purge/purge-input.ts";

/** The value that is read, or null where it is refused. */
function valueRead(scope: PurgeScope, value: unknown): string | null {
  const input = readPurges([{ scope, value }]);
  return input.kind === "purges" ? (input.purges[0]?.value ?? null) : null;
}

describe("a value comes out as stored responses spell it", () => {
  test.each<[scope: PurgeScope, value: unknown, expected: string | null]>([
    ["everything", undefined, ""],
    ["everything", "", ""],
    ["everything", "x", null],
    ["tag", "product:7", "product:7"],
    ["tag", " Product ", " Product "],
    ["tag", "", null],
    ["tag", 7, null],
    ["rule", "products", "products"],
    ["rule", null, null],
    ["host", "API.example.com", "api.example.com"],
    ["host", "api.example.com:8080", "api.example.com:8080"],
    ["host", "api.example.com:443", "api.example.com"],
    ["host", "api.example.com:80", "api.example.com"],
    ["host", "api.example.com.", "api.example.com"],
    ["host", "api.example.com.:8443", "api.example.com:8443"],
    ["host", "[::1]:8787", "[::1]:8787"],
    ["host", "bücher.example", "xn--bcher-kva.example"],
    ["host", "api.example.com/", null],
    ["host", "https://api.example.com", null],
    ["host", "user@example.com", null],
    ["host", "a b", null],
    ["host", ".", null],
    ["host", "%2e", null],
    ["host", "a..example", null],
    ["prefix", "..", null],
    ["prefix", "a:80:80", "a:80:80"],
    ["path", "api.example.com/products", "api.example.com/products"],
    ["path", "https://API.example.com/products", "api.example.com/products"],
    ["path", "http://api.example.com:80/products", "api.example.com/products"],
    ["path", "api.example.com/%7euser/caf%c3%a9", "api.example.com/~user/caf%C3%A9"],
    ["path", "api.example.com/café", "api.example.com/caf%C3%A9"],
    ["path", "api.example.com/a/../b", "api.example.com/b"],
    ["path", "api.example.com/", "api.example.com/"],
    ["path", "api.example.com", null],
    ["path", "/products", null],
    ["path", "ftp://api.example.com/", null],
    ["path", "api.example.com/products?page=1", null],
    ["path", "api.example.com/products#top", null],
    ["prefix", "api.example.com/prod", "api.example.com/prod"],
    ["prefix", "https://API.example.com/Prod", "api.example.com/Prod"],
    ["prefix", "API.exam", "api.exam"],
    ["prefix", "api.example.com/%7euser?q=%7e", "api.example.com/~user?q=%7e"],
    ["prefix", "api.example.com/caf%c3", "api.example.com/caf%C3"],
    ["prefix", "api.example.com/café", "api.example.com/caf%C3%A9"],
    ["prefix", "api.example.com/caf%c", null],
    ["prefix", "api.example.com/100%", null],
    ["prefix", 'api.example.com/{a}"', "api.example.com/%7Ba%7D%22"],
    ["prefix", "api.example.com/a\\b", "api.example.com/a/b"],
    ["prefix", "api.example.com/a/../b", "api.example.com/b"],
    ["prefix", "api.example.com:443/a", "api.example.com/a"],
    ["prefix", "http://api.example.com:80", "api.example.com"],
    ["prefix", "bücher.example/a?é", "xn--bcher-kva.example/a?%C3%A9"],
    ["prefix", "api.example.com/a?", "api.example.com/a?"],
    ["prefix", "bücher", null],
    ["prefix", "user@api.example.com/", null],
    ["prefix", "ftp://api.example.com/", null],
    ["prefix", "/products", null],
    ["prefix", "https://", null],
    ["prefix", "", null],
    ["url", "https://api.example.com/products?page=1", "api.example.com/products?page=1"],
    ["url", "http://api.example.com/products?page=1", "api.example.com/products?page=1"],
    ["url", "HTTPS://API.example.com:443/%7euser#top", "api.example.com/~user"],
    ["url", "https://api.example.com", "api.example.com/"],
    ["url", "http://localhost:8787/", "localhost:8787/"],
    ["url", "http://[::1]:8787/a", "[::1]:8787/a"],
    ["url", "api.example.com/products", "api.example.com/products"],
    ["url", "https:///products", null],
    ["url", "ftp://api.example.com/", null],
    ["url", "https://user:secret@api.example.com/", null],
    ["url", "/products", null],
  ])("%s %s: %s", (scope, value, expected) => {
    expect(valueRead(scope, value)).toBe(expected);
  });

  test("and what comes out comes out again unchanged", () => {
    const texts = fc.oneof(
      fc.string(),
      fc.webUrl({ withQueryParameters: true, withFragments: true }),
      fc.domain(),
    );
    fc.assert(
      fc.property(fc.constantFrom(...PURGE_SCOPES), texts, (scope, text) => {
        const value = valueRead(scope, text);
        if (value !== null) expect(valueRead(scope, value)).toBe(value);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("every mistake is named", () => {
  test.each<[name: string, input: unknown, expected: object]>([
    [
      "no list",
      { scope: "tag", value: "a" },
      { index: null, key: null, found: '{"scope":"tag","value":"a"}' },
    ],
    [
      "an empty list",
      [],
      { index: null, key: null, found: "a list of 0", allowed: "a list of 1 to 1000 purges" },
    ],
    ["no purge", ["tag"], { index: 0, key: null, found: '"tag"' }],
    ["null", [null], { index: 0, key: null, found: "null" }],
    ["an unknown scope", [{ scope: "tags", value: "a" }], { index: 0, key: "scope", found: '"tags"' }],
    ["an inherited scope", [{ scope: "constructor", value: "a" }], { index: 0, key: "scope" }],
    ["no scope", [{ value: "a" }], { index: 0, key: "scope", found: "nothing" }],
    ["soft as text", [{ scope: "tag", value: "a", soft: "yes" }], { index: 0, key: "soft", found: '"yes"' }],
    ["no value", [{ scope: "tag" }], { index: 0, key: "value", found: "nothing" }],
  ])("%s", (_, input, expected) => {
    expect(readPurges(input)).toMatchObject({ kind: "refused", mistakes: [expected] });
  });

  test("all of them at once, each with its place in the list", () => {
    const input = readPurges([{ scope: "tag" }, { scope: "tag", value: "a" }, { scope: "no" }]);
    expect(input).toMatchObject({ kind: "refused", mistakes: [{ index: 0 }, { index: 2 }] });
  });

  test("what was found is cut short", () => {
    const input = readPurges([{ scope: "tag", value: "x".repeat(5000) }]);
    expect(input.kind === "refused" && input.mistakes[0]?.found.length).toBeLessThan(100);
  });
});

describe("limits", () => {
  test.each([
    [LONGEST_VALUE, "purges"],
    [LONGEST_VALUE + 1, "refused"],
  ])("a value of %i characters: %s", (length, kind) => {
    expect(readPurges([{ scope: "tag", value: "x".repeat(length) }]).kind).toBe(kind);
  });

  test("a value that grows beyond the limit by its encoding is refused", () => {
    expect(valueRead("path", `a/${"é".repeat(500)}`)).toBeNull();
  });

  test.each([
    [MOST_AT_ONCE, "purges"],
    [MOST_AT_ONCE + 1, "refused"],
  ])("%i purges at once: %s", (count, kind) => {
    expect(readPurges(Array.from({ length: count }, () => ({ scope: "everything" }))).kind).toBe(kind);
  });
});

test("soft is false where it is not said", () => {
  expect(readPurges([{ scope: "everything" }, { scope: "everything", soft: true }])).toEqual({
    kind: "purges",
    purges: [
      { scope: "everything", value: "", soft: false },
      { scope: "everything", value: "", soft: true },
    ],
  });
});
