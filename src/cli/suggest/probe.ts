import { setTimeout as sleep } from "node:timers/promises";
import { visit } from "../doctor/visit.ts";
import type { Suggestion } from "./judge.ts";
import { observeAnswer, type RouteFacts } from "./route-facts.ts";

const MOST_ROUTES = 20;
const PAUSE_MS = 200;

/** What came of asking. */
interface Probed {
  readonly asked: number;
  readonly answered: number;
  /** Why it was not answered, where it last was not. */
  readonly failure: string | null;
}

/**
 * Asks the origin for one address of each route, twice, without credentials, one after the other, and adds what it
 * answers to what is known. Only what was read before is asked for. Who does not answer first is not asked again.
 */
export async function probe(origin: URL, suggestions: readonly Suggestion[]): Promise<Probed> {
  // What may be a write is not asked for, and one user's own not without them.
  const cached = suggestions.filter(({ rule }) => rule.cache !== false);
  const examples = cached.flatMap(({ facts }) => (facts.example === null ? [] : [facts]));
  let asked = 0;
  let answered = 0;
  let failure: string | null = null;
  for (const facts of examples.slice(0, MOST_ROUTES).flatMap((each) => [each, each])) {
    await sleep(PAUSE_MS);
    asked += 1;
    // Whoever wrote `//elsewhere.test/` into the log does not choose whom we ask.
    const why = await look(new URL(origin.origin + (facts.example ?? "/")), facts);
    if (why === null) answered += 1;
    else failure = why;
    if (answered === 0) break;
  }
  return { asked, answered, failure };
}

/** Null, or why there was no answer. */
async function look(url: URL, facts: RouteFacts): Promise<string | null> {
  const seen = await visit(url);
  if ("failure" in seen) return seen.failure;
  const { status, headers } = seen;
  facts.statuses.set(status, (facts.statuses.get(status) ?? 0) + 1);
  observeAnswer(facts, [...headers]);
  return null;
}
