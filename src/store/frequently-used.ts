interface Entry<Value> {
  value: Value;
  bytes: number;
  /** How often it was used since it came, or since it was last spared, up to `MOST_USES`. */
  uses: number;
}

type Queue<Value> = Map<string, Entry<Value>>;

const MOST_USES = 3;
/** The part of the budget that newcomers have before any of those that have proved themselves must go. */
const NEWCOMERS_SHARE = 0.1;
const MOST_REMEMBERED = 8_192;

/**
 * Values by key within a byte budget, after S3-FIFO (Yang et al., "FIFO queues are all you need for cache eviction",
 * SOSP 2023). A newcomer that nobody asks for again goes soon and takes no other's place, so that a crawler, who asks
 * for everything once, does not empty it; one that is used again before it goes, or comes back soon after, stays with
 * the others in proportion to how often it is used. A use costs an addition: nothing is moved.
 */
export class FrequentlyUsed<Value> {
  readonly #maxBytes: number;
  /** Both in the order in which they came. */
  readonly #newcomers: Queue<Value> = new Map();
  readonly #proven: Queue<Value> = new Map();
  /** What has gone, or was asked for, of late: hashes, of which two that are the same do little harm. */
  readonly #remembered = new Set<number>();
  #newcomersBytes = 0;
  #bytes = 0;
  #evictions = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  get size(): number {
    return this.#newcomers.size + this.#proven.size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** How many made room for others. */
  get evictions(): number {
    return this.#evictions;
  }

  get(key: string): Value | undefined {
    const entry = this.#entry(key);
    if (entry === undefined) return undefined;
    if (entry.uses < MOST_USES) entry.uses += 1;
    return entry.value;
  }

  /** As `get`, but it does not count as a use. */
  peek(key: string): Value | undefined {
    return this.#entry(key)?.value;
  }

  /** Whether it is here, has been, or was asked after, of late. To ask is to be remembered. */
  isExpected(key: string): boolean {
    if (this.#entry(key) !== undefined) return true;
    const hash = hashOf(key);
    const isKnown = this.#remembered.has(hash);
    if (!isKnown) this.#remember(hash);
    return isKnown;
  }

  /** Adds or replaces a value; one that is larger than the whole budget is left out. */
  set(key: string, value: Value, bytes: number): void {
    const uses = this.#entry(key)?.uses;
    const isProven = this.#proven.has(key);
    this.delete(key);
    if (bytes > this.#maxBytes) return;
    if (isProven || this.#remembered.delete(hashOf(key)))
      this.#proven.set(key, { value, bytes, uses: uses ?? 0 });
    else {
      // To be stored anew is a use, too.
      this.#newcomers.set(key, { value, bytes, uses: uses === undefined ? 0 : uses + 1 });
      this.#newcomersBytes += bytes;
    }
    this.#bytes += bytes;
    while (this.#bytes > this.#maxBytes) this.#evict();
  }

  delete(key: string): void {
    const entry = this.#entry(key);
    if (entry === undefined) return;
    this.#bytes -= entry.bytes;
    if (this.#newcomers.delete(key)) this.#newcomersBytes -= entry.bytes;
    else this.#proven.delete(key);
  }

  #entry(key: string): Entry<Value> | undefined {
    return this.#newcomers.get(key) ?? this.#proven.get(key);
  }

  #evict(): void {
    const hasOnlyNewcomers = this.#proven.size === 0;
    if (hasOnlyNewcomers || this.#newcomersBytes > this.#maxBytes * NEWCOMERS_SHARE) this.#evictNewcomer();
    else this.#evictProven();
  }

  /** The oldest newcomer goes, or, where it was used meanwhile, joins the others. */
  #evictNewcomer(): void {
    const [oldest] = this.#newcomers;
    if (oldest === undefined) return;
    const [key, entry] = oldest;
    this.#newcomers.delete(key);
    this.#newcomersBytes -= entry.bytes;
    if (entry.uses > 0) this.#proven.set(key, { ...entry, uses: 0 });
    else this.#forget(key, entry);
  }

  /** The oldest of the others goes, unless it was used meanwhile: then it counts as new, with a use less. */
  #evictProven(): void {
    const [oldest] = this.#proven;
    if (oldest === undefined) return;
    const [key, entry] = oldest;
    this.#proven.delete(key);
    if (entry.uses > 0) this.#proven.set(key, { ...entry, uses: entry.uses - 1 });
    else this.#forget(key, entry);
  }

  #forget(key: string, { bytes }: Entry<Value>): void {
    this.#bytes -= bytes;
    this.#evictions += 1;
    this.#remember(hashOf(key));
  }

  #remember(hash: number): void {
    this.#remembered.add(hash);
    if (this.#remembered.size <= MOST_REMEMBERED) return;
    const [first] = this.#remembered;
    if (first !== undefined) this.#remembered.delete(first);
  }
}

// FNV-1a
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
