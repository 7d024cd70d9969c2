import type { Delta, HistoryEntry, Log, LoggedFact, LogOutcome } from "./log.ts";
import { PURGE_SCOPES } from "./purge.ts";

/**
 * A log whose answers are what they are declared to be, or errors: what another object behind the binding says, or a log
 * of another version, is believed by nobody.
 */
export function checkedLog(log: Log): Log {
  return {
    record: async (purges, by) => checked(await log.record(purges, by), isOutcome),
    since: async (sequence, limit) => checked(await log.since(sequence, limit), isDelta),
    list: async (limit, before) => checked(await log.list(limit, before), isHistory),
  };
}

function checked<Answer>(answer: unknown, is: (answer: unknown) => answer is Answer): Answer {
  if (is(answer)) return answer;
  throw new Error("the purge log answered what no purge log does");
}

function isOutcome(answer: unknown): answer is LogOutcome {
  const { kind, facts, mistakes }: Loose<LogOutcome> = Object(answer);
  return kind === "recorded" ? areFacts(facts) : kind === "refused" && Array.isArray(mistakes);
}

// A page that says there are more, and has none, would be asked for without end.
function isDelta(answer: unknown): answer is Delta {
  const { facts, sequence, more }: Loose<Delta> = Object(answer);
  const isPage = areFacts(facts) && Number.isInteger(sequence) && typeof more === "boolean";
  return isPage && (!more || facts.at(-1)?.sequence === sequence);
}

function isHistory(answer: unknown): answer is readonly HistoryEntry[] {
  return areFacts(answer) && answer.every((entry: Loose<HistoryEntry>) => typeof entry.by === "string");
}

function areFacts(answer: unknown): answer is readonly LoggedFact[] {
  return Array.isArray(answer) && answer.every(isFact);
}

function isFact(answer: unknown): answer is LoggedFact {
  const { scope, value, soft, at, sequence }: Loose<LoggedFact> = Object(answer);
  const isPurge = PURGE_SCOPES.some((known) => known === scope) && typeof value === "string";
  return isPurge && typeof soft === "boolean" && Number.isInteger(at) && Number.isInteger(sequence);
}

type Loose<Shape> = { readonly [Key in Shape extends unknown ? keyof Shape : never]?: unknown };
