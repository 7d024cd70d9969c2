import type { DescribedPlan } from "../cache/plan.ts";
import type { Policy } from "../cache/policy.ts";
import { changedHead } from "../cache/request/request.ts";
import { decideReuse } from "../cache/reuse.ts";
import type { RequestHead, StoredResponse } from "../cache/types.ts";
import { purgeAt } from "../purge/purge.ts";
import type { Occasion } from "../purge/purge-client.ts";
import { choose } from "../rules/match/match.ts";
import type { Controlled } from "./call.ts";
import { DECISION, describePurge, explained, PURGE_VERDICT } from "./stored.ts";

/** A request that somebody asks about, with the rule and the plan that traffic would get. */
export interface Planned {
  readonly head: RequestHead;
  readonly policy: Policy;
  readonly plan: DescribedPlan;
}

/** The rule that a request falls under, and the first decision on it, as for traffic. */
export async function planned(described: RequestHead, controlled: Controlled): Promise<Planned> {
  const { policy, params } = choose(controlled.matcher, described);
  const head = changedHead(described, { params });
  return { head, policy, plan: await controlled.plan(head, policy) };
}

/** The first decision. */
export function describePlan(plan: DescribedPlan): object {
  return explained(plan.kind, plan.kind === "lookup" ? null : plan.reason);
}

/** What a stored response, or the lack of one, is judged by. */
export interface Case {
  readonly head: RequestHead;
  readonly policy: Policy;
  readonly controlled: Controlled;
  readonly occasion: Occasion;
  readonly invalidatedAt: number | null;
  /** True where there are variants that the request does not select. */
  readonly hasOthers: boolean;
}

/** The purge that is about it, and what would be done with the request: as they are known, without waiting. */
export function describeJudgement(response: StoredResponse | null, given: Case): object {
  const { head, policy, controlled, occasion, invalidatedAt, hasOthers } = given;
  const purge = response && purgeAt(response, controlled.purges.current(occasion), occasion.now);
  const found = { response, hasOthers, invalidatedAt, purge, mustBeNewerThanAt: null };
  const { kind, reason } = decideReuse(head, found, policy, occasion.now);
  return { purge: describePurge(purge), decision: explained(kind, reason) };
}

/** JSON Schemas of its parts. */
export const JUDGEMENT = { purge: PURGE_VERDICT, decision: DECISION };
