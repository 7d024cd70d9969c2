import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { primaryKey } from "../../src/cache/key.ts";
import type { QueryKey } from "../../src/cache/types.ts";
import { policy } from "./support.ts";

const ALL: QueryKey = { kind: "all" };
const NONE: QueryKey = { kind: "none" };
const include = (...names: string[]): QueryKey => ({ kind: "include", names: new Set(names) });
const exclude = (...names: string[]): QueryKey => ({ kind: "exclude", names: new Set(names) });

const keyOf = (url: string, query: QueryKey): string => primaryKey(new URL(url), policy({ query })).key;

describe("RFC 9111 §2 the cache key", () => {
  it.each<[string, string, QueryKey, string]>([
    ["everything", "?b=2&a=1", ALL, "?b=2&a=1"],
    ["nothing", "?b=2&a=1", NONE, ""],
    ["no query", "", include("a"), ""],
    ["an empty query", "?", ALL, ""],
    ["included", "?b=2&a=1", include("a"), "?a=1"],
    ["included, the order stays", "?b=2&a=1&c=3", include("a", "b"), "?b=2&a=1"],
    ["included, none there", "?b=2", include("a"), ""],
    ["included, repeated", "?a=1&a=2", include("a"), "?a=1&a=2"],
    ["excluded", "?b=2&a=1", exclude("a"), "?b=2"],
    ["excluded, all of them", "?a=1&a=2", exclude("a"), ""],
    ["names are case-sensitive", "?A=1", include("a"), ""],
    ["a percent-encoded name", "?%61=1", include("a"), "?%61=1"],
    ["a plus for a space", "?a+b=1", include("a b"), "?a+b=1"],
    ["an encoded ampersand is data", "?x=1%26a=2", include("a"), ""],
    ["a name that cannot be decoded", "?%ff=1&a=2", exclude("a"), "?%ff=1"],
    ["the same, named as it stands", "?%ff=1", include("%ff"), "?%ff=1"],
    ["without a value", "?a", include("a"), "?a"],
    ["an equals sign in the value", "?a=b=c", include("a"), "?a=b=c"],
    ["empty pairs", "?&&a=1&", exclude("b"), "?&&a=1&"],
    ["a question mark in the value", "?a=?b", include("a"), "?a=?b"],
  ])("%s", (_, search, query, expected) => {
    const url = new URL(`https://api.example.com/p${search}#fragment`);
    expect(primaryKey(url, policy({ query }))).toEqual({
      key: `https://api.example.com/p${expected}`,
      search: expected,
    });
  });

  it.each<[string, string, string]>([
    ["scheme", "https://a.example/p", "http://a.example/p"],
    ["host", "https://a.example/p", "https://b.example/p"],
    ["port", "https://a.example/p", "https://a.example:8443/p"],
    ["path", "https://a.example/p", "https://a.example/p/"],
    ["case of the path", "https://a.example/p", "https://a.example/P"],
    ["an encoded question mark", "https://a.example/p%3Fa=1", "https://a.example/p?a=1"],
  ])("differs by %s", (_, one, other) => {
    expect(keyOf(one, ALL)).not.toBe(keyOf(other, ALL));
  });

  const pairs = fc.array(fc.tuple(fc.constantFrom("a", "b", "c", "a&b", "=", "%"), fc.string()), {
    maxLength: 4,
  });

  it("is never shared by URLs whose kept parameters differ", () => {
    fc.assert(
      fc.property(
        pairs,
        pairs,
        fc.constantFrom(ALL, include("a", "="), exclude("b", "%")),
        (one, other, query) => {
          if (JSON.stringify(kept(one, query)) === JSON.stringify(kept(other, query))) return;
          expect(keyOf(urlOf(one), query)).not.toBe(keyOf(urlOf(other), query));
        },
      ),
    );
  });

  it("is shared by URLs that differ in others only", () => {
    fc.assert(
      fc.property(pairs, fc.string(), (one, value) => {
        const query = exclude("utm");
        expect(keyOf(urlOf([...one, ["utm", value]]), query)).toBe(keyOf(urlOf(one), query));
      }),
    );
  });

  function urlOf(list: readonly (readonly [string, string])[]): string {
    const search = list.map(([name, value]) => `${encodeURIComponent(name)}=${encode(value)}`).join("&");
    return `https://api.example.com/p${search === "" ? "" : `?${search}`}`;
  }

  function encode(value: string): string {
    return encodeURIComponent(value.toWellFormed());
  }

  function kept(list: readonly (readonly [string, string])[], query: QueryKey): unknown {
    if (query.kind !== "include" && query.kind !== "exclude") return list;
    return list.filter(([name]) => query.names.has(name) === (query.kind === "include"));
  }
});
