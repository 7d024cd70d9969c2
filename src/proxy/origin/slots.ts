/** A place among the requests to an origin that may be under way at once. */
export interface Slot {
  /** Says that the request still is under way. */
  renew(now: number): void;
  /** May be told more than once. */
  giveBack(): void;
}

/** The runtime may stop all that belongs to a client that has left, without a word: its place is taken back then. */
const LOST_MS = 60_000;

/** How many requests to one origin may be under way at once in this isolate. Instants are in milliseconds. */
export class Slots {
  readonly #most: number;
  readonly #expiries = new Map<symbol, number>();

  constructor(most: number) {
    this.#most = most;
  }

  /** A place, or null where there is none. */
  take(now: number): Slot | null {
    if (this.#expiries.size >= this.#most) this.#takeBackLost(now);
    if (this.#expiries.size >= this.#most) return null;
    const holder = Symbol();
    const renew = (at: number) => void this.#expiries.set(holder, at + LOST_MS);
    renew(now);
    return {
      renew: (at) => this.#expiries.has(holder) && renew(at),
      giveBack: () => void this.#expiries.delete(holder),
    };
  }

  #takeBackLost(now: number): void {
    for (const [holder, expiresAt] of this.#expiries) {
      if (expiresAt <= now) this.#expiries.delete(holder);
    }
  }
}
