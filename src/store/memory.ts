import { FrequentlyUsed } from "./frequently-used.ts";
import { isSameBody } from "./same-body.ts";
import type { Found, NearStore, StoredRecord } from "./store.ts";

export interface MemoryOptions {
  /** The budget for keys, facts and bodies together, in bytes. */
  readonly maxBytes: number;
  /** Larger bodies are left to the other tiers. */
  readonly maxBodyBytes: number;
  /** After this long a record is looked up anew in the tier behind, which other isolates write to. */
  readonly maxAgeMs: number;
  /** From this age on one look-up goes behind, and renews it for all others, who need not wait for that. */
  readonly renewAfterMs: number;
}

/** What memory holds now, and what it had to give up. */
export interface MemoryUsage {
  readonly entries: number;
  readonly bytes: number;
  readonly maxBytes: number;
  /** Records that made room for others. */
  readonly evictions: number;
}

export interface MemoryStore extends NearStore {
  usage(): MemoryUsage;
  /** What a look-up would find, without touching it: it does not count as a use. */
  peek(key: string, now: number): Found | null;
  /** What a look-up finds at once, or null; also where this one would be sent to renew it. */
  atHand(key: string, now: number): Found | null;
}

interface Kept {
  readonly found: Found;
  /** Since when it is trusted; -Infinity: no longer, until it is renewed. */
  keptAt: number;
  /** Whether somebody has been sent to renew it. */
  renewing: boolean;
}

/** The tier in the isolate: plain data within a byte budget; what is seldom used goes first. */
export function memoryStore({ maxBytes, maxBodyBytes, maxAgeMs, renewAfterMs }: MemoryOptions): MemoryStore {
  const entries = new FrequentlyUsed<Kept>(maxBytes);

  const put = (key: string, found: Found, now: number): void =>
    entries.set(key, { found, keptAt: now, renewing: false }, sizeOf(key, found));

  const isTrusted = (kept: Kept, now: number) => ageMs(kept, now) <= maxAgeMs;

  return {
    usage: () => ({ entries: entries.size, bytes: entries.bytes, maxBytes, evictions: entries.evictions }),
    peek(key, now) {
      const kept = entries.peek(key);
      return kept !== undefined && isTrusted(kept, now) ? kept.found : null;
    },
    atHand(key, now) {
      const kept = entries.get(key);
      return kept !== undefined && ageMs(kept, now) <= renewAfterMs ? kept.found : null;
    },
    renew(key, { index, response, apart }, now) {
      const kept = entries.peek(key);
      if (kept === undefined || kept.found.index !== index || kept.found.response !== response) return false;
      if (kept.found.apart !== apart) return false;
      kept.keptAt = now;
      kept.renewing = false;
      return true;
    },
    wants: (key, length, isAwaited) => length <= maxBodyBytes && (entries.isExpected(key) || isAwaited),
    async lookup(key, now) {
      const kept = entries.get(key);
      if (kept === undefined) return null;
      if (!isTrusted(kept, now)) {
        kept.keptAt = Number.NEGATIVE_INFINITY;
        return null;
      }
      if (kept.renewing || ageMs(kept, now) <= renewAfterMs) return kept.found;
      kept.renewing = true;
      return null;
    },
    async save(key, record, body, now) {
      if (body === null || (body instanceof ArrayBuffer && body.byteLength <= maxBodyBytes))
        put(key, { ...record, body }, now);
      else entries.delete(key);
    },
    async freshen(key, record, now) {
      const kept = entries.get(key);
      if (kept && isSameBody(kept.found.response, record.response))
        put(key, { ...kept.found, ...record }, now);
    },
    async remove(key) {
      entries.delete(key);
    },
  };
}

// A clock that was set back must not make it young again: what comes from the future is as old as it is far off.
function ageMs({ keptAt }: Kept, now: number): number {
  return Math.abs(now - keptAt);
}

const RECORD_OVERHEAD_BYTES = 512;
const FIELD_OVERHEAD_BYTES = 32;

// Strings cost up to two bytes a character; the rest is an estimate that errs upwards.
function sizeOf(key: string, { index, response, body }: Found): number {
  const bodyBytes = body instanceof ArrayBuffer ? body.byteLength : 0;
  return RECORD_OVERHEAD_BYTES + 2 * key.length + bodyBytes + indexSize(index) + responseSize(response);
}

function indexSize(index: StoredRecord["index"]): number {
  const texts = [...(index?.nominations.flat() ?? []), ...(index?.variants ?? [])];
  return texts.reduce((sum, text) => sum + 2 * text.length + FIELD_OVERHEAD_BYTES, 0);
}

function responseSize(response: StoredRecord["response"]): number {
  if (response === null) return 0;
  let size = 0;
  response.headers.forEach((value, name) => {
    size += 2 * (name.length + value.length) + FIELD_OVERHEAD_BYTES;
  });
  for (const [name, value] of response.nominated)
    size += 2 * (name.length + (value?.length ?? 0)) + FIELD_OVERHEAD_BYTES;
  for (const tag of response.tags) size += 2 * tag.length + FIELD_OVERHEAD_BYTES;
  return size;
}
