import { within } from "../within.ts";
import { BoundedMap } from "./bounded-map.ts";

/** A look-up that is under way in the tier behind memory. */
export interface Reading {
  readonly key: string;
  /** Whether somebody waits for what it finds. */
  isAwaited: boolean;
  /** Whether nothing is stored there. */
  readonly foundNothing: Promise<boolean>;
  readonly settle: (foundNothing: boolean) => void;
}

/** The client of one that never ends has left, and the runtime has stopped it: nobody waits longer for another's. */
const PATIENCE_MS = 250;
/** The same leaves its place taken, until it is needed. */
const MOST_UNDER_WAY = 1_000;

/** Look-ups behind memory, by key: one does for all who ask for the same at once, and what is written meanwhile ends it. */
export class Readings {
  readonly #latest = new BoundedMap<Reading>(MOST_UNDER_WAY);

  /** The one to wait for, or null. */
  underWay(key: string): Reading | null {
    return this.#latest.get(key) ?? null;
  }

  begin(key: string): Reading {
    const { promise: foundNothing, resolve: settle } = Promise.withResolvers<boolean>();
    const reading: Reading = { key, isAwaited: false, foundNothing, settle };
    this.#latest.set(key, reading);
    return reading;
  }

  /** Whether another's look-up has found that there is nothing; if not, memory may have by now what it has found. */
  async hasFoundNothing(reading: Reading): Promise<boolean> {
    reading.isAwaited = true;
    try {
      return await within(PATIENCE_MS, reading.foundNothing);
    } catch {
      return false;
    }
  }

  /** What is written now stands where another look-up may have seen something else: memory must not keep that. */
  overtake(key: string): void {
    this.#latest.delete(key);
  }

  /** Whether what it has found may be kept: nothing was written meanwhile, and no other look-up began. */
  isLatest(reading: Reading): boolean {
    return this.underWay(reading.key) === reading;
  }

  /** Lets those who wait go on. */
  end(reading: Reading, foundNothing: boolean): void {
    const isLatest = this.isLatest(reading);
    reading.settle(foundNothing && isLatest);
    if (isLatest) this.#latest.delete(reading.key);
  }
}
