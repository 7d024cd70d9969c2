import type { Reason } from "../../cache/reasons.ts";
import type { OriginAnswer } from "../../cache/storage.ts";
import type { Outcome } from "../answer/answer.ts";
import type { RequestEvent } from "./events.ts";

type Counts<Name extends string> = Partial<Record<Name, number>>;

export interface RuleCounts {
  requests: number;
  outcomes: Counts<Outcome>;
}

interface OriginCounts {
  /** Sent, each attempt and what is asked behind an answer included. */
  requests: number;
  /** No answer, or none in time. */
  failures: Counts<Reason>;
  /** Answers with a status of 500 and above. */
  errors: number;
  /** Not sent, because it is known to be ill or busy. */
  withheld: Counts<Reason>;
}

/** What an isolate has counted since it began. */
export interface Counted {
  /** Milliseconds since the epoch. */
  readonly since: number;
  requests: number;
  /** How often a request was answered so. */
  readonly outcomes: Counts<Outcome>;
  readonly reasons: Counts<Reason>;
  /** What became of the origin's answers. */
  readonly storage: Counts<Reason>;
  /** By the name of the rule; "" where none matched. */
  readonly rules: Map<string, RuleCounts>;
  readonly origins: Map<string, OriginCounts>;
  /** Refreshes behind an answer that did not succeed. */
  refreshFailures: number;
  /** What the Cache API could not do, by operation. */
  readonly storeFailures: Record<string, number>;
}

/** The counters of one isolate: additions, and nothing that waits or grows with the traffic. */
export class Stats {
  /** Tells isolates apart. */
  readonly id = crypto.randomUUID();
  readonly counted: Counted;

  constructor(since: number) {
    this.counted = {
      since,
      requests: 0,
      outcomes: {},
      reasons: {},
      storage: {},
      rules: new Map(),
      origins: new Map(),
      refreshFailures: 0,
      storeFailures: {},
    };
  }

  answered({ outcome, reason, storage, rule }: RequestEvent): void {
    const { counted } = this;
    counted.requests += 1;
    addOne(counted.outcomes, outcome);
    addOne(counted.reasons, reason);
    if (storage !== null) addOne(counted.storage, storage);
    const ofRule = this.#ofRule(rule ?? "");
    ofRule.requests += 1;
    addOne(ofRule.outcomes, outcome);
  }

  /** One request to an origin has come to its end, or was withheld. */
  asked(origin: string, answer: OriginAnswer): void {
    const counts = this.#ofOrigin(origin);
    const failure = answer.kind === "failure" ? answer.failure : null;
    if (failure !== null && isWithheld(failure)) {
      addOne(counts.withheld, failure);
      return;
    }
    counts.requests += 1;
    if (failure !== null) addOne(counts.failures, failure);
    if (answer.kind === "response" && answer.arrival.status >= 500) counts.errors += 1;
  }

  refreshFailed(): void {
    this.counted.refreshFailures += 1;
  }

  storeFailed(operation: string): void {
    addOne(this.counted.storeFailures, operation);
  }

  /** The counts of an origin that nobody has asked yet. */
  noneOfOrigin(): OriginCounts {
    return { requests: 0, failures: {}, errors: 0, withheld: {} };
  }

  #ofRule(name: string): RuleCounts {
    const known = this.counted.rules.get(name);
    if (known !== undefined) return known;
    const made = { requests: 0, outcomes: {} };
    this.counted.rules.set(name, made);
    return made;
  }

  #ofOrigin(name: string): OriginCounts {
    const known = this.counted.origins.get(name);
    if (known !== undefined) return known;
    const made = this.noneOfOrigin();
    this.counted.origins.set(name, made);
    return made;
  }
}

function addOne<Name extends string>(counts: Counts<Name>, name: Name): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

function isWithheld(failure: Reason): boolean {
  return failure === "circuit-open" || failure === "origin-busy";
}
