import { secondsLeft } from "../../cache/freshness.ts";
import type { Reason } from "../../cache/reasons.ts";
import { answerHit, type Lookup } from "../cacheable.ts";
import type { Job, Refreshed } from "../refresh/job.ts";
import { type Answer, answerStored } from "./answer.ts";
import { answerFailed } from "./answer-own.ts";
import { answerPassed, forwardToken } from "./answer-passed.ts";

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
  const arrived = { response, body, readPart: null, member, reason };
  return answerStored(exchange, { ...arrived, outcome, reused: validated }, now);
}

// RFC 9211 §2.2 has few words for why the origin was asked: ours goes along where it says more.
function detailOf(why: Reason, fwd: string): Reason | undefined {
  return why === fwd ? undefined : why;
}
