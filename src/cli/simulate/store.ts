import type { StoredResponse } from "../../cache/types.ts";
import { nominate, variantKey } from "../../cache/variants.ts";
import type { FieldSection } from "../../http/field-section.ts";
import { Remembered } from "./remembered.ts";

/** What one data centre holds for a key. */
export interface Held {
  readonly response: StoredResponse;
  /** Which version of the resource it is. */
  readonly version: number;
  /** Until then it is under way, and `previous` is what there is. */
  readonly arrivesAt: number;
  previous: Held | null;
  readonly bytes: number;
  /** Whether it was used since it was last passed over. */
  isUsed: boolean;
}

const MOST_NOMINATING = 200_000;

/** A data centre's store, bounded in bytes: what has not been used for long goes first (CLOCK). */
export class SimulatedStore {
  readonly #most: number;
  readonly #held = new Map<string, Held>();
  /** The hand of the clock. It goes on where it stood, as the places at the beginning are mostly empty. */
  #hand = this.#held.entries();
  /** What `Vary` nominates, by primary key. */
  readonly #nominated = new Remembered<string, readonly string[]>(MOST_NOMINATING);
  #isNominating = false;
  #bytes = 0;
  evictions = 0;

  constructor(mostBytes: number) {
    this.#most = mostBytes;
  }

  /** Where the response to these fields stands. */
  placeOf(key: string, headers: FieldSection): string {
    if (!this.#isNominating) return key;
    const names = this.#nominated.get(key);
    return names === undefined ? key : variantKey(key, nominate(names, headers));
  }

  /** What stands in a place, which counts as used. */
  get(place: string): Held | null {
    const held = this.#held.get(place);
    if (held === undefined) return null;
    held.isUsed = true;
    return held;
  }

  /** Puts in its place what is the response to these fields. */
  put(key: string, headers: FieldSection, held: Held): void {
    if (held.response.nominated.length > 0) this.#nominate(key, held.response);
    const place = this.placeOf(key, headers);
    const before = this.#held.get(place);
    this.#held.set(place, held);
    this.#bytes += held.bytes - (before?.bytes ?? 0);
    if (this.#bytes > this.#most) this.#makeRoom(held);
  }

  // Each is passed over once at most for having been used, so this ends.
  #makeRoom(newest: Held): void {
    while (this.#bytes > this.#most) {
      const { value, done } = this.#hand.next();
      if (done) this.#hand = this.#held.entries();
      // What has just come stands behind the hand, wherever the map has put it.
      else if (value[1] !== newest || this.#held.size === 1) this.#pass(...value);
    }
  }

  #pass(place: string, held: Held): void {
    if (held.isUsed) held.isUsed = false;
    else {
      this.delete(place);
      this.evictions += 1;
    }
  }

  #nominate(key: string, { nominated }: StoredResponse): void {
    this.#isNominating = true;
    this.#nominated.set(
      key,
      nominated.map(([name]) => name),
    );
  }

  delete(place: string): void {
    const held = this.#held.get(place);
    if (held === undefined) return;
    this.#held.delete(place);
    this.#bytes -= held.bytes;
  }
}
