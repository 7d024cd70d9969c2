import { type Linked, LinkedList } from "./linked-list.ts";

interface Entry<Value> extends Linked<Entry<Value>> {
  readonly key: string;
  readonly value: Value;
}

/** A map of bounded size: the oldest entry makes room for a new one. */
export class BoundedMap<Value> {
  readonly #entries = new Map<string, Entry<Value>>();
  readonly #order = new LinkedList<Entry<Value>>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  get(key: string): Value | undefined {
    return this.#entries.get(key)?.value;
  }

  set(key: string, value: Value): void {
    this.delete(key);
    const entry: Entry<Value> = { key, value, before: null, after: null };
    this.#entries.set(key, entry);
    this.#order.append(entry);
    const { oldest } = this.#order;
    if (oldest !== null && this.#entries.size > this.#most) this.delete(oldest.key);
  }

  /** The oldest first. */
  values(): Value[] {
    return Array.from(this.#order, ({ value }) => value);
  }

  delete(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    this.#entries.delete(key);
    this.#order.remove(entry);
  }
}
