import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { appendAll, Fields, fieldsOf, toHeaders } from "../../src/http/field-section.ts";

type Step = readonly ["set" | "append" | "delete", name: string, value: string];

const NAMES = ["a", "Vary", "VARY", "set-cookie", "Set-Cookie", "cache-control"];
const STEP: fc.Arbitrary<Step> = fc.tuple(
  fc.constantFrom("set", "append", "delete"),
  fc.constantFrom(...NAMES),
  fc.constantFrom("w", "x", "y, z", '"q"'),
);

function changed<Section extends Headers | Fields>(section: Section, steps: readonly Step[]): Section {
  for (const [what, name, value] of steps) section[what](name, value);
  return section;
}

function byName(section: Headers | Fields): readonly [string, string][] {
  // Stable, so that the lines of a field stay in their order.
  return [...section].sort(([one], [other]) => (one < other ? -1 : Number(one > other)));
}

describe("fields (RFC 9110 §5)", () => {
  it("say what a Headers that went through the same says", () => {
    fc.assert(
      fc.property(fc.array(STEP), (steps) => {
        const fields = changed(new Fields(), steps);
        const headers = changed(new Headers(), steps);
        expect(byName(fields)).toEqual([...headers]);
        for (const name of NAMES) {
          expect([name, fields.get(name), fields.has(name)]).toEqual([
            name,
            headers.get(name),
            headers.has(name),
          ]);
        }
        expect([...fields.keys()].sort()).toEqual([...new Set(headers.keys())].sort());
      }),
    );
  });

  it("are the same once taken over from a Headers, copied, and given back", () => {
    fc.assert(
      fc.property(fc.array(STEP), (steps) => {
        const headers = changed(new Headers(), steps);
        expect([...toHeaders(new Fields(new Fields(headers)))]).toEqual([...headers]);
      }),
    );
  });

  it("visit each line of Set-Cookie by itself (RFC 9110 §5.3)", () => {
    const fields = new Fields();
    for (const line of ["a=1, b", "c=2"]) fields.append("Set-Cookie", line);
    const seen: [string, string][] = [];
    fields.forEach((value, name) => {
      seen.push([name, value]);
    });
    expect(seen).toEqual([
      ["set-cookie", "a=1, b"],
      ["set-cookie", "c=2"],
    ]);
    expect(toHeaders(fields).getSetCookie()).toEqual(["a=1, b", "c=2"]);
  });

  it("of a copy are its own", () => {
    const original = fieldsOf({ A: "1" });
    const copy = new Fields(original);
    copy.set("a", "2");
    copy.append("b", "3");
    expect([...original]).toEqual([["a", "1"]]);
  });

  it("that no field can be are refused where they become a Headers", () => {
    expect(() => toHeaders(fieldsOf({ a: "1\n2" }))).toThrow(TypeError);
    expect(() => appendAll(fieldsOf({ "a b": "1" }), new Headers())).toThrow(TypeError);
  });
});
