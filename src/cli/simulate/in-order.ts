import type { LoggedRequest } from "../logs/record.ts";

/** So many requests are held at the most, whatever the window: memory does not grow with the traffic. */
const MOST_HELD = 100_000;

/** Requests of one second, as they were logged. */
interface Second {
  readonly second: number;
  readonly requests: LoggedRequest[];
  isSorted: boolean;
}

/**
 * Puts requests in the order of their instants. A server writes its line when it has answered, and some write the instant
 * of the request: what took long comes late. Those of one instant stay in the order in which they were logged.
 */
export class InOrder {
  readonly #windowMs: number;
  /** The latest last. */
  readonly #held: Second[] = [];
  #count = 0;
  #latestAt = Number.NEGATIVE_INFINITY;
  /** What is of this second, or of one before it, is too late to be sorted. */
  #given = Number.NEGATIVE_INFINITY;

  /** A request may be logged so much later than those that came after it. */
  constructor(windowSeconds: number) {
    this.#windowMs = windowSeconds * 1000;
  }

  /**
   * Takes requests as they were logged, and gives those that none that is in time can come before. What is too late is
   * given as soon as it comes, out of order.
   */
  take(batch: readonly LoggedRequest[]): readonly LoggedRequest[] {
    if (this.#windowMs === 0) return batch;
    const ready: LoggedRequest[] = [];
    for (const request of batch) {
      const second = Math.floor(request.at / 1000);
      if (second <= this.#given) ready.push(request);
      else this.#hold(request, second);
      if (request.at > this.#latestAt) this.#latestAt = request.at;
      while (this.#isDue()) this.#giveFirst(ready);
    }
    return ready;
  }

  /** Gives what is left. */
  rest(): readonly LoggedRequest[] {
    const ready: LoggedRequest[] = [];
    while (this.#held.length > 0) this.#giveFirst(ready);
    return ready;
  }

  #hold(request: LoggedRequest, second: number): void {
    const held = this.#secondOf(second);
    const last = held.requests.at(-1);
    if (last !== undefined && last.at > request.at) held.isSorted = false;
    held.requests.push(request);
    this.#count += 1;
  }

  // There are as many as the window has seconds, and the one that is looked for is mostly the last.
  #secondOf(second: number): Second {
    const index = this.#held.findLastIndex((each) => each.second <= second);
    const known = this.#held[index];
    if (known?.second === second) return known;
    const added: Second = { second, requests: [], isSorted: true };
    this.#held.splice(index + 1, 0, added);
    return added;
  }

  #isDue(): boolean {
    const first = this.#held[0];
    if (first === undefined) return false;
    return this.#count > MOST_HELD || (first.second + 1) * 1000 <= this.#latestAt - this.#windowMs;
  }

  #giveFirst(ready: LoggedRequest[]): void {
    const first = this.#held.shift();
    if (first === undefined) return;
    if (!first.isSorted) first.requests.sort((one, other) => one.at - other.at);
    for (const request of first.requests) ready.push(request);
    this.#count -= first.requests.length;
    // More may come of a second that is not over.
    const isOver = this.#latestAt >= (first.second + 1) * 1000;
    this.#given = isOver ? first.second : first.second - 1;
  }
}
