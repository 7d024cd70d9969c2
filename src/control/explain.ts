import type { RequestPlan } from "../cache/plan.ts";
import type { Policy } from "../cache/policy.ts";
import { changedHead } from "../cache/request.ts";
import { decideReuse } from "../cache/reuse.ts";
import type { RequestHead } from "../cache/types.ts";
import { purgeOf } from "../purge/purge.ts";
import type { Occasion } from "../purge/purge-client.ts";
import { choose } from "../rules/match.ts";
import { rulesBefore } from "../rules/rules-before.ts";
import { discard } from "../store/discard.ts";
import { select } from "../store/select.ts";
import type { Controlled } from "./call.ts";
import { shownValue } from "./described.ts";
import {
  DECISION,
  describeKey,
  describePurge,
  describeStored,
  explained,
  isoOrNull,
  PURGE_VERDICT,
  STORED,
} from "./stored.ts";

/**
 * What would be done with a request, and why: by the decisions that serve traffic, on what is stored now. Nothing is
 * fetched, and nothing changed.
 */
export async function explain(
  described: RequestHead,
  controlled: Controlled,
  occasion: Occasion,
): Promise<object> {
  const { policy, params } = choose(controlled.matcher, described);
  const head = changedHead(described, { params });
  const plan = await controlled.plan(head, policy);
  return {
    request: { method: head.method, url: head.url.href, fields: [...head.headers.keys()] },
    rule: policy.rule,
    rulesBefore: rulesBefore(head, policy, controlled.matcher),
    plan: explained(plan.kind, plan.kind === "lookup" ? null : plan.reason),
    ...(plan.kind === "lookup" && (await explainLookup(head, plan, policy, { controlled, occasion }))),
  };
}

interface Context {
  readonly controlled: Controlled;
  readonly occasion: Occasion;
}

async function explainLookup(
  head: RequestHead,
  plan: Extract<RequestPlan, { kind: "lookup" }>,
  policy: Policy,
  { controlled, occasion }: Context,
): Promise<object> {
  const { now } = occasion;
  const selected = await select(controlled.store, plan.key, plan.head.headers, now);
  discard(selected.body);
  const { response, index } = selected;
  await controlled.purges.ready(occasion);
  const purge = response && purgeOf(response, controlled.purges.current(occasion));
  const standing = {
    invalidatedAt: controlled.invalidatedAt(plan.key.uri, selected.invalidatedAt),
    purge,
    mustBeNewerThanAt: null,
  };
  const found = { response, hasOthers: (index?.nominations.length ?? 0) > 0, ...standing };
  const decision = decideReuse(plan.head, found, policy, now);
  return {
    key: describeKey(plan.key),
    canonical: canonicalChanges(head, plan.head),
    stored: response && describeStored(response, policy, now),
    invalidatedAt: isoOrNull(standing.invalidatedAt),
    purge: describePurge(purge),
    decision: explained(decision.kind, decision.reason),
  };
}

/** What the key and the origin see otherwise than the client wrote it; credentials are not repeated. */
function canonicalChanges(head: RequestHead, canonical: RequestHead): object {
  const names = new Set([...head.headers.keys(), ...canonical.headers.keys()]);
  const changed = [...names].filter((name) => head.headers.get(name) !== canonical.headers.get(name));
  return {
    url: canonical.url.href,
    fields: Object.fromEntries(changed.map((name) => [name, shownValue(name, canonical.headers.get(name))])),
  };
}

/** JSON Schema of the answer. */
export const EXPLAINED = {
  type: "object",
  required: ["request", "rule", "rulesBefore", "plan"],
  properties: {
    request: { type: "object" },
    rule: { type: ["string", "null"] },
    rulesBefore: { type: "array", items: { type: "object", required: ["index", "name", "whyNot"] } },
    plan: DECISION,
    key: { type: "object", required: ["uri", "key"] },
    canonical: {
      type: "object",
      description: "What the key and the origin see otherwise than the client wrote it.",
    },
    stored: { ...STORED, type: ["object", "null"] },
    invalidatedAt: { type: ["string", "null"] },
    purge: PURGE_VERDICT,
    decision: DECISION,
  },
};
