import type { StoredResponse } from "../../cache/types.ts";
import { nominate, variantKey } from "../../cache/variants.ts";

/** What one data centre holds for a key. */
export interface Held {
  readonly response: StoredResponse;
  /** Which version of the resource it is. */
  readonly version: number;
  /** Until then it is under way, and `previous` is what there is. */
  readonly arrivesAt: number;
  readonly previous: Held | null;
  readonly bytes: number;
  /** Whether it was used since it was last passed over. */
  isUsed: boolean;
}

/** A data centre's store, bounded in bytes: what has not been used for long goes first (CLOCK). */
export class SimulatedStore {
  readonly #most: number;
  readonly #held = new Map<string, Held>();
  /** What `Vary` nominates, by primary key. */
  readonly #nominated = new Map<string, readonly string[]>();
  #bytes = 0;
  evictions = 0;

  constructor(mostBytes: number) {
    this.#most = mostBytes;
  }

  /** Where the response to these fields stands. */
  placeOf(key: string, headers: Headers): string {
    const names = this.#nominated.get(key);
    return names === undefined ? key : variantKey(key, nominate(names, headers));
  }

  get(place: string): Held | null {
    const held = this.#held.get(place);
    if (held === undefined) return null;
    held.isUsed = true;
    return held;
  }

  put(key: string, headers: Headers, held: Held): void {
    const names = held.response.nominated.map(([name]) => name);
    if (names.length > 0) this.#nominated.set(key, names);
    const place = this.placeOf(key, headers);
    this.delete(place);
    this.#held.set(place, held);
    this.#bytes += held.bytes;
    if (this.#bytes > this.#most) this.#makeRoom();
  }

  // Each is passed over once at most for having been used, so this ends.
  #makeRoom(): void {
    for (const [place, held] of this.#held) {
      if (this.#bytes <= this.#most) return;
      this.#held.delete(place);
      if (held.isUsed) this.#held.set(place, Object.assign(held, { isUsed: false }));
      else {
        this.#bytes -= held.bytes;
        this.evictions += 1;
      }
    }
  }

  delete(place: string): void {
    const held = this.#held.get(place);
    if (held === undefined) return;
    this.#held.delete(place);
    this.#bytes -= held.bytes;
  }
}
