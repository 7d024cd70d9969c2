import type { RequestPlan } from "../cache/plan.ts";
import type { RequestHead } from "../cache/types.ts";
import type { Occasion } from "../purge/purge-client.ts";
import { rulesBefore } from "../rules/match/rules-before.ts";
import { discard } from "../store/discard.ts";
import { select } from "../store/select.ts";
import type { Controlled } from "./call.ts";
import { shownValue } from "./described.ts";
import { describeJudgement, describePlan, JUDGEMENT, type Planned, planned } from "./judged.ts";
import { DECISION, describeKey, describeStored, isoOrNull, STORED } from "./stored.ts";

/**
 * What would be done with a request, and why: by the decisions that serve traffic, on what is stored now. Nothing is
 * fetched, and nothing changed.
 */
export async function explain(
  described: RequestHead,
  controlled: Controlled,
  occasion: Occasion,
): Promise<object> {
  const found = await planned(described, controlled);
  const { head, policy, plan } = found;
  return {
    request: { method: head.method, url: head.url.href, fields: [...head.headers.keys()] },
    rule: policy.rule,
    rulesBefore: rulesBefore(head, policy, controlled.matcher),
    plan: describePlan(plan),
    ...(plan.kind === "lookup" && (await explainLookup(plan, { ...found, controlled, occasion }))),
  };
}

interface Context extends Planned {
  readonly controlled: Controlled;
  readonly occasion: Occasion;
}

async function explainLookup(
  plan: Extract<RequestPlan, { kind: "lookup" }>,
  context: Context,
): Promise<object> {
  const { head, policy, controlled, occasion } = context;
  const selected = await select(controlled.store, plan.key, plan.head.headers, occasion.now);
  discard(selected.body);
  const { response, index } = selected;
  await controlled.purges.ready(occasion);
  const invalidatedAt = controlled.invalidatedAt(plan.key.uri, selected.invalidatedAt);
  const hasOthers = (index?.nominations.length ?? 0) > 0;
  return {
    key: describeKey(plan.key),
    canonical: canonicalChanges(head, plan.head),
    stored: response && describeStored(response, policy, occasion.now),
    invalidatedAt: isoOrNull(invalidatedAt),
    ...describeJudgement(response, { ...context, head: plan.head, invalidatedAt, hasOthers }),
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
    ...JUDGEMENT,
  },
};
