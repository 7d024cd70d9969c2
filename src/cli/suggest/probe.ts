import { setTimeout as sleep } from "node:timers/promises";
import { visit } from "../doctor/visit.ts";
import type { Suggestion } from "./judge.ts";
import type { RouteFacts } from "./route-facts.ts";

const MOST_ROUTES = 20;
const PAUSE_MS = 200;

/**
 * Asks the origin for one address of each route, twice, without credentials, one after the other, and adds what it
 * answers to what is known. Only what was read before is asked for.
 */
export async function probe(origin: URL, suggestions: readonly Suggestion[]): Promise<number> {
  const asked = suggestions.filter(({ facts }) => facts.example !== null).slice(0, MOST_ROUTES);
  let answered = 0;
  for (const { facts } of asked) {
    for (let time = 0; time < 2; time++) {
      await sleep(PAUSE_MS);
      if (await look(new URL(facts.example ?? "/", origin), facts)) answered += 1;
    }
  }
  return answered;
}

async function look(url: URL, facts: RouteFacts): Promise<boolean> {
  const seen = await visit(url);
  if ("failure" in seen) return false;
  const { status, headers } = seen;
  facts.statuses.set(status, (facts.statuses.get(status) ?? 0) + 1);
  if (headers.has("set-cookie")) facts.cookiesSet += 1;
  if (headers.has("etag") || headers.has("last-modified")) facts.validators += 1;
  const control = headers.get("cache-control");
  if (control !== null) {
    facts.cacheControl.set(control, (facts.cacheControl.get(control) ?? 0) + 1);
    if (/\b(?:private|no-store)\b/i.test(control)) facts.kept += 1;
  }
  return true;
}
