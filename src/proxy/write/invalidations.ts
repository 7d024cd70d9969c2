import { BoundedMap } from "../../store/bounded-map.ts";

const MOST_REMEMBERED = 10_000;

/**
 * The invalidations this isolate has made, by primary key. They hold against responses that were in flight
 * at the time, whose stores come later; the store itself keeps them for all others.
 */
export class Invalidations {
  readonly #instants = new BoundedMap<number>(MOST_REMEMBERED);

  record(key: string, at: number): void {
    this.#instants.set(key, at);
  }

  /** The later of what is remembered here and what the store knows, or null. */
  latest(key: string, stored: number | null): number | null {
    const remembered = this.#instants.get(key);
    if (remembered === undefined) return stored;
    return stored === null ? remembered : Math.max(remembered, stored);
  }
}
