import type { StoredResponse } from "../cache/types.ts";
import type { ByteRange } from "../http/range.ts";

/** Where a stored body comes from: bytes for small ones, a stream (usable once) for the others. */
export type StoredBody = ArrayBuffer | ReadableStream<Uint8Array>;

/** A body on its way into a store. */
export interface ArrivingBody {
  readonly stream: ReadableStream<Uint8Array>;
  /**
   * Resolves once the stream has ended as it should, and rejects where it was cut short. Platforms have been
   * seen to keep what came of a stream that failed, and to call that a success.
   */
  readonly whole: Promise<void>;
}

/** What is known of a URL beside its responses; kept under its primary key when it has variants. */
export interface VariantIndex {
  /** Field name sets that its responses' `Vary` nominated, lower case, most recent first; at most 8. */
  readonly nominations: readonly (readonly string[])[];
  /** The keys of its variants' records, most recently stored first; at most 64. */
  readonly variants: readonly string[];
  /** Responses requested at or before this instant are invalid (§4.4), or null. */
  readonly invalidatedAt: number | null;
}

/** One record of a store: a response, or only the index of a URL whose responses are under variant keys. */
export interface StoredRecord {
  readonly index: VariantIndex | null;
  readonly response: StoredResponse | null;
}

export interface Found extends StoredRecord {
  readonly body: StoredBody | null;
  /** Where the body stands apart from its record: the name to ask for it by, at the tier that gave it. */
  readonly apart?: string;
}

/** One tier. Every method fails softly: a broken tier is a miss, and what it could not do is reported. */
export interface CacheStore {
  /** The record under this key, with its whole body, or null. "lasting" asks past what memory remembers. */
  lookup(key: string, now: number, tier?: "any" | "lasting"): Promise<Found | null>;
  /** Replaces the record under this key. The body is read to its end; if it fails, nothing stays stored. */
  save(
    key: string,
    record: StoredRecord,
    body: ArrayBuffer | ArrivingBody | null,
    now: number,
  ): Promise<void>;
  /**
   * Replaces the facts under this key and keeps the body. Without a record there, or with one of another body,
   * it does nothing: facts and bytes of two responses must not mix.
   */
  freshen(key: string, record: StoredRecord, now: number): Promise<void>;
  remove(key: string): Promise<void>;
  /**
   * The body of a record whose `apart` is known, or null where it is no longer there; or some bytes of it, or null where it
   * cannot be read in parts.
   */
  readonly bodyOf?: (
    key: string,
    record: StoredRecord,
    apart: string,
    part?: ByteRange,
  ) => Promise<StoredBody | null>;
}

/** A tier in front of another, that does not take everything. */
export interface NearStore extends CacheStore {
  /** Whether a body of this length, found in the tier behind, is worth reading for it; so is what others wait for. */
  wants(key: string, length: number, isAwaited: boolean): boolean;
  /** Whether it holds the very record that was found in the tier behind, body included: then that holds as from now. */
  renew(key: string, found: Found, now: number): boolean;
}
