import { describe, expect, it } from "vitest";
import type { FieldChanges, Template } from "../../../src/cache/policy.ts";
import { changeFields } from "../../../src/cache/template/changes.ts";
import type { Subject } from "../../../src/cache/template/template.ts";
import { toHeaders } from "../../../src/http/field-section.ts";
import { type Fields, fieldsOf, literal, request } from "../support.ts";

const ID: Template = { source: "v-{id}", parts: ["v-", { from: "param", name: "id" }] };
const SECRET: Template = { source: "{env.KEY}", parts: [{ from: "env", name: "KEY" }] };

function changes(chosen: Partial<FieldChanges>): FieldChanges {
  return { remove: [], set: [], add: [], ...chosen };
}

function subject(params: Fields = {}, variables: Fields = {}): Subject {
  return { request: { ...request(), params }, response: null, variables };
}

describe("RFC 9110 §5.3, §5.5: what a rule changes in fields", () => {
  it("is nothing, with the very same object, where it says nothing", () => {
    const headers = new Headers({ a: "1" });
    expect(changeFields(headers, changes({}), subject())).toBe(headers);
  });

  it.each<[string, Fields, Partial<FieldChanges>, Fields]>([
    ["removed", { a: "1", b: "2" }, { remove: ["a", "c"] }, { b: "2" }],
    ["set", { a: "1" }, { set: [["a", literal("2")]] }, { a: "2" }],
    ["added", { a: "1" }, { add: [["a", literal("2")]] }, { a: "1, 2" }],
    ["removed, then set", { a: "1" }, { set: [["a", literal("2")]], remove: ["a"] }, { a: "2" }],
    [
      "removed, set, added",
      { a: "1" },
      { add: [["a", literal("3")]], set: [["a", literal("2")]], remove: ["a"] },
      { a: "2, 3" },
    ],
    ["with a value", {}, { set: [["a", ID]] }, { a: "v-7" }],
    [
      "without a value it stays",
      { a: "1", b: "2" },
      { set: [["a", SECRET]], add: [["b", SECRET]] },
      { a: "1", b: "2" },
    ],
  ])("%s", (_, before, chosen, expected) => {
    const headers = new Headers(before);
    expect(fieldsOf(changeFields(headers, changes(chosen), subject({ id: "7" })))).toEqual(expected);
    expect(fieldsOf(headers)).toEqual(before);
  });

  it("keeps each Set-Cookie a field of its own", () => {
    const headers = new Headers([["set-cookie", "a=1"]]);
    const changed = changeFields(headers, changes({ add: [["set-cookie", literal("b=2")]] }), subject());
    expect(toHeaders(changed).getSetCookie()).toEqual(["a=1", "b=2"]);
  });

  it.each<[string, string, string]>([
    ["a line end", "a\r\nx-evil: 1", "a%0D%0Ax-evil: 1"],
    ["a bare line feed", "a\nb", "a%0Ab"],
    ["a null", "a\0b", "a%00b"],
    ["another control", "a\x7fb\x1b", "a%7Fb%1B"],
    ["beyond Latin-1", "日本", "%E6%97%A5%E6%9C%AC"],
    ["half a character", "a\ud800", "a%EF%BF%BD"],
    ["Latin-1 is data", "Müller", "Müller"],
    ["a tab is allowed", "a\tb", "a\tb"],
    ["a percent sign is itself", "50%", "50%"],
    ["a line end behind a secret", "key\r\n", "key"],
    ["blanks around it", " \t\na b\n ", "a b"],
    ["nothing but blanks", " \n", ""],
  ])("writes what a field can hold: %s", (_, value, expected) => {
    const changed = changeFields(
      new Headers(),
      changes({ set: [["a", SECRET]] }),
      subject({}, { KEY: value }),
    );
    expect(fieldsOf(changed)).toEqual({ a: expected });
  });
});
