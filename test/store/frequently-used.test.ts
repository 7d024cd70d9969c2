import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FrequentlyUsed } from "../../src/store/frequently-used.ts";

const BYTES = 10;

/** Room for ten values. */
function forTen(): FrequentlyUsed<string> {
  return new FrequentlyUsed<string>(10 * BYTES);
}

function add(values: FrequentlyUsed<string>, ...keys: readonly string[]): void {
  for (const key of keys) values.set(key, `value of ${key}`, BYTES);
}

const numbered = (prefix: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

const held = (values: FrequentlyUsed<string>, keys: readonly string[]) =>
  keys.filter((key) => values.peek(key) !== undefined);

describe("what stays within a budget", () => {
  it("is what was used, through a scan of any length", () => {
    const values = forTen();
    const used = numbered("used", 6);
    add(values, ...used);
    for (const key of used) values.get(key);
    add(values, ...numbered("scanned", 5_000));
    expect(held(values, used)).toEqual(used);
  });

  it("is what comes back, though it was not used the first time", () => {
    const values = forTen();
    add(values, "again", ...numbered("first", 12));
    expect(values.peek("again")).toBeUndefined();
    add(values, "again", ...numbered("second", 100));
    expect(held(values, ["again"])).toEqual(["again"]);
  });

  it("is not what was used once, long ago", () => {
    const values = forTen();
    add(values, "old");
    values.get("old");
    for (let turn = 0; turn < 5; turn++) {
      const keys = numbered(`turn${turn}-`, 10);
      add(values, ...keys, ...keys);
    }
    expect(values.peek("old")).toBeUndefined();
  });

  it("is not more used for being looked at", () => {
    const values = forTen();
    add(values, "seen");
    values.peek("seen");
    add(values, ...numbered("next", 10));
    expect(values.peek("seen")).toBeUndefined();
  });
});

describe("what is worth reading for it", () => {
  it("is what was asked after before", () => {
    const values = forTen();
    expect([values.isExpected("a"), values.isExpected("b"), values.isExpected("a")]).toEqual([
      false,
      false,
      true,
    ]);
  });

  it("is forgotten in time", () => {
    const values = forTen();
    values.isExpected("a");
    for (const key of numbered("other", 200_000)) values.isExpected(key);
    expect(values.isExpected("a")).toBe(false);
  });
});

describe("as S3-FIFO has it, written down with lists", () => {
  const KEYS = numbered("k", 16);
  const operation = fc.record({
    verb: fc.constantFrom("set", "set", "set", "get", "get", "get", "get", "delete"),
    key: fc.constantFrom(...KEYS),
  });

  it("holds the same, whatever is done", () => {
    fc.assert(
      fc.property(fc.array(operation, { minLength: 200, maxLength: 400 }), (operations) => {
        const values = forTen();
        const model = new Model(10);
        for (const { verb, key } of operations) {
          if (verb === "set") add(values, key);
          else values[verb](key);
          model[verb](key);
          expect(held(values, KEYS)).toEqual(model.held(KEYS));
        }
      }),
    );
  });
});

/** Of values that are all of one size. */
class Model {
  readonly #room: number;
  readonly #newcomers: string[] = [];
  readonly #proven: string[] = [];
  readonly #uses = new Map<string, number>();
  readonly #gone = new Set<string>();

  constructor(room: number) {
    this.#room = room;
  }

  held(keys: readonly string[]): readonly string[] {
    return keys.filter((key) => this.#newcomers.includes(key) || this.#proven.includes(key));
  }

  get(key: string): void {
    this.#uses.set(key, Math.min(3, (this.#uses.get(key) ?? 0) + 1));
  }

  delete(key: string): void {
    for (const list of [this.#newcomers, this.#proven]) {
      if (list.includes(key)) list.splice(list.indexOf(key), 1);
    }
  }

  set(key: string): void {
    const isNew = !this.#newcomers.includes(key) && !this.#proven.includes(key);
    const wasNewcomer = this.#newcomers.includes(key);
    const isProven = this.#proven.includes(key) || (isNew && this.#gone.has(key));
    const uses = isNew ? 0 : (this.#uses.get(key) ?? 0) + (wasNewcomer ? 1 : 0);
    this.delete(key);
    (isProven ? this.#proven : this.#newcomers).push(key);
    this.#uses.set(key, uses);
    while (this.#newcomers.length + this.#proven.length > this.#room) this.#evict();
  }

  #evict(): void {
    const isNewcomersTurn = this.#proven.length === 0 || this.#newcomers.length > this.#room / 10;
    const [key = ""] = isNewcomersTurn ? this.#newcomers : this.#proven;
    const uses = this.#uses.get(key) ?? 0;
    this.delete(key);
    if (uses === 0) {
      this.#gone.add(key);
      return;
    }
    this.#proven.push(key);
    this.#uses.set(key, isNewcomersTurn ? 0 : uses - 1);
  }
}

it("a budget holds, whatever is done", () => {
  const operation = fc.record({
    verb: fc.constantFrom("set", "set", "set", "get", "delete"),
    key: fc.constantFrom(...numbered("k", 12)),
    bytes: fc.nat({ max: 120 }),
  });
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 200 }), (operations) => {
      const values = forTen();
      const sizes = new Map<string, number>();
      for (const { verb, key, bytes } of operations) {
        if (verb === "set") values.set(key, key, bytes);
        else values[verb](key);
        if (verb === "set") sizes.set(key, bytes);
        const present = held(values, [...sizes.keys()]);
        expect(values.size).toBe(present.length);
        expect(values.bytes).toBe(present.reduce((sum, each) => sum + (sizes.get(each) ?? 0), 0));
        expect(values.bytes).toBeLessThanOrEqual(10 * BYTES);
      }
    }),
  );
});
