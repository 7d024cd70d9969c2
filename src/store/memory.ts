import { isSameBody } from "./same-body.ts";
import type { CacheStore, Found, StoredRecord } from "./store.ts";

export interface MemoryOptions {
  /** The budget for keys, facts and bodies together, in bytes. */
  readonly maxBytes: number;
  /** Larger bodies are left to the other tiers. */
  readonly maxBodyBytes: number;
  /** After this long a record is read anew from the tier behind, which other isolates write to. */
  readonly maxAgeMs: number;
}

/** What memory holds now, and what it had to give up. */
export interface MemoryUsage {
  readonly entries: number;
  readonly bytes: number;
  readonly maxBytes: number;
  /** Records that made room for others. */
  readonly evictions: number;
}

export interface MemoryStore extends CacheStore {
  usage(): MemoryUsage;
  /** What a look-up would find, without touching it: nothing becomes more recently used. */
  peek(key: string, now: number): Found | null;
}

interface Entry {
  readonly found: Found;
  readonly bytes: number;
  readonly keptAt: number;
}

/** The tier in the isolate: plain data within a byte budget, the least recently used go first. */
export function memoryStore(options: MemoryOptions): MemoryStore {
  const entries = new Map<string, Entry>();
  let used = 0;
  let evictions = 0;

  function drop(key: string): void {
    const entry = entries.get(key);
    if (entry === undefined) return;
    entries.delete(key);
    used -= entry.bytes;
  }

  function put(key: string, found: Found, now: number): void {
    drop(key);
    const bytes = sizeOf(key, found);
    if (bytes > options.maxBytes) return;
    entries.set(key, { found, bytes, keptAt: now });
    used += bytes;
    for (const oldest of entries.keys()) {
      if (used <= options.maxBytes) break;
      drop(oldest);
      evictions += 1;
    }
  }

  const isTrusted = ({ keptAt }: Entry, now: number) => now - keptAt <= options.maxAgeMs;

  return {
    usage: () => ({ entries: entries.size, bytes: used, maxBytes: options.maxBytes, evictions }),
    peek(key, now) {
      const entry = entries.get(key);
      return entry !== undefined && isTrusted(entry, now) ? entry.found : null;
    },
    async lookup(key, now) {
      const entry = entries.get(key);
      if (entry === undefined) return null;
      entries.delete(key);
      if (!isTrusted(entry, now)) {
        used -= entry.bytes;
        return null;
      }
      entries.set(key, entry); // now the most recently used
      return entry.found;
    },
    async save(key, record, body, now) {
      if (body === null || (body instanceof ArrayBuffer && body.byteLength <= options.maxBodyBytes))
        put(key, { ...record, body }, now);
      else drop(key);
    },
    async freshen(key, record, now) {
      const entry = entries.get(key);
      if (entry && isSameBody(entry.found.response, record.response))
        put(key, { ...record, body: entry.found.body }, now);
    },
    async remove(key) {
      drop(key);
    },
  };
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
  for (const [name, value] of response.headers)
    size += 2 * (name.length + value.length) + FIELD_OVERHEAD_BYTES;
  for (const [name, value] of response.nominated)
    size += 2 * (name.length + (value?.length ?? 0)) + FIELD_OVERHEAD_BYTES;
  for (const tag of response.tags) size += 2 * tag.length + FIELD_OVERHEAD_BYTES;
  return size;
}
