import type { OriginAnswer } from "../../cache/storage.ts";
import type { RequestHead, StoredResponse } from "../../cache/types.ts";
import { BoundedMap } from "../../store/bounded-map.ts";

/** What a flight shares with those who waited for it: plain data, never a stream of another request. */
export type Landing =
  /** Stored; `bytes` is null where the body is to be read from the store. */
  | { readonly kind: "stored"; readonly response: StoredResponse; readonly bytes: ArrayBuffer | null }
  /** `isPersonal`: to credentials that the key does not hold, so that it may be about whom they name. */
  | { readonly kind: "failed"; readonly answer: OriginAnswer; readonly isPersonal: boolean }
  /** An answer to credentials that the key does not hold: whoever has none may ask for all others. */
  | { readonly kind: "personal" }
  | { readonly kind: "not-shared" };

/**
 * Tells those who wait what they may share; to be called again does nothing. Those who come until `kept` has settled are
 * told the same: what is still being stored nobody would find.
 */
export type Land = (landing: Landing, kept?: Promise<unknown>) => void;

/** One request to the origin, and all who wait for it. */
export interface Flight {
  readonly landing: Promise<Landing>;
  /** Whether nothing was stored under its key when it took off. */
  readonly isCold: boolean;
}

/** Whether a request is for the whole that others ask for, too. */
export function isCollapsible({ method, headers }: RequestHead): boolean {
  return method === "GET" && !headers.has("range");
}

const MOST_UNSHARED = 10_000;
const UNSHARED_MS = 10_000;

/** Origin requests under way in this isolate, by key, so that one serves all who ask for the same. */
export class Flights {
  readonly #flights = new Map<string, Flight>();
  readonly #unsharedUntil = new BoundedMap<number>(MOST_UNSHARED);

  /** How many are under way. */
  get size(): number {
    return this.#flights.size;
  }

  /** The flight to wait for, or null. */
  underWay(key: string): Flight | null {
    return this.#flights.get(key) ?? null;
  }

  /** Lets requests for this key go their own way for a while, so that they do not queue for nothing. */
  markUnshared(key: string, now: number): void {
    this.#unsharedUntil.set(key, now + UNSHARED_MS);
  }

  isUnshared(key: string, now: number): boolean {
    return now < (this.#unsharedUntil.get(key) ?? 0);
  }

  /** Gives up a flight that did not land in time, unless another has taken its place. */
  abandon(key: string, flight: Flight): void {
    if (this.#flights.get(key) === flight) this.#flights.delete(key);
  }

  /** Opens a flight. `land` must be called in every case. */
  takeOff(key: string, isCold: boolean): { readonly landing: Promise<Landing>; readonly land: Land } {
    const { promise, resolve } = Promise.withResolvers<Landing>();
    const flight = { landing: promise, isCold };
    this.#flights.set(key, flight);
    const end = () => this.abandon(key, flight);
    const land: Land = (landing, kept) => {
      if (kept === undefined) end();
      else kept.then(end, end);
      resolve(landing);
    };
    return { landing: promise, land };
  }
}
