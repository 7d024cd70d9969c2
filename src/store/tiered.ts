import { bytesOf } from "./discard.ts";
import type { CacheStore, Found, NearStore } from "./store.ts";

/** Told which tier failed at what; stores fail softly, so that this is a bug in one of them. */
type OnError = (operation: string, error: unknown) => void;

const logError: OnError = (operation, error) => console.error(`cache ${operation} failed: ${String(error)}`);

/** What was found behind memory: what memory keeps of it, and what the caller gets. */
interface Sharing {
  readonly kept: (Found & { readonly body: ArrayBuffer | null }) | null;
  readonly given: Found;
}

/** Memory in front of a tier that lasts, as one store. A tier that fails does not stop the other. */
export function tiered(memory: NearStore, lasting: CacheStore, onError: OnError = logError): CacheStore {
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

  /** From memory; a body that stands apart is read where it does. */
  async function lookupNear(key: string, now: number): Promise<Found | null> {
    const near = await attempt("memory lookup", () => memory.lookup(key, now));
    if (near?.apart === undefined) return near;
    const { apart } = near;
    const body = await attempt("body", async () => (await lasting.bodyOf?.(key, near, apart)) ?? null);
    return body && { ...near, body };
  }

  async function lookupFar(key: string, now: number): Promise<Sharing | null> {
    const found = await lasting.lookup(key, now);
    if (found === null) return null;
    const isHeld = await attempt("memory renewal", async () => memory.renew(key, found, now));
    if (isHeld) return { kept: null, given: found };
    const { body, apart, response } = found;
    if (!(body instanceof ReadableStream)) return { kept: { ...found, body }, given: found };
    if (apart !== undefined) return { kept: { ...found, body: null }, given: found };
    if (!memory.wants(key, response?.bodyLength ?? 0)) return { kept: null, given: found };
    const read = { ...found, body: await bytesOf(body) };
    return { kept: read, given: read };
  }

  return {
    async lookup(key, now, tier = "any") {
      if (tier === "lasting") return attempt("lookup", () => lasting.lookup(key, now));
      const near = await lookupNear(key, now);
      if (near !== null) return near;
      const mine = Symbol();
      reading.set(key, mine);
      const sharing = await attempt("lookup", () => lookupFar(key, now));
      if (reading.get(key) !== mine) return sharing?.given ?? null;
      reading.delete(key);
      if (sharing === null) await attempt("memory remove", () => memory.remove(key));
      const kept = sharing?.kept ?? null;
      if (kept !== null) await attempt("memory save", () => memory.save(key, kept, kept.body, now));
      return sharing?.given ?? null;
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
