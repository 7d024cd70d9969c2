import { secondsLeft } from "../cache/freshness.ts";
import type { PrimaryKey } from "../cache/key.ts";
import type { Reason } from "../cache/reasons.ts";
import { decideReuse, type ReuseDecision } from "../cache/reuse.ts";
import type { Standing } from "../cache/standing.ts";
import type { CacheStatusMember } from "../http/cache-status.ts";
import {
  type Answer,
  answerPassed,
  answerProblem,
  answerStored,
  forwardToken,
  type Stored,
} from "./answer.ts";
import { refreshBehind } from "./behind.ts";
import { collapse } from "./collapse.ts";
import { discard } from "./discard.ts";
import type { Job, Refreshed } from "./job.ts";
import { type Selected, select } from "./select.ts";
import type { Exchange, Shell } from "./shell.ts";

/** A request that may be answered from what is stored. */
export interface Lookup extends PrimaryKey {
  readonly exchange: Exchange;
  readonly shell: Shell;
}

/** Looks up, decides, and answers; asks the origin, alone or with others, where the decision says so. */
export async function serveCacheable(lookup: Lookup): Promise<Answer> {
  const { exchange, shell } = lookup;
  const now = shell.clock();
  const selected = await select(shell.store, lookup, exchange.head.headers, now);
  const decision = decideOn(lookup, selected, now);
  switch (decision.kind) {
    case "serve":
      return answerHit(lookup, selected, { outcome: "HIT", reason: decision.reason });
    case "serve-stale":
      if (decision.refresh) refreshBehind(jobOf(lookup, selected, null), shell);
      return answerHit(lookup, selected, { outcome: "STALE", reason: decision.reason });
    case "refuse":
      discard(selected.body);
      return answerProblem(504, decision.reason, { fwd: "request", detail: decision.reason });
    case "revalidate":
      return collapse(lookup, jobOf(lookup, selected, decision.validators), decision.reason);
    case "fetch":
      return collapse(lookup, jobOf(lookup, selected, null), decision.reason);
    default:
      return decision satisfies never;
  }
}

/** The second decision on what was selected, with all that this isolate knows of invalidations. */
export function decideOn(lookup: Lookup, selected: Selected, now: number): ReuseDecision {
  const { index, response } = selected;
  const hasOthers = (index?.nominations.length ?? 0) > 0;
  const found = { response, hasOthers, ...standingOf(lookup, selected) };
  return decideReuse(lookup.exchange.head, found, lookup.exchange.policy, now);
}

/** What has happened to a stored response besides ageing, as far as this isolate knows. */
function standingOf({ exchange, shell, uri }: Lookup, { invalidatedAt }: Selected): Standing {
  return {
    invalidatedAt: shell.invalidations.latest(uri, invalidatedAt),
    purge: null,
    mustBeNewerThanAt: exchange.writtenAt,
  };
}

function jobOf(lookup: Lookup, selected: Selected, validators: Job["validators"]): Job {
  const { exchange, shell, uri, key } = lookup;
  const unshared = shell.flights.isUnshared(key, shell.clock());
  return { exchange, uri, key, selected, standing: standingOf(lookup, selected), validators, unshared };
}

/** An answer from what was selected, without waiting for the origin. */
export function answerHit(
  { exchange, shell }: Lookup,
  { response, body }: Pick<Selected, "response" | "body">,
  { outcome, reason, member }: Pick<Stored, "outcome" | "reason"> & { readonly member?: CacheStatusMember },
): Answer {
  if (response === null) throw new Error("a hit needs a stored response");
  const now = shell.clock();
  const status = {
    ...(member ?? { hit: true }),
    ttl: secondsLeft(response, exchange.policy, now),
    rule: exchange.policy.rule ?? undefined,
    detail: reason === "fresh" ? undefined : reason,
  };
  return answerStored(exchange, { response, body, member: status, outcome, reason, reused: true }, now);
}

/** An answer from what the fetch half brought back; `why` the origin was asked goes with it. */
export function answerRefreshed(lookup: Lookup, job: Job, refreshed: Refreshed, why: Reason): Answer {
  return { ...answerOf(lookup, job, refreshed, forwardToken(why)), reason: why, storage: refreshed.reason };
}

function answerOf(lookup: Lookup, job: Job, refreshed: Refreshed, fwd: string): Answer {
  const rule = lookup.exchange.policy.rule ?? undefined;
  switch (refreshed.kind) {
    case "response":
      return answerFetched(lookup, refreshed, fwd);
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
      return answerProblem(refreshed.reason === "origin-timeout" ? 504 : 502, refreshed.reason, {
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
  fwd: string,
): Answer {
  const { response, body, originStatus, stored, validated, reason } = refreshed;
  const now = shell.clock();
  const member = {
    fwd,
    fwdStatus: originStatus,
    stored: stored || undefined,
    ttl: secondsLeft(response, exchange.policy, now),
    rule: exchange.policy.rule ?? undefined,
    detail: reason === "stored" ? undefined : reason,
  };
  const outcome = validated ? "REVALIDATED" : "MISS";
  return answerStored(exchange, { response, body, member, outcome, reason, reused: validated }, now);
}
