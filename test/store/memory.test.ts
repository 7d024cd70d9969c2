import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type MemoryOptions, memoryStore } from "../../src/store/memory.ts";
import type { CacheStore } from "../../src/store/store.ts";
import { storeContract } from "./contract.ts";
import { bytesOf, KEY, NOW, recordOf } from "./support.ts";

const OPTIONS: MemoryOptions = {
  maxBytes: 1024 * 1024,
  maxBodyBytes: 64 * 1024,
  maxAgeMs: 10_000,
  renewAfterMs: 10_000,
};

storeContract("memory", () => memoryStore(OPTIONS), { streams: "left-out" });

describe("the budget of memory", () => {
  const budget = 20_000;
  const names = ["a", "b", "c", "d", "e", "f"];
  const operation = fc.record({
    verb: fc.constantFrom("save", "save", "freshen", "lookup", "remove", "expire"),
    name: fc.constantFrom(...names),
    bytes: fc.nat({ max: 9000 }),
    tag: fc.string({ maxLength: 3000 }),
  });
  type Operation = typeof operation extends fc.Arbitrary<infer Value> ? Value : never;

  async function perform(store: CacheStore, { verb, name, bytes, tag }: Operation): Promise<void> {
    const record = recordOf(bytes, { tags: [tag] });
    if (verb === "save") await store.save(name, record, bytesOf(bytes), NOW);
    else if (verb === "freshen") await store.freshen(name, record, NOW);
    else if (verb === "remove") await store.remove(name);
    else await store.lookup(name, verb === "expire" ? NOW + OPTIONS.maxAgeMs + 1 : NOW);
  }

  async function bytesHeld(store: CacheStore): Promise<number> {
    const found = await Promise.all(names.map((name) => store.lookup(name, NOW)));
    const sizes = found.map((one) => {
      const body = one?.body instanceof ArrayBuffer ? one.body.byteLength : 0;
      return body + (one?.response?.tags ?? []).join("").length;
    });
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  it("holds whatever is done, and is free again once all is removed", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 40 }), async (operations) => {
        const store = memoryStore({ ...OPTIONS, maxBytes: budget });
        for (const each of operations) {
          await perform(store, each);
          expect(await bytesHeld(store)).toBeLessThanOrEqual(budget);
        }
        for (const name of names) await store.remove(name);
        for (const name of ["a", "b"]) await store.save(name, recordOf(9000), bytesOf(9000), NOW);
        expect(await bytesHeld(store)).toBe(18_000);
      }),
      { numRuns: 60 },
    );
  });

  it("counts keys, fields and tags, not bodies alone", async () => {
    const store = memoryStore({ ...OPTIONS, maxBytes: 4000 });
    const long = "x".repeat(3000);
    await store.save(`${KEY}${long}`, recordOf(0), bytesOf(0), NOW);
    await store.save("fields", recordOf(0, { headers: new Headers({ long }) }), bytesOf(0), NOW);
    await store.save("nominated", recordOf(0, { nominated: [["accept", long]] }), bytesOf(0), NOW);
    await store.save("tags", recordOf(0, { tags: [long] }), bytesOf(0), NOW);
    const index = { nominations: [[long]], variants: [], invalidatedAt: null };
    await store.save("index", { index, response: null }, null, NOW);
    const variants = { nominations: [], variants: [long], invalidatedAt: null };
    await store.save("variants", { index: variants, response: null }, null, NOW);
    for (const key of [`${KEY}${long}`, "fields", "nominated", "tags", "index", "variants"])
      expect(await store.lookup(key, NOW)).toBeNull();
  });

  it("leaves out a record larger than all of it, and the others in", async () => {
    const store = memoryStore({ ...OPTIONS, maxBytes: 5000 });
    await store.save("small", recordOf(10), bytesOf(10), NOW);
    await store.save("large", recordOf(5000), bytesOf(5000), NOW);
    expect(await store.lookup("large", NOW)).toBeNull();
    expect(await store.lookup("small", NOW)).not.toBeNull();
  });
});

