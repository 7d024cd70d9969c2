/**
 * What was worked out, by name, in bounded memory: what was asked for lately stays, and the rest goes by halves. To note
 * for each when it was last used would cost more than it saves.
 */
export class Remembered<Key, Value> {
  readonly #most: number;
  #young = new Map<Key, Value>();
  #old = new Map<Key, Value>();

  /** So many are kept at the least, where there are so many, and twice as many at the most. */
  constructor(most: number) {
    this.#most = most;
  }

  get(key: Key): Value | undefined {
    const young = this.#young.get(key);
    if (young !== undefined || this.#old.size === 0) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.set(key, old);
    return old;
  }

  set(key: Key, value: Value): void {
    if (this.#young.size >= this.#most) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }
}

const PLACES = 2 ** 17;

/** Whether a text was seen lately, in memory of one size. A few that were not seem so. */
export class Seen {
  readonly #hashes = new Int32Array(PLACES);

  /** True from the second time on. */
  comesAgain(text: string): boolean {
    const hash = hashOf(text);
    const place = hash & (PLACES - 1);
    if (this.#hashes[place] === hash) return true;
    this.#hashes[place] = hash;
    return false;
  }
}

/** FNV-1a, in 32 bits. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash;
}
