import { secondsLeft } from "../cache/freshness.ts";
import type { PrimaryKey } from "../cache/key.ts";
import type { Policy } from "../cache/policy.ts";
import type { Reason } from "../cache/reasons.ts";
import { decideReuse, type ReuseDecision } from "../cache/reuse.ts";
import type { CacheStatusMember } from "../http/cache-status.ts";
import { NOTHING_SELECTED, type Selected, select } from "../store/select.ts";
import { type Answer, answerStored, type Stored } from "./answer/answer.ts";
import { occasionOf } from "./purges.ts";
import { refreshBehind } from "./refresh/behind.ts";
import type { PartReader } from "./refresh/body.ts";
import { isCollapsible } from "./refresh/flights.ts";
import type { Job } from "./refresh/job.ts";
import type { Exchange, Shell } from "./shell.ts";
import { standingOf } from "./standing.ts";

/** A request that may be answered from what is stored. */
export interface Lookup extends PrimaryKey {
  readonly exchange: Exchange;
  readonly shell: Shell;
}

/** Looks up, decides, and answers from what is stored, or as it is answered where that does not do. */
export async function serveCacheable(lookup: Lookup): Promise<Answer> {
  const { exchange, shell } = lookup;
  const now = shell.clock();
  const selected = canJoin(lookup)
    ? NOTHING_SELECTED
    : await select(shell.store, lookup, exchange.head.headers, now);
  // Only an isolate that does not know the purges of late has to wait, for its data centre's snapshot.
  const unknown = selected.response && shell.purges.ready(occasionOf(exchange, now));
  if (unknown) await unknown;
  const decision = decideOn(lookup, selected, now);
  switch (decision.kind) {
    case "serve":
      return answerFresh(lookup, selected, decision.reason);
    case "serve-stale":
      if (decision.refresh) refreshBehind(jobOf(lookup, selected, null), shell);
      return answerHit(lookup, selected, { outcome: "STALE", reason: decision.reason });
    case "refuse":
    case "revalidate":
    case "fetch": {
      // Once it is loaded, nothing lies between the look-up that a flight has spared and the flight.
      const { answerMissed } = shell.beyondHits.atHand ?? (await shell.beyondHits.load());
      return answerMissed(lookup, selected, decision);
    }
    default:
      return decision satisfies never;
  }
}

// Whoever leads a flight for a key under which nothing is stored has just looked: two hundred need not look again.
function canJoin({ exchange, shell, key }: Lookup): boolean {
  return isCollapsible(exchange.head) && (shell.flights.underWay(key)?.isCold ?? false);
}

/** The second decision on what was selected, with all that this isolate knows of invalidations. */
export function decideOn(lookup: Lookup, selected: Selected, now: number): ReuseDecision {
  const { index, response } = selected;
  const hasOthers = (index?.nominations.length ?? 0) > 0;
  const found = { response, hasOthers, ...standingOf({ ...lookup, selected }, lookup.shell) };
  return decideReuse(lookup.exchange.head, found, lookup.exchange.policy, now);
}

/** What the origin is asked for on behalf of a look-up. */
export function jobOf(lookup: Lookup, selected: Selected, validators: Job["validators"]): Job {
  const { exchange, shell, uri, key } = lookup;
  const unshared = shell.flights.isUnshared(key, shell.clock());
  return { exchange, uri, key, selected, validators, unshared };
}

// What is fresh may be so for the next who asks the same (repeats.ts).
function answerFresh(lookup: Lookup, selected: Selected, reason: Reason): Answer {
  const answer = answerHit(lookup, selected, { outcome: "HIT", reason });
  return reason === "fresh" ? { ...answer, from: { uri: lookup.uri, selected } } : answer;
}

/** An answer from what was selected, without waiting for the origin. */
export function answerHit(
  { exchange, shell }: Lookup,
  selected: Selected,
  { outcome, reason, member }: Pick<Stored, "outcome" | "reason"> & { readonly member?: CacheStatusMember },
): Answer {
  const { response, body } = selected;
  if (response === null) throw new Error("a hit needs a stored response");
  const now = shell.clock();
  const { policy } = exchange;
  // What a purge has made stale has nothing left, whatever its lifetime says.
  const ttl = reason === "purged-soft" ? 0 : secondsLeft(response, policy, now);
  const status = { ...(member ?? { hit: true }), ...hitFacts(policy, ttl, reason) };
  const stored = { response, body, readPart: partReader(selected, shell), member: status, outcome, reason };
  return answerStored(exchange, { ...stored, reused: true }, now);
}

// Bytes that stand beside their record are few.
function partReader({ response, looked }: Selected, { tiers }: Shell): PartReader | null {
  const { bodyOf } = tiers.lasting;
  for (const { key, found } of looked) {
    const apart = found?.response === response ? found?.apart : undefined;
    if (found && apart !== undefined && bodyOf) return (part) => bodyOf(key, found, apart, part);
  }
  return null;
}

/** What Cache-Status says of any answer from the cache. */
export function hitFacts({ rule }: Policy, ttl: number, reason: Reason): CacheStatusMember {
  return { ttl, rule: rule ?? undefined, detail: reason === "fresh" ? undefined : reason };
}
