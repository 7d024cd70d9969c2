/** What can stand in a `LinkedList`, and in one at a time. */
export interface Linked<Node> {
  before: Node | null;
  after: Node | null;
}

/**
 * Nodes in the order in which they came; any can be taken out, and the oldest is at hand. A `Map` has that order, too, but
 * not the oldest: V8 leaves the places of deleted entries as they are until the map grows, and whoever looks for the first
 * entry walks past all of them, for 12 µs where there are 60,000.
 */
export class LinkedList<Node extends Linked<Node>> {
  #oldest: Node | null = null;
  #newest: Node | null = null;

  get oldest(): Node | null {
    return this.#oldest;
  }

  append(node: Node): void {
    node.before = this.#newest;
    node.after = null;
    if (this.#newest === null) this.#oldest = node;
    else this.#newest.after = node;
    this.#newest = node;
  }

  /** Of a node that is in this list. */
  remove(node: Node): void {
    const { before, after } = node;
    if (before === null) this.#oldest = after;
    else before.after = after;
    if (after === null) this.#newest = before;
    else after.before = before;
    node.before = null;
    node.after = null;
  }

  *[Symbol.iterator](): IterableIterator<Node> {
    for (let node = this.#oldest; node !== null; node = node.after) yield node;
  }
}
