import fc from "fast-check";
import { parseList } from "structured-headers";
import { describe, expect, it } from "vitest";
import { type CacheStatusMember, formatCacheStatus } from "../../src/http/cache-status.ts";

describe("RFC 9211 §2 The Cache-Status HTTP Response Header Field", () => {
  it.each<[string, CacheStatusMember, string | null, string]>([
    ["nothing to tell", {}, null, "selvedge"],
    ["a hit", { hit: true, ttl: 30 }, null, "selvedge;hit;ttl=30"],
    ["stale", { hit: true, ttl: -412 }, null, "selvedge;hit;ttl=-412"],
    [
      "a miss",
      { fwd: "uri-miss", fwdStatus: 200, stored: true, collapsed: true },
      null,
      "selvedge;fwd=uri-miss;fwd-status=200;stored;collapsed",
    ],
    ["said to be false", { stored: false, collapsed: false }, null, "selvedge;stored=?0;collapsed=?0"],
    ["undefined", { hit: undefined, ttl: undefined, key: undefined, detail: "x" }, null, "selvedge;detail=x"],
    ["a key is a string", { key: "/a?b=c" }, null, 'selvedge;key="/a?b=c"'],
    ["a rule is a string", { rule: "articles" }, null, 'selvedge;rule="articles"'],
    ["a detail that is a token", { detail: "memory" }, null, "selvedge;detail=memory"],
    ["a detail that is none", { detail: "no rule" }, null, 'selvedge;detail="no rule"'],
    ["a detail of nothing", { detail: "" }, null, 'selvedge;detail=""'],
    ["quotes and backslashes", { key: 'a"\\' }, null, 'selvedge;key="a\\"\\\\"'],
    ["not ASCII", { key: "/é€😀" }, null, 'selvedge;key="/%C3%A9%E2%82%AC%F0%9F%98%80"'],
    ["controls", { detail: "a\r\nb\x7f" }, null, 'selvedge;detail="a%0D%0Ab%7F"'],
    ["half a character", { key: "\ud800" }, null, 'selvedge;key="%EF%BF%BD"'],
    ["a fraction", { ttl: 1.9 }, null, "selvedge;ttl=1"],
    ["no number", { ttl: Number.NaN }, null, "selvedge"],
    ["infinite", { ttl: Number.POSITIVE_INFINITY }, null, "selvedge;ttl=999999999999999"],
    [
      "after an earlier cache",
      { hit: true },
      'origin; fwd=uri-miss, "b"',
      'origin; fwd=uri-miss, "b", selvedge;hit',
    ],
    ["after an empty value", { hit: true }, "", "selvedge;hit"],
  ])("%s", (_, member, earlier, expected) => {
    expect(formatCacheStatus("selvedge", member, earlier)).toBe(expected);
  });

  it("names the cache by a string where no token will do", () => {
    expect(formatCacheStatus("my cache", {}, null)).toBe('"my cache"');
  });

  it("writes a list that parses, whatever it is told", () => {
    const text = fc.option(fc.string({ unit: "binary" }), { nil: undefined });
    const flag = fc.option(fc.boolean(), { nil: undefined });
    const number = fc.option(fc.double(), { nil: undefined });
    const member = fc.record({
      hit: flag,
      fwd: text,
      fwdStatus: number,
      ttl: number,
      stored: flag,
      collapsed: flag,
      key: text,
      detail: text,
      rule: text,
    });
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), member, (name, told) => {
        expect(parseList(formatCacheStatus(name, told, "a;hit"))).toHaveLength(2);
      }),
    );
  });
});
