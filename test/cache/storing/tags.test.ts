import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { factsOf, freshenedFacts } from "../../../src/cache/storing/facts.ts";
import { hasTooMany, renderTag, safeTag, tagsOf } from "../../../src/cache/storing/tags.ts";
import { arrival, type Fields, literal, policy, request, stored, template } from "../support.ts";

const id = template("product:", { from: "param", name: "id" });

const subject = (params: Readonly<Record<string, string>>, fields: Fields = {}) => ({
  request: { ...request(), params },
  response: { status: 200, headers: new Headers(fields) },
  variables: {},
});

describe("a tag in one spelling", () => {
  it.each<[string, string, string | null]>([
    ["plain", "product:1", "product:1"],
    [
      "every visible character but the comma",
      "!#$%&'*+-./:;<=>?@[]^_`{|}~\"",
      "!#$%&'*+-./:;<=>?@[]^_`{|}~\"",
    ],
    ["a comma", "a,b", "a%2Cb"],
    ["a blank", "a b", "a%20b"],
    ["a tab and a line feed", "a\tb\n", "a%09b%0A"],
    ["control characters", "a\u0000\u007f", "a%00%7F"],
    ["another script", "café", "caf%C3%A9"],
    ["beyond 16 bits", "a😀", "a%F0%9F%98%80"],
    ["half a character", "a\ud800", "a%EF%BF%BD"],
    ["empty", "", null],
    ["1,024 characters", "a".repeat(1024), "a".repeat(1024)],
    ["1,025 characters", "a".repeat(1025), null],
    ["1,025 once encoded", `${"a".repeat(1022)} `, null],
  ])("%s", (_, text, expected) => {
    expect(safeTag(text)).toBe(expected);
  });

  it("is visible ASCII without commas, and itself once more, whatever it was", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const tag = safeTag(text);
        if (tag === null) return;
        expect(tag).toMatch(/^[\x21-\x2b\x2d-\x7e]+$/);
        expect(safeTag(tag)).toBe(tag);
      }),
    );
  });
});

describe("the tags of a rule", () => {
  it.each<[string, Readonly<Record<string, string>>, string | null]>([
    ["a place filled in", { id: "1" }, "product:1"],
    ["made safe", { id: "1, 2" }, "product:1%2C%202"],
    ["no value, no tag", {}, null],
    ["too long, no tag", { id: "1".repeat(1017) }, null],
  ])("%s", (_, params, expected) => {
    expect(renderTag(id, subject(params))).toBe(expected);
    expect(tagsOf(policy({ tags: [id] }), subject(params))).toEqual(expected === null ? [] : [expected]);
  });
});

describe("the tags of the origin", () => {
  it.each<[string, Fields, readonly string[]]>([
    ["Cache-Tag is divided by commas", { "cache-tag": "a, b,,c d " }, ["a", "b", "c%20d"]],
    ["Surrogate-Key by blanks", { "surrogate-key": " a  b\tc,d " }, ["a", "b", "c%2Cd"]],
    ["xkey by either", { xkey: "a b, c,d" }, ["a", "b", "c", "d"]],
    [
      "all three, each tag once",
      { "cache-tag": "a,b", "surrogate-key": "b c", xkey: "c a d" },
      ["a", "b", "c", "d"],
    ],
    ["an empty field", { "cache-tag": "" }, []],
    ["too long a tag", { "cache-tag": `a,${"b".repeat(1025)},c` }, ["a", "c"]],
    ["in capitals: another tag", { "cache-tag": "A,a" }, ["A", "a"]],
  ])("%s", (_, fields, expected) => {
    expect(tagsOf(policy(), subject({}, fields))).toEqual(expected);
  });

  it.each<[count: number, isTooMany: boolean]>([
    [999, false],
    [1000, true],
    [5000, true],
  ])("come behind those of the rule; with %i of them there are more than 1,000: %s", (count, isTooMany) => {
    const many = Array.from({ length: count }, (_, index) => `t${index}`);
    const tags = tagsOf(policy({ tags: [literal("rule")] }), subject({}, { "cache-tag": many.join() }));
    expect([tags[0], tags.at(-1), hasTooMany(tags)]).toEqual([
      "rule",
      isTooMany ? "t999" : "t998",
      isTooMany,
    ]);
  });
});

describe("RFC 9111 §3.2 the tags of what is stored", () => {
  const chosen = policy({ rule: "now", tags: [template("user:", { from: "response", name: "x-user" })] });

  it("are made from what may be stored", () => {
    const fields = { "x-user": "7", "cache-control": 'private="x-user"', "cache-tag": "a" };
    expect(factsOf(request(), arrival(200, fields), chosen).tags).toEqual(["a"]);
    expect(factsOf(request(), arrival(200, { "x-user": "7" }), chosen).tags).toEqual(["user:7"]);
  });

  it.each<[string, Fields, readonly string[]]>([
    ["kept where the 304 has none", {}, ["user:7", "a"]],
    ["replaced where it has some", { "cache-tag": "b", "x-user": "8" }, ["user:8", "b"]],
  ])("follow a 304: %s", (_, fields, expected) => {
    const before = stored({ "cache-tag": "a", "x-user": "7" }, { tags: ["user:7", "a", "of another rule"] });
    const fresh = freshenedFacts(request(), before, arrival(304, fields), chosen);
    expect(fresh).toMatchObject({ tags: expected, rule: "now", uri: before.uri });
  });
});
