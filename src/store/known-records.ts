import { decodeRecord, encodeRecord } from "./codec.ts";
import { FrequentlyUsed } from "./frequently-used.ts";
import type { StoredRecord } from "./store.ts";

const MOST_BYTES = 8 * 1024 * 1024;
const OVERHEAD_BYTES = 512;
/** What is worked out of a text takes as much room again. */
const ROOM_OF_A_CHARACTER = 2;

interface Known {
  readonly text: string;
  readonly record: StoredRecord;
}

/**
 * Encodes and decodes records (codec.ts), and gives the same object for a key as long as the same text stands under it:
 * what was worked out of it is remembered with it, and an answer that rests on it can be given again (proxy/repeats.ts).
 */
export class KnownRecords {
  readonly #latest = new FrequentlyUsed<Known>(MOST_BYTES);

  encode(key: string, record: StoredRecord): string {
    const text = encodeRecord(record);
    this.#know(key, { text, record });
    return text;
  }

  /** Null where it is none. */
  decode(key: string, text: string): StoredRecord | null {
    const latest = this.#latest.get(key);
    if (latest?.text === text) return latest.record;
    const record = decodeRecord(text);
    if (record !== null) this.#know(key, { text, record });
    return record;
  }

  #know(key: string, known: Known): void {
    this.#latest.set(key, known, OVERHEAD_BYTES + ROOM_OF_A_CHARACTER * known.text.length);
  }
}
