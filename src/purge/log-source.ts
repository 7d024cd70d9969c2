import { within } from "../within.ts";
import type { Delta, Log, LoggedFact, LogOutcome } from "./log.ts";
import { addFacts, factsIn, type PurgeRequest } from "./purge.ts";
import type { Snapshot } from "./snapshots.ts";
import {
  ageOf,
  type Knowledge,
  learn,
  nowKnown,
  type Recorded,
  type Source,
  type Telling,
} from "./source.ts";

/** How the log is asked. Durations in milliseconds. */
export interface LogSourceOptions {
  /** A fresh stub: one that has failed stays broken. */
  readonly openLog: () => Log;
  /** How old what the data centre knows may be; beyond it the log is asked. */
  readonly trustMs: number;
  /** How long the log may take to record. */
  readonly limitMs: number;
  readonly clock: () => number;
}

const PAGE = 5000;
const RECENT_MS = 60_000;
const MOST_RECENT = 2000;
const MOST_APPENDED_TO = 200;

/** All data centres, by way of the purge log and of what this data centre has last heard from it. */
export function logSource({ openLog, trustMs, limitMs, clock }: LogSourceOptions): Source {
  async function ask(knowledge: Knowledge, recent: Snapshot | null, telling: Telling): Promise<void> {
    if (ageOf(knowledge, clock()) < trustMs) return;
    const joins = recent !== null && recent.from <= knowledge.sequence;
    const start = joins ? recent.sequence : knowledge.sequence;
    const wasCold = knowledge.knownAt === null;
    const askedAt = clock();
    const { facts, sequence } = await everySince(start, knowledge);
    knowledge.sequence = sequence;
    nowKnown(knowledge, askedAt);
    const from = joins ? recent.from : start;
    const recentNow = { from, sequence, readAt: askedAt, facts: [...(recent?.facts ?? []), ...facts] };
    const { snapshots, waitUntil } = telling;
    waitUntil(snapshots.write("recent", trimmed(recentNow, askedAt)));
    if (wasCold || facts.length > MOST_RECENT) waitUntil(snapshots.write("all", allOf(knowledge, askedAt)));
  }

  async function everySince(start: number, { purges }: Knowledge): Promise<Omit<Delta, "more">> {
    const facts: LoggedFact[] = [];
    let sequence = start;
    for (let more = true; more; ) {
      const delta = await openLog().since(sequence, PAGE);
      addFacts(purges, delta.facts);
      for (const fact of delta.facts) facts.push(fact);
      ({ sequence, more } = delta);
    }
    return { facts, sequence };
  }

  async function tellLog(purges: readonly PurgeRequest[], by: string): Promise<LogOutcome> {
    try {
      return await within(limitMs, openLog().record(purges, by));
    } catch (error) {
      // A deployment restarts the log, and deploy hooks purge just then.
      if (!isRetryable(error)) throw error;
      return within(limitMs, openLog().record(purges, by));
    }
  }

  return {
    mode: "log",
    async look(knowledge, snapshots) {
      const isCold = knowledge.knownAt === null;
      const [all, recent] = await Promise.all([
        isCold ? snapshots.read("all") : null,
        snapshots.read("recent"),
      ]);
      if (all !== null) learn(knowledge, all, clock());
      if (recent !== null) learn(knowledge, recent, clock());
      return recent;
    },
    ask,
    async record(purges, by, knowledge, { snapshots }) {
      const here = purges.map((purge) => ({ ...purge, at: clock(), sequence: 0 }));
      addFacts(knowledge.purges, here);
      const outcome = await tellLog(purges, by).catch(
        (error: unknown): Recorded => ({ kind: "not-recorded", facts: here, error: String(error) }),
      );
      if (outcome.kind === "refused") return outcome;
      addFacts(knowledge.purges, outcome.facts);
      const recent = (await snapshots.read("recent")) ?? nothingSince(knowledge);
      const isLogged = outcome.kind === "recorded";
      // Under a flood of purges the next refresh tells of them, instead of each purge of all before it.
      if (recent === null || (isLogged && recent.facts.length > MOST_APPENDED_TO)) return outcome;
      // The new ones stay, whatever their instant: the log may have another clock.
      const kept = trimmed(recent, clock());
      await snapshots.write("recent", { ...kept, facts: [...kept.facts, ...outcome.facts] });
      return outcome;
    },
  };
}

/** A snapshot with the last minute's facts, each once; those that are cut off move `from`. */
function trimmed({ from, sequence, readAt, facts }: Snapshot, now: number): Snapshot {
  // Where the clocks of two isolates differ, what either calls the last minute is kept.
  const since = Math.min(readAt, now) - RECENT_MS;
  const latest = new Map(facts.map((fact) => [nameOf(fact), fact]));
  const inOrder = [...latest.values()].sort((a, b) => a.sequence - b.sequence);
  const recent = inOrder.slice(-MOST_RECENT).filter(({ at }) => at >= since);
  const kept = new Set(recent);
  const cutOff = inOrder.filter((fact) => !kept.has(fact)).map((fact) => fact.sequence);
  return { from: cutOff.reduce((a, b) => Math.max(a, b), from), sequence, readAt, facts: recent };
}

// Of hard purges the latest says all; each soft one may be the first since some copy's request.
function nameOf({ soft, scope, value, at }: LoggedFact): string {
  return soft ? `soft ${at} ${scope} ${value}` : `${scope} ${value}`;
}

function allOf({ purges, sequence }: Knowledge, readAt: number): Snapshot {
  const facts = [...factsIn(purges)].map((fact) => ({ ...fact, sequence: 0 }));
  return { from: 0, sequence, readAt, facts };
}

function nothingSince({ sequence, knownAt }: Knowledge): Snapshot | null {
  return knownAt === null ? null : { from: sequence, sequence, readAt: knownAt, facts: [] };
}

// Workers' own mark on errors after which the same call may succeed.
function isRetryable(error: unknown): boolean {
  return error instanceof Error && "retryable" in error && error.retryable === true;
}
