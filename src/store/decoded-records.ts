import { BoundedMap } from "./bounded-map.ts";
import { decodeRecord } from "./codec.ts";
import type { StoredRecord } from "./store.ts";

/** A record takes one or two kilobytes, as text and as what it is decoded to. */
const MOST_RECORDS = 1_000;
const LONGEST_TEXT = 4_096;

interface Decoded {
  readonly text: string;
  readonly record: StoredRecord;
}

/**
 * Decodes records, and gives the same object for a key as long as the same text stands under it: what was worked out of
 * it is remembered with it, and an answer that rests on it can be given again (proxy/repeats.ts).
 */
export class DecodedRecords {
  readonly #latest = new BoundedMap<Decoded>(MOST_RECORDS);

  /** The record of a header value, or null where it is none (codec.ts). */
  decode(key: string, text: string): StoredRecord | null {
    const latest = this.#latest.get(key);
    if (latest?.text === text) return latest.record;
    const record = decodeRecord(text);
    if (record !== null && text.length <= LONGEST_TEXT) this.#latest.set(key, { text, record });
    return record;
  }
}
