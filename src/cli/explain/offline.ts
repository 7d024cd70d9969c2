import { planRequest, type RequestPlan } from "../../cache/plan.ts";
import type { Policy } from "../../cache/policy.ts";
import { changedHead, isBodyRead } from "../../cache/request/request.ts";
import { decideReuse, type ReuseDecision } from "../../cache/reuse.ts";
import { decideStorage, type StorageDecision } from "../../cache/storage.ts";
import { type Arrival, factsOf } from "../../cache/storing/facts.ts";
import type { RequestHead, ResponseHead, StoredResponse } from "../../cache/types.ts";
import { choose, compileRules } from "../../rules/match/match.ts";
import { type RuleBefore, rulesBefore } from "../../rules/match/rules-before.ts";
import type { RuleSet } from "../../rules/rule.ts";
import { saysWhoAsks } from "./identity.ts";
import { type Lifetimes, lifetimesOf } from "./lifetimes.ts";

/** What is told of a case: a request, what the origin answers to it, and how long ago that was stored. */
export interface Case {
  readonly request: RequestHead;
  /** Null: nothing is said of it. */
  readonly response: ResponseHead | null;
  /** Null: nothing is stored. */
  readonly storedForSeconds: number | null;
}

/** What the engine decides, by the functions that the Worker runs. */
export interface Explanation {
  readonly request: RequestHead;
  readonly policy: Policy;
  readonly rulesBefore: readonly RuleBefore[];
  readonly plan: RequestPlan;
  /** Null: the plan asks for no look-up. */
  readonly reuse: ReuseDecision | null;
  /** Null: there is nothing to store, or nothing is told of the origin's answer. */
  readonly storage: StorageDecision | null;
  readonly lifetimes: Lifetimes | null;
}

/** Stands for whoever asks, where each has copies of their own: who it is takes a secret that is not here. */
const SOMEBODY = "(who is asking)";
/** Stands for the content of a request, which is not described. */
const SOMETHING = "(the content)";

const NOTHING_KNOWN = { invalidatedAt: null, purge: null, mustBeNewerThanAt: null };

/** `now` is in milliseconds since the epoch. */
export function explainOffline(
  rules: RuleSet,
  { request, response, storedForSeconds }: Case,
  now: number,
): Explanation {
  const matcher = compileRules(rules);
  const { policy, params } = choose(matcher, request);
  const head = changedHead(request, { params });
  const identity = saysWhoAsks(head.headers, policy.scope) ? SOMEBODY : null;
  const body = isBodyRead(head, policy) ? SOMETHING : null;
  const plan = planRequest(head, policy, { identity, body });
  const told = { request: head, policy, rulesBefore: rulesBefore(head, policy, matcher), plan };
  if (plan.kind !== "lookup") return { ...told, reuse: null, storage: null, lifetimes: null };
  const storedAt = now - (storedForSeconds ?? 0) * 1000;
  const stored =
    response && storedForSeconds !== null
      ? storedFacts(plan.head, arrivalOf(response, storedAt), policy)
      : null;
  const found = { ...NOTHING_KNOWN, response: stored, hasOthers: false };
  return {
    ...told,
    reuse: decideReuse(plan.head, found, policy, now),
    storage: response && storageOf(plan.head, arrivalOf(response, now), policy, now),
    lifetimes:
      response && lifetimesOf(factsOf(plan.head, arrivalOf(response, storedAt), policy), policy, now),
  };
}

function arrivalOf({ status, headers }: ResponseHead, at: number): Arrival {
  return { status, headers, requestedAt: at, respondedAt: at };
}

/** What would have been stored; null where it would not have been. */
function storedFacts(head: RequestHead, arrival: Arrival, policy: Policy): StoredResponse | null {
  const decision = storageOf(changedHead(head, { method: "GET" }), arrival, policy, arrival.respondedAt);
  return decision.kind === "store" ? decision.response : null;
}

function storageOf(head: RequestHead, arrival: Arrival, policy: Policy, now: number): StorageDecision {
  const asked = { ...NOTHING_KNOWN, stored: null, conditional: false, completing: false };
  const method = head.method === "HEAD" ? "HEAD" : "GET";
  return decideStorage(head, { kind: "response", arrival }, { ...asked, method }, policy, now);
}