describe("what memory drops", () => {
  async function held(store: CacheStore, keys: readonly string[]): Promise<readonly string[]> {
    const found = await Promise.all(keys.map((key) => store.lookup(key, NOW)));
    return keys.filter((_, at) => found[at] !== null);
  }

  // Two of these fit, three do not.
  const save = (store: CacheStore, key: string) => store.save(key, recordOf(10_000), bytesOf(10_000), NOW);
  const forTwo = (): CacheStore => memoryStore({ ...OPTIONS, maxBytes: 25_000 });

  it.each<[string, (store: CacheStore) => Promise<unknown>, readonly string[]]>([
    ["the one saved first", async () => {}, ["b", "c"]],
    ["not the one just looked up", (store) => store.lookup("a", NOW), ["a", "c"]],
    ["not the one just freshened", (store) => store.freshen("a", recordOf(10_000), NOW), ["a", "c"]],
    ["not the one just saved anew", (store) => save(store, "a"), ["a", "c"]],
  ])("the least recently used: %s", async (_, use, expected) => {
    const store = forTwo();
    await save(store, "a");
    await save(store, "b");
    await use(store);
    await save(store, "c");
    expect(await held(store, ["a", "b", "c"])).toEqual(expected);
  });

  it.each([
    [OPTIONS.maxAgeMs, true],
    [OPTIONS.maxAgeMs + 1, false],
  ])("a record after %i ms: kept is %s", async (age, kept) => {
    const store = memoryStore(OPTIONS);
    await store.save(KEY, recordOf(10), bytesOf(10), NOW);
    expect((await store.lookup(KEY, NOW + age)) !== null).toBe(kept);
    expect((await store.lookup(KEY, NOW)) !== null).toBe(kept);
  });

  it("a record that a clock set back would keep for hours", async () => {
    const store = memoryStore(OPTIONS);
    await store.save(KEY, recordOf(10), bytesOf(10), NOW);
    const before = NOW - OPTIONS.maxAgeMs - 1;
    expect(store.atHand(KEY, before)).toBeNull();
    expect(await store.lookup(KEY, before)).toBeNull();
  });

  it("counts the age of a record from its last change, not from its last use", async () => {
    const store = memoryStore(OPTIONS);
    await store.save(KEY, recordOf(10), bytesOf(10), NOW);
    await store.lookup(KEY, NOW + 9_000);
    expect(await store.lookup(KEY, NOW + 10_001)).toBeNull();
    await store.save(KEY, recordOf(10), bytesOf(10), NOW);
    await store.freshen(KEY, recordOf(10), NOW + 9_000);
    expect(await store.lookup(KEY, NOW + 10_001)).not.toBeNull();
  });

  it("nothing that one look-up is renewing", async () => {
    const store = memoryStore({ ...OPTIONS, renewAfterMs: 8_000 });
    await store.save(KEY, recordOf(10), bytesOf(10), NOW);
    const at = async (ms: number) => (await store.lookup(KEY, NOW + ms)) !== null;
    expect([await at(8_000), await at(8_001), await at(8_002), await at(9_000)]).toEqual([
      true,
      false,
      true,
      true,
    ]);
    await store.save(KEY, recordOf(10), bytesOf(10), NOW + 9_000);
    expect([await at(17_000), await at(17_001), await at(19_001)]).toEqual([true, false, false]);
  });

  it.each([
    [OPTIONS.maxBodyBytes, true],
    [OPTIONS.maxBodyBytes + 1, false],
  ])("the older record where the new body has %i bytes: the new one is kept is %s", async (bytes, kept) => {
    const store = memoryStore(OPTIONS);
    await store.save(KEY, recordOf(10), bytesOf(10), NOW);
    await store.save(KEY, recordOf(bytes), bytesOf(bytes), NOW);
    const found = await store.lookup(KEY, NOW);
    expect(found?.response?.bodyLength).toBe(kept ? bytes : undefined);
  });
});
