/** What stands in the bundle as the rules is unpacked as far as somebody asks for it. */
import { describe, expect, test } from "vitest";
import { type PackedRules, unpackRules } from "../../src/rules/packed.ts";
import { policy } from "../cache/support.ts";
import { match, ruleSet } from "./support.ts";

function packed(parts: Partial<PackedRules>): PackedRules {
  const { defaults, origins, facts } = ruleSet([]);
  const written = { rules: "", values: [], texts: "", paths: "no JSON" };
  return { match: match(), policy: policy(), ...written, defaults, origins, facts, ...parts };
}

describe("a new isolate does not read the rules that nobody asks for", () => {
  const rules = '["a",{"path":[0]},{}]\n["b",{"path":[1]},{}]';

  test("neither any at its start", () => {
    const { defaults } = unpackRules(packed({ rules: "no JSON" }));
    expect(defaults).toEqual(policy());
  });

  test("nor the others with one", () => {
    const [first, second] = unpackRules(packed({ rules, texts: '"/a"\nno JSON' })).rules;
    expect(first?.match).toEqual(match({ path: ["/a"] }));
    expect(first?.policy).toEqual(policy({ rule: "a" }));
    expect(second?.name).toBe("b");
    expect(() => second?.match).toThrow(SyntaxError);
  });
});

test("what several rules say is one object, and each has its own policy", () => {
  const rules = '["a",{"bot":0},{"tags":[1]}]\n["b",{"bot":0},{"tags":[1]}]';
  const [first, second] = unpackRules(packed({ rules, values: [/x/], texts: '{"parts":["x"]}' })).rules;
  expect(first?.match.bot).toBe(second?.match.bot);
  expect(first?.policy.tags[0]).toBe(second?.policy.tags[0]);
  expect(first?.policy.tags).toEqual([{ parts: ["x"] }]);
  expect([first?.policy.rule, second?.policy.rule]).toEqual(["a", "b"]);
  expect(first?.policy).toBe(first?.policy);
});
