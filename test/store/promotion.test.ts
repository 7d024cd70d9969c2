import { expect, it } from "vitest";
import { memoryStore } from "../../src/store/memory.ts";
import type { CacheStore } from "../../src/store/store.ts";
import { tiered } from "../../src/store/tiered.ts";
import { bytesOf, KEY, NOW, recordOf } from "./support.ts";

const memory = () =>
  memoryStore({ maxBytes: 1024 * 1024, maxBodyBytes: 64 * 1024, maxAgeMs: 10_000, renewAfterMs: 10_000 });

it.each<[string, (store: CacheStore) => Promise<void>]>([
  ["removed", (store) => store.remove(KEY)],
  ["replaced", (store) => store.save(KEY, recordOf(20), bytesOf(20), NOW)],
  ["freshened", (store) => store.freshen(KEY, recordOf(10, { suspect: true }), NOW)],
])("a look-up under way does not bring to memory what was %s meanwhile", async (_, write) => {
  const lasting = memory();
  await lasting.save(KEY, recordOf(10), bytesOf(10), NOW);
  const [found, gate] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const lookup: CacheStore["lookup"] = async (key, now) => {
    const answer = await lasting.lookup(key, now);
    found.resolve();
    await gate.promise;
    return answer;
  };
  const store = tiered(memory(), { ...lasting, lookup });
  const looking = store.lookup(KEY, NOW);
  await found.promise;
  await write(store);
  gate.resolve();
  expect((await looking)?.response).toMatchObject({ bodyLength: 10, suspect: false });
  expect((await store.lookup(KEY, NOW))?.response).toEqual((await lasting.lookup(KEY, NOW))?.response);
});

it("a look-up brings a record back to memory for no longer than its removal takes", async () => {
  const lasting = memory();
  await lasting.save(KEY, recordOf(10), bytesOf(10), NOW);
  const gate = Promise.withResolvers<void>();
  const store = tiered(memory(), {
    ...lasting,
    remove: (key) => gate.promise.then(() => lasting.remove(key)),
  });
  const removing = store.remove(KEY);
  await store.lookup(KEY, NOW);
  gate.resolve();
  await removing;
  expect(await store.lookup(KEY, NOW)).toBeNull();
});
