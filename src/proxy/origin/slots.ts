/** How many requests to one origin may be under way at once in this isolate. */
export class Slots {
  #free: number;

  constructor(most: number) {
    this.#free = most;
  }

  /** Whether there was one; it must be given back once. */
  take(): boolean {
    if (this.#free === 0) return false;
    this.#free--;
    return true;
  }

  giveBack(): void {
    this.#free++;
  }
}
