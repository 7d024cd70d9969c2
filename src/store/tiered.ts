import type { CacheStore } from "./store.ts";

/** Told which tier failed at what; stores fail softly, so that this is a bug in one of them. */
type OnError = (operation: string, error: unknown) => void;

const logError: OnError = (operation, error) => console.error(`cache ${operation} failed: ${String(error)}`);

/** Memory in front of a tier that lasts, as one store. A tier that fails does not stop the other. */
export function tiered(memory: CacheStore, lasting: CacheStore, onError: OnError = logError): CacheStore {
  async function attempt<Value>(operation: string, work: () => Promise<Value>): Promise<Value | null> {
    try {
      return await work();
    } catch (error) {
      onError(operation, error);
      return null;
    }
  }

  // The latest look-up of the lasting tier by key. A write ends it: what it found must not outlive that in memory.
  const reading = new Map<string, symbol>();

  return {
    async lookup(key, now, tier = "any") {
      const near = tier === "any" ? await attempt("memory lookup", () => memory.lookup(key, now)) : null;
      if (near !== null) return near;
      const mine = Symbol();
      reading.set(key, mine);
      const found = await attempt("lookup", () => lasting.lookup(key, now));
      if (reading.get(key) !== mine) return found;
      reading.delete(key);
      const body = found?.body ?? null;
      if (found !== null && !(body instanceof ReadableStream)) {
        await attempt("memory save", () => memory.save(key, found, body, now));
      }
      return found;
    },
    async save(key, record, body, now) {
      reading.delete(key);
      await attempt("memory save", () => memory.save(key, record, body, now));
      await attempt("save", () => lasting.save(key, record, body, now));
    },
    async freshen(key, record, now) {
      reading.delete(key);
      await attempt("memory freshen", () => memory.freshen(key, record, now));
      await attempt("freshen", () => lasting.freshen(key, record, now));
    },
    async remove(key) {
      await attempt("remove", () => lasting.remove(key));
      // Memory last, lest a look-up brings the record back to it meanwhile.
      reading.delete(key);
      await attempt("memory remove", () => memory.remove(key));
    },
  };
}
