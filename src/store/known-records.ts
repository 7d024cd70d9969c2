import { BoundedMap } from "./bounded-map.ts";
import { decodeRecord, encodeRecord } from "./codec.ts";
import type { StoredRecord } from "./store.ts";

/** A record takes one or two kilobytes, as text and as what it is decoded to. */
const MOST_RECORDS = 1_000;
const LONGEST_TEXT = 4_096;

interface Known {
  readonly text: string;
  readonly record: StoredRecord;
}

/**
 * Encodes and decodes records (codec.ts), and gives the same object for a key as long as the same text stands under it:
 * what was worked out of it is remembered with it, and an answer that rests on it can be given again (proxy/repeats.ts).
 */
export class KnownRecords {
  readonly #latest = new BoundedMap<Known>(MOST_RECORDS);

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
    if (known.text.length <= LONGEST_TEXT) this.#latest.set(key, known);
    else this.#latest.delete(key);
  }
}
