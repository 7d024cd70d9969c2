import { bytesOf } from "./discard.ts";
import { type Reading, Readings } from "./readings.ts";
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

  const readings = new Readings();

  /** From memory; a body that stands apart is read where it does. */
  async function lookupNear(key: string, now: number): Promise<Found | null> {
    const near = await attempt("memory lookup", () => memory.lookup(key, now));
    if (near?.apart === undefined) return near;
    const { apart } = near;
    const body = await attempt("body", async () => (await lasting.bodyOf?.(key, near, apart)) ?? null);
    return body && { ...near, body };
  }

  async function lookupFar(key: string, now: number, reading: Reading): Promise<Sharing | null> {
    const found = await lasting.lookup(key, now);
    if (found === null) return null;
    const isHeld = await attempt("memory renewal", async () => memory.renew(key, found, now));
    if (isHeld) return { kept: null, given: found };
    const { body, apart, response } = found;
    if (!(body instanceof ReadableStream)) return { kept: { ...found, body }, given: found };
    if (apart !== undefined) return { kept: { ...found, body: null }, given: found };
    if (!memory.wants(key, response?.bodyLength ?? 0, reading.isAwaited)) return { kept: null, given: found };
    const read = { ...found, body: await bytesOf(body) };
    return { kept: read, given: read };
  }

  /** From the lasting tier, for all who ask for it at once; memory keeps what nobody has overwritten meanwhile. */
  async function lookupBehind(key: string, now: number): Promise<Found | null> {
    const reading = readings.begin(key);
    const sharing = await attempt("lookup", () => lookupFar(key, now, reading));
    if (readings.isLatest(reading)) await remember(key, sharing, now);
    readings.end(reading, sharing === null);
    return sharing?.given ?? null;
  }

  async function remember(key: string, sharing: Sharing | null, now: number): Promise<void> {
    if (sharing === null) await attempt("memory remove", () => memory.remove(key));
    const kept = sharing?.kept ?? null;
    if (kept !== null) await attempt("memory save", () => memory.save(key, kept, kept.body, now));
  }

  return {
    async lookup(key, now, tier = "any") {
      if (tier === "lasting") return attempt("lookup", () => lasting.lookup(key, now));
      const near = await lookupNear(key, now);
      if (near !== null) return near;
      const another = readings.underWay(key);
      if (another === null) return lookupBehind(key, now);
      if (await readings.hasFoundNothing(another)) return null;
      return (await lookupNear(key, now)) ?? lookupBehind(key, now);
    },
    async save(key, record, body, now) {
      readings.overtake(key);
      await attempt("memory save", () => memory.save(key, record, body, now));
      await attempt("save", () => lasting.save(key, record, body, now));
    },
    async freshen(key, record, now) {
      readings.overtake(key);
      await attempt("memory freshen", () => memory.freshen(key, record, now));
      await attempt("freshen", () => lasting.freshen(key, record, now));
    },
    async remove(key) {
      await attempt("remove", () => lasting.remove(key));
      // Memory last, lest a look-up brings the record back to it meanwhile.
      readings.overtake(key);
      await attempt("memory remove", () => memory.remove(key));
    },
  };
}
