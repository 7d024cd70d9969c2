import { BoundedMap } from "../../store/bounded-map.ts";

const MOST_LEASES = 10_000;

interface Lease {
  readonly expiresAt: number;
  readonly failures: number;
}

/**
 * Who may refresh a stored response behind an answer. A lease that is lost, because what held it was
 * cancelled, expires and is taken over; one that ended in failure keeps others away for a while, so that a
 * failing origin is not asked once a request.
 */
export class Leases {
  readonly #leases = new BoundedMap<Lease>(MOST_LEASES);
  readonly #durationMs: number;
  readonly #retryMs: number;

  /** `durationMs` is longer than a refresh can take; after `retryMs` a failed one may be tried again. */
  constructor(durationMs: number, retryMs: number) {
    this.#durationMs = durationMs;
    this.#retryMs = retryMs;
  }

  /** True where the caller now holds the lease of this key. */
  acquire(key: string, now: number): boolean {
    const held = this.#leases.get(key);
    if (held && now < held.expiresAt) return false;
    this.#leases.set(key, { expiresAt: now + this.#durationMs, failures: held?.failures ?? 0 });
    return true;
  }

  /** How many are held, those that failures hold back included. */
  held(now: number): number {
    return this.#leases.values().filter(({ expiresAt }) => now < expiresAt).length;
  }

  succeeded(key: string): void {
    this.#leases.delete(key);
  }

  /** Counts the failure; the copy stays in use while its window lasts. Returns failures in a row. */
  failed(key: string, now: number): number {
    const failures = (this.#leases.get(key)?.failures ?? 0) + 1;
    this.#leases.set(key, { expiresAt: now + this.#retryMs, failures });
    return failures;
  }
}
