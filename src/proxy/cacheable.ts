import { secondsLeft } from "../cache/freshness.ts";
import type { PrimaryKey } from "../cache/key.ts";
import type { Policy } from "../cache/policy.ts";
import type { Reason } from "../cache/reasons.ts";
import { decideReuse, type ReuseDecision } from "../cache/reuse.ts";
import type { CacheStatusMember } from "../http/cache-status.ts";
import { discard } from "../store/discard.ts";
import { NOTHING_SELECTED, type Selected, select } from "../store/select.ts";
import {
  type Answer,
  answerFailed,
  answerPassed,
  answerProblem,
  answerStored,
  forwardToken,
  type Stored,
} from "./answer.ts";
import { refreshBehind } from "./behind.ts";
import { collapse, isCollapsible } from "./collapse.ts";
import { logRuleWarning } from "./events.ts";
import type { Job, Refreshed } from "./job.ts";
import { occasionOf } from "./purges.ts";
import type { Exchange, Shell } from "./shell.ts";
import { standingOf } from "./standing.ts";

/** A request that may be answered from what is stored. */
export interface Lookup extends PrimaryKey {
  readonly exchange: Exchange;
  readonly shell: Shell;
}

/** Looks up, decides, and answers; asks the origin, alone or with others, where the decision says so. */
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
  if (decision.reason === "stale-forbidden") warnOnce(lookup, decision.reason);
  switch (decision.kind) {
    case "serve":
      return answerFresh(lookup, selected, decision.reason);
    case "serve-stale":
      if (decision.refresh) refreshBehind(jobOf(lookup, selected, null), shell);
      return answerHit(lookup, selected, { outcome: "STALE", reason: decision.reason });
    case "refuse":
      discard(selected.body);
      return answerProblem(504, decision.reason, { fwd: "request", detail: decision.reason });
    case "revalidate":
      return collapse(lookup, jobOf(lookup, selected, decision.validators), decision.reason);
    case "fetch":
      return collapse(lookup, jobOf(lookup, usable(selected, decision.reason), null), decision.reason);
    default:
      return decision satisfies never;
  }
}

// Whoever leads a flight for a key under which nothing is stored has just looked: two hundred need not look again.
function canJoin({ exchange, shell, key }: Lookup): boolean {
  return isCollapsible(exchange.head) && (shell.flights.underWay(key)?.isCold ?? false);
}

// An s-maxage silences the rule's stale window (RFC 5861 §3 with RFC 9111 §5.2.2.10): no operator expects that.
function warnOnce({ exchange, shell }: Lookup, reason: Reason): void {
  const { rule } = exchange.policy;
  if (shell.warned.has(rule)) return;
  shell.warned.add(rule);
  logRuleWarning({ rule, reason, url: exchange.head.url.pathname }, shell.config.log);
}

/** The second decision on what was selected, with all that this isolate knows of invalidations. */
export function decideOn(lookup: Lookup, selected: Selected, now: number): ReuseDecision {
  const { index, response } = selected;
  const hasOthers = (index?.nominations.length ?? 0) > 0;
  const found = { response, hasOthers, ...standingOf({ ...lookup, selected }, lookup.shell) };
  return decideReuse(lookup.exchange.head, found, lookup.exchange.policy, now);
}

// Of what was purged nothing may be used, not even as the part that another completes.
function usable(selected: Selected, reason: Reason): Selected {
  if (reason !== "purged") return selected;
  discard(selected.body);
  return { ...selected, response: null, body: null };
}

function jobOf(lookup: Lookup, selected: Selected, validators: Job["validators"]): Job {
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
  { response, body }: Pick<Selected, "response" | "body">,
  { outcome, reason, member }: Pick<Stored, "outcome" | "reason"> & { readonly member?: CacheStatusMember },
): Answer {
  if (response === null) throw new Error("a hit needs a stored response");
  const now = shell.clock();
  const { policy } = exchange;
  // What a purge has made stale has nothing left, whatever its lifetime says.
  const ttl = reason === "purged-soft" ? 0 : secondsLeft(response, policy, now);
  const status = { ...(member ?? { hit: true }), ...hitFacts(policy, ttl, reason) };
  return answerStored(exchange, { response, body, member: status, outcome, reason, reused: true }, now);
}

/** What Cache-Status says of any answer from the cache. */
export function hitFacts({ rule }: Policy, ttl: number, reason: Reason): CacheStatusMember {
  return { ttl, rule: rule ?? undefined, detail: reason === "fresh" ? undefined : reason };
}

/** An answer from what the fetch half brought back; `why` the origin was asked goes with it. */
export function answerRefreshed(lookup: Lookup, job: Job, refreshed: Refreshed, why: Reason): Answer {
  return { ...answerOf(lookup, job, refreshed, why), reason: why, storage: refreshed.reason };
}

function answerOf(lookup: Lookup, job: Job, refreshed: Refreshed, why: Reason): Answer {
  const fwd = forwardToken(why);
  const rule = lookup.exchange.policy.rule ?? undefined;
  switch (refreshed.kind) {
    case "response":
      return answerFetched(lookup, refreshed, why);
    case "stale": {
      const member = { fwd, fwdStatus: refreshed.originStatus ?? undefined };
      return answerHit(lookup, job.selected, { outcome: "STALE", reason: refreshed.reason, member });
    }
    case "passed": {
      const member = { fwd, fwdStatus: refreshed.response.status, rule, detail: refreshed.reason };
      return answerPassed(refreshed.response, refreshed.headers, {
        policy: lookup.exchange.policy,
        member,
        outcome: "MISS",
        reason: refreshed.reason,
      });
    }
    case "failed":
      return answerFailed(refreshed.reason, refreshed.retryAfterSeconds, {
        fwd,
        rule,
        detail: refreshed.reason,
      });
    default:
      return refreshed satisfies never;
  }
}

function answerFetched(
  { exchange, shell }: Lookup,
  refreshed: Extract<Refreshed, { kind: "response" }>,
  why: Reason,
): Answer {
  const { response, body, originStatus, stored, validated, reason } = refreshed;
  const now = shell.clock();
  const fwd = forwardToken(why);
  const member = {
    fwd,
    fwdStatus: originStatus,
    stored: stored || undefined,
    ttl: secondsLeft(response, exchange.policy, now),
    rule: exchange.policy.rule ?? undefined,
    detail: reason === "stored" ? detailOf(why, fwd) : reason,
  };
  const outcome = validated ? "REVALIDATED" : "MISS";
  return answerStored(exchange, { response, body, member, outcome, reason, reused: validated }, now);
}

// RFC 9211 §2.2 has few words for why the origin was asked: ours goes along where it says more.
function detailOf(why: Reason, fwd: string): Reason | undefined {
  return why === fwd ? undefined : why;
}
