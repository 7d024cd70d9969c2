import fc from "fast-check";
import { expect, it } from "vitest";
import { BoundedMap } from "../../src/store/bounded-map.ts";

const MOST = 4;
const KEYS = ["a", "b", "c", "d", "e", "f", "g"];

it("holds what was set last, the oldest first, whatever is done", () => {
  const operation = fc.record({
    verb: fc.constantFrom("set", "set", "set", "delete"),
    key: fc.constantFrom(...KEYS),
    value: fc.nat(),
  });
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 100 }), (operations) => {
      const map = new BoundedMap<number>(MOST);
      let model: readonly (readonly [key: string, value: number])[] = [];
      for (const { verb, key, value } of operations) {
        model = model.filter(([other]) => other !== key);
        if (verb === "set") model = [...model, [key, value] as const].slice(-MOST);
        if (verb === "set") map.set(key, value);
        else map.delete(key);
        expect(map.values()).toEqual(model.map(([, each]) => each));
        expect(KEYS.map((each) => map.get(each))).toEqual(KEYS.map((each) => new Map(model).get(each)));
      }
    }),
  );
});
