/** The promises of the soak: how often each was looked at, and how it was broken. */

export const PROMISES = {
  bytes: "every byte is of the version that the answer names",
  user: "nobody gets what was made for another user",
  variant: "nobody gets another path or language",
  age: "no version is older than the rules allow",
  invalid: "after a write or a purge none is older than it",
  answered: "every request is answered in time",
  herd: "at most one origin request at a time for a key",
  memory: "memory stays level",
} as const;

export type Promised = keyof typeof PROMISES;

const MOST_EXAMPLES = 5;

export class Ledger {
  readonly kept = new Map<Promised, number>();
  readonly broken = new Map<Promised, number>();
  readonly examples: string[] = [];

  /** Counts one look at a promise; `example` is only worked out where it was broken. */
  check(promised: Promised, isKept: boolean, example: () => string): void {
    const counts = isKept ? this.kept : this.broken;
    counts.set(promised, (counts.get(promised) ?? 0) + 1);
    if (!isKept && this.examples.length < MOST_EXAMPLES) this.examples.push(`${promised}: ${example()}`);
  }

  get isBroken(): boolean {
    return this.broken.size > 0;
  }

  rows(): string[][] {
    const count = (counts: Map<Promised, number>, promised: Promised) => String(counts.get(promised) ?? 0);
    return (Object.keys(PROMISES) as Promised[]).map((promised) => [
      PROMISES[promised],
      count(this.kept, promised),
      count(this.broken, promised),
    ]);
  }
}
