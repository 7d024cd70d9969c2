import type { PurgeFact, PurgeRequest } from "./purge.ts";
import type { PurgeMistake } from "./purge-input.ts";

/** A fact with the number that the log gave it; each record of a fact gives it a new one. */
export interface LoggedFact extends PurgeFact {
  readonly sequence: number;
}

/** What was recorded, as it was asked for: facts that have been superseded stand here too. */
export interface HistoryEntry extends LoggedFact {
  /** Who asked for it. */
  readonly by: string;
}

/** The facts that changed after a number, in the order of their numbers. */
export interface Delta {
  readonly facts: readonly LoggedFact[];
  /** All changes up to this number have been told once these facts are known. */
  readonly sequence: number;
  /** True where there are more: ask again with `sequence`. */
  readonly more: boolean;
}

/** What became of purges that the log was told of. */
export type LogOutcome =
  | { readonly kind: "recorded"; readonly facts: readonly LoggedFact[] }
  | { readonly kind: "refused"; readonly mistakes: readonly PurgeMistake[] };

/** The one place that knows all purges: the Durable Object of purge-log.ts, seen from outside. */
export interface Log {
  /** Records all of the purges, in the order given and with one instant, or none. `by`: cut at 200 characters. */
  record(purges: readonly PurgeRequest[], by: string): Promise<LogOutcome>;
  /** At most `limit` facts. A `sequence` that is ahead of the log's own asks for all from the beginning. */
  since(sequence: number, limit: number): Promise<Delta>;
  /** The latest first, at most `limit`, of those before the number `before`. */
  list(limit: number, before?: number): Promise<readonly HistoryEntry[]>;
}
