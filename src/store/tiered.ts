import type { CacheStore } from "./store.ts";

/** Memory in front of a tier that lasts, as one store. A tier that fails does not stop the other. */
export function tiered(memory: CacheStore, lasting: CacheStore): CacheStore {
  return {
    async lookup(key, now) {
      const near = await memory.lookup(key, now);
      if (near !== null) return near;
      const found = await lasting.lookup(key, now);
      if (found !== null && !(found.body instanceof ReadableStream))
        await memory.save(key, found, found.body, now);
      return found;
    },
    async save(key, record, body, now) {
      await memory.save(key, record, body, now);
      await lasting.save(key, record, body, now);
    },
    async freshen(key, record, now) {
      await memory.freshen(key, record, now);
      await lasting.freshen(key, record, now);
    },
    async remove(key) {
      await memory.remove(key);
      await lasting.remove(key);
    },
  };
}
