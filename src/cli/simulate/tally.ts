import type { Reason } from "../../cache/reasons.ts";
import { Seen } from "./remembered.ts";
import type { Outcome, OutcomeKind } from "./simulation.ts";

/** What came of some requests. */
export interface Tally {
  requests: number;
  /** Answered without waiting for the origin. */
  hits: number;
  bytes: number;
  hitBytes: number;
  originRequests: number;
  /** What the origin would have taken for what it was not asked. */
  savedSeconds: number;
  stale: number;
  readonly outcomes: Partial<Record<OutcomeKind, number>>;
}

/** Of no requests. */
export function newTally(): Tally {
  return {
    requests: 0,
    hits: 0,
    bytes: 0,
    hitBytes: 0,
    originRequests: 0,
    savedSeconds: 0,
    stale: 0,
    outcomes: {},
  };
}

/** What a cache could answer: all that it looks up. The others can be no hits. */
export function isLookedUp(kind: OutcomeKind): boolean {
  return kind !== "PASS" && kind !== "WRITE" && kind !== "OWN";
}

const ANSWERED = new Set<OutcomeKind>(["HIT", "COLLAPSED", "STALE"]);

/** Adds what came of a request. */
export function count(tally: Tally, { kind, bytes, originRequests, originSeconds }: Outcome): void {
  tally.requests += 1;
  tally.bytes += bytes;
  tally.originRequests += originRequests;
  tally.outcomes[kind] = (tally.outcomes[kind] ?? 0) + 1;
  if (originRequests === 0 && kind !== "OWN") tally.savedSeconds += originSeconds;
  if (kind === "STALE") tally.stale += 1;
  if (!ANSWERED.has(kind)) return;
  tally.hits += 1;
  tally.hitBytes += bytes;
}

/** Hits of all requests, and of all bytes; null before there are any. */
export function hitRatio({ hits, requests }: Tally): number | null {
  return requests === 0 ? null : hits / requests;
}

export function byteHitRatio({ hitBytes, bytes }: Tally): number | null {
  return bytes === 0 ? null : hitBytes / bytes;
}

/** How often an address was not answered from the cache, and why the last time. */
export interface Missing {
  readonly url: string;
  readonly count: number;
  readonly reason: Reason;
}

interface Counted {
  readonly method: string;
  readonly uri: string;
  count: number;
  reason: Reason;
}

const MOST_ADDRESSES = 20_000;

/** The addresses that miss most, in bounded memory: those that seldom do are forgotten when there are too many. */
export class MissCounter {
  #known = new Map<string, Counted>();
  #isCrowded = false;
  readonly #seen = new Seen();

  add(method: string, uri: string, reason: Reason): void {
    // No URI looks like a method and a URI; and one that is in use already has been hashed.
    const address = method === "GET" ? uri : `${method} ${uri}`;
    const known = this.#known.get(address);
    if (known === undefined) this.#begin(address, { method, uri, count: 1, reason });
    else {
      known.count += 1;
      known.reason = reason;
    }
  }

  #begin(address: string, counted: Counted): void {
    // Among so many, what has missed once only would push out what counts.
    if (this.#isCrowded && !this.#seen.comesAgain(address)) return;
    if (this.#known.size >= MOST_ADDRESSES) this.#forgetRare();
    this.#known.set(address, this.#isCrowded ? { ...counted, count: 2 } : counted);
  }

  most(amount: number): readonly Missing[] {
    return [...this.#known.values()]
      .sort((one, other) => other.count - one.count)
      .slice(0, amount)
      .map(({ method, uri, count: often, reason }) => ({ url: `${method} ${uri}`, count: often, reason }));
  }

  #forgetRare(): void {
    this.#isCrowded = true;
    const counts = Uint32Array.from(this.#known.values(), ({ count: often }) => often).sort();
    const middle = counts[counts.length >> 1] ?? 0;
    this.#known = new Map([...this.#known].filter(([, { count: often }]) => often > middle));
  }
}
