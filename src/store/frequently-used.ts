import { type Linked, LinkedList } from "./linked-list.ts";

interface Entry<Value> extends Linked<Entry<Value>> {
  readonly key: string;
  readonly value: Value;
  readonly bytes: number;
  /** How often it was used since it came, or since it was last spared, up to `MOST_USES`. */
  uses: number;
  isProven: boolean;
}

const MOST_USES = 3;
/** The part of the budget that newcomers have before any of those that have proved themselves must go. */
const NEWCOMERS_SHARE = 0.1;
/** A new hash takes the place of whichever fell on the same. */
const REMEMBERED_PLACES = 16_384;

/**
 * Values by key within a byte budget, after S3-FIFO (Yang et al., "FIFO queues are all you need for cache eviction",
 * SOSP 2023). A newcomer that nobody asks for again goes soon and takes no other's place, so that a crawler, who asks
 * for everything once, does not empty it; one that is used again before it goes, or comes back soon after, stays with
 * the others in proportion to how often it is used. A use costs an addition: nothing is moved.
 */
export class FrequentlyUsed<Value> {
  readonly #maxBytes: number;
  readonly #entries = new Map<string, Entry<Value>>();
  /** Both in the order in which they came. */
  readonly #newcomers = new LinkedList<Entry<Value>>();
  readonly #proven = new LinkedList<Entry<Value>>();
  /** What has gone, or was asked for, of late: hashes, of which two that are the same do little harm. */
  readonly #remembered = new Uint32Array(REMEMBERED_PLACES);
  #newcomersBytes = 0;
  #bytes = 0;
  #evictions = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get size(): number {
    return this.#entries.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** How many made room for others. */
  get evictions(): number {
    return this.#evictions;
  }

  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.uses < MOST_USES) entry.uses += 1;
    return entry.value;
  }

  /** As `get`, but it does not count as a use. */
  peek(key: string): Value | undefined {
    return this.#entries.get(key)?.value;
  }

  /** Whether it is here, has been, or was asked after, of late. To ask is to be remembered. */
  isExpected(key: string): boolean {
    if (this.#entries.has(key)) return true;
    const hash = hashOf(key);
    const isKnown = this.#remembers(hash);
    this.#remember(hash);
    return isKnown;
  }

  /** Adds or replaces a value; one that is larger than the whole budget is left out. */
  set(key: string, value: Value, bytes: number): void {
    const former = this.#entries.get(key);
    if (former !== undefined) this.#remove(former);
    if (bytes > this.#maxBytes) return;
    const isProven = former === undefined ? this.#remembers(hashOf(key)) : former.isProven;
    // To be stored anew is a use, too, of a newcomer.
    const uses = former === undefined ? 0 : former.uses + (isProven ? 0 : 1);
    const entry: Entry<Value> = { key, value, bytes, uses, isProven, before: null, after: null };
    this.#entries.set(key, entry);
    this.#bytes += bytes;
    this.#line(entry);
    while (this.#bytes > this.#maxBytes) this.#evict();
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined) this.#remove(entry);
  }

  #remove(entry: Entry<Value>): void {
    this.#entries.delete(entry.key);
    this.#bytes -= entry.bytes;
    this.#unline(entry);
  }

  /** Puts an entry at the end of those of its kind. */
  #line(entry: Entry<Value>): void {
    if (entry.isProven) this.#proven.append(entry);
    else {
      this.#newcomers.append(entry);
      this.#newcomersBytes += entry.bytes;
    }
  }

  #unline(entry: Entry<Value>): void {
    if (entry.isProven) this.#proven.remove(entry);
    else {
      this.#newcomers.remove(entry);
      this.#newcomersBytes -= entry.bytes;
    }
  }

  /** The oldest goes, or, where it was used meanwhile, stands among the others again, a newcomer as one that is proven. */
  #evict(): void {
    const entry = this.#nextToGo();
    if (entry === null) return;
    if (entry.uses === 0) {
      this.#forget(entry);
      return;
    }
    this.#unline(entry);
    entry.uses = entry.isProven ? entry.uses - 1 : 0;
    entry.isProven = true;
    this.#line(entry);
  }

  #nextToGo(): Entry<Value> | null {
    const { oldest } = this.#proven;
    const isNewcomersTurn = this.#newcomersBytes > this.#maxBytes * NEWCOMERS_SHARE;
    return oldest === null || isNewcomersTurn ? this.#newcomers.oldest : oldest;
  }

  #forget(entry: Entry<Value>): void {
    this.#remove(entry);
    this.#evictions += 1;
    this.#remember(hashOf(entry.key));
  }

  #remembers(hash: number): boolean {
    return this.#remembered[hash % REMEMBERED_PLACES] === hash;
  }

  #remember(hash: number): void {
    this.#remembered[hash % REMEMBERED_PLACES] = hash;
  }
}

// FNV-1a; never 0, which is an empty place.
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  return hash >>> 0 || 1;
}
