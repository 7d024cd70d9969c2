import type { LoggedFact } from "./log.ts";
import { addFacts, type PurgeRequest, type Purges } from "./purge.ts";
import type { PurgeMistake } from "./purge-input.ts";
import type { Snapshot, Snapshots } from "./snapshots.ts";

/** What an isolate knows of all purges. */
export interface Knowledge {
  readonly purges: Purges;
  /** Every change of the log up to this number is in it. */
  sequence: number;
  /**
   * The instant up to which every purge is in it, or null where nothing of the past is known. By the clock of then, which
   * may have been set since: `ageOf` tells how old it is.
   */
  knownAt: number | null;
}

/**
 * How old what is known is, in milliseconds. Infinite where nothing is known, and where it claims to be of a time to come: a
 * clock was set back, or the isolate that wrote it has another, and how old it is nobody can tell.
 */
export function ageOf({ knownAt, purges }: Knowledge, now: number): number {
  const isUnknown = knownAt === null || isToCome(knownAt, now, purges);
  return isUnknown ? Number.POSITIVE_INFINITY : Math.max(0, now - knownAt);
}

function isToCome(at: number, now: number, { skewMs }: Purges): boolean {
  return at > now + skewMs;
}

/** What became of purges that were asked for. In force: from now on in this isolate, and soon in its data centre. */
export type Recorded =
  /** In force here, and everywhere within the bound. */
  | { readonly kind: "recorded"; readonly facts: readonly LoggedFact[] }
  /** In force here; there is no log, and other data centres do not learn of it. */
  | { readonly kind: "recorded-here"; readonly facts: readonly LoggedFact[] }
  /** In force here, but the log could not be told: ask again, or other data centres do not learn of it. */
  | { readonly kind: "not-recorded"; readonly facts: readonly LoggedFact[]; readonly error: string }
  /** Nothing has happened. */
  | { readonly kind: "refused"; readonly mistakes: readonly PurgeMistake[] };

/** Where purges come from, besides this isolate. */
export interface Source {
  readonly mode: "log" | "data-centre";
  /** Learns what the data centre knows. Never throws. Returns what `ask` needs to know of it. */
  look(knowledge: Knowledge, snapshots: Snapshots): Promise<Snapshot | null>;
  /** Learns what the data centre does not know, where that is too old, and tells it. Throws where it cannot. */
  ask(knowledge: Knowledge, found: Snapshot | null, telling: Telling): Promise<void>;
  /** Never throws. */
  record(
    purges: readonly PurgeRequest[],
    by: string,
    knowledge: Knowledge,
    telling: Telling,
  ): Promise<Recorded>;
}

/** What it takes to tell the data centre. */
export interface Telling {
  readonly snapshots: Snapshots;
  readonly waitUntil: (work: Promise<unknown>) => void;
}

/** Adds a snapshot to what is known, if it joins on as the word on everything up to its number. */
export function learn(knowledge: Knowledge, { from, sequence, readAt, facts }: Snapshot, now: number): void {
  const { purges } = knowledge;
  addFacts(purges, facts);
  if (from > knowledge.sequence) return;
  knowledge.sequence = Math.max(knowledge.sequence, sequence);
  // Facts and numbers are the log's, and hold whatever the clocks; since when they do is a clock's word.
  if (isToCome(readAt, now, purges)) return;
  if (ageOf(knowledge, now) > now - readAt) nowKnown(knowledge, Math.min(readAt, now));
}

/** Takes it that every purge up to an instant is known. */
export function nowKnown(knowledge: Knowledge, at: number): void {
  knowledge.knownAt = at;
  knowledge.purges.doubtedAt = null;
}
