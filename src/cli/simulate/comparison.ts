import type { Outcome, OutcomeKind } from "./simulation.ts";

/** How two rules files differ on the same requests. */
export interface Comparison {
  /** Requests that they decide differently. */
  differing: number;
  readonly changes: readonly Change[];
}

/** One kind of difference. */
export interface Change {
  readonly before: OutcomeKind;
  readonly after: OutcomeKind;
  readonly ruleBefore: string | null;
  readonly ruleAfter: string | null;
  count: number;
  /** The first addresses. */
  readonly examples: string[];
}

const MOST_EXAMPLES = 5;
const MOST_CHANGES = 100;

/** Compares what two rules files make of each request. */
export class Comparer {
  readonly #changes = new Map<string, Change>();
  #differing = 0;

  add(before: Outcome, after: Outcome): void {
    if (before.kind === after.kind && before.planned.uri === after.planned.uri) return;
    this.#differing += 1;
    const name = JSON.stringify([before.kind, after.kind, before.rule, after.rule]);
    const change = this.#changes.get(name) ?? this.#newChange(name, before, after);
    if (change === null) return;
    change.count += 1;
    const address = `${after.planned.head.method} ${after.planned.uri}`;
    if (change.examples.length < MOST_EXAMPLES && !change.examples.includes(address))
      change.examples.push(address);
  }

  result(): Comparison {
    const changes = [...this.#changes.values()].sort((one, other) => other.count - one.count);
    return { differing: this.#differing, changes };
  }

  #newChange(name: string, before: Outcome, after: Outcome): Change | null {
    if (this.#changes.size >= MOST_CHANGES) return null;
    const change: Change = {
      ...{ before: before.kind, after: after.kind, ruleBefore: before.rule, ruleAfter: after.rule },
      ...{ count: 0, examples: [] },
    };
    this.#changes.set(name, change);
    return change;
  }
}
