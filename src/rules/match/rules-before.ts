import type { Policy } from "../../cache/policy.ts";
import type { RequestHead } from "../../cache/types.ts";
import { whyNot } from "./compiled-rule.ts";
import type { Matcher } from "./match.ts";

/** A rule that was tried in vain. */
export interface RuleBefore {
  /** Its place in the file. */
  readonly index: number;
  readonly name: string;
  /** As a sentence. Null: it matches the path as sent, and not what another rule makes of it. */
  readonly whyNot: string | null;
}

/** How many are told of. */
const MOST_RULES = 100;

/** Why the rules before the one that a request has its policy from did not match. */
export function rulesBefore(head: RequestHead, policy: Policy, { rules }: Matcher): readonly RuleBefore[] {
  const matched = rules.findIndex(({ name }) => name === policy.rule);
  const before = matched === -1 ? rules : rules.slice(0, matched);
  return before
    .slice(0, MOST_RULES)
    .map((rule) => ({ index: rule.index, name: rule.name, whyNot: whyNot(rule, head) }));
}
