import { describe, expect, it } from "vitest";
import type { KeyPolicy, Placeholder } from "../../../src/cache/policy.ts";
import { isBeyondComparison } from "../../../src/cache/storing/comparable.ts";
import { key, policy, template } from "../support.ts";

describe("RFC 9111 §4.1: Vary on a field that a rule writes for the origin", () => {
  it.each<[name: string, written: string | Placeholder, chosen: Partial<KeyPolicy>, expected: boolean]>([
    ["a constant", "v1", {}, false],
    ["a variable", { from: "env", name: "API_KEY" }, {}, false],
    ["a part of the target", { from: "param", name: "id" }, {}, false],
    ["the client's address", { from: "ip" }, {}, true],
    ["the client's country", { from: "country" }, {}, true],
    ["the client's country, which the key holds", { from: "country" }, { country: true }, false],
    ["another field", { from: "request", name: "x-plan" }, {}, true],
    [
      "another field, which the key holds",
      { from: "request", name: "x-plan" },
      { headers: [{ name: "x-plan", by: "value" }] },
      false,
    ],
  ])("%s", (_, written, chosen, expected) => {
    const headers = new Headers({ vary: "Accept, X-Written" });
    const value = template("v-", written);
    for (const how of ["set", "add"] as const) {
      const fields = { remove: [], set: [], add: [], [how]: [["x-written", value]] };
      const given = policy({ key: key(chosen), origin: { ...policy().origin, fields } });
      expect(isBeyondComparison(headers, given), how).toBe(expected);
      expect(isBeyondComparison(new Headers({ vary: "accept" }), given), how).toBe(false);
    }
  });
});
