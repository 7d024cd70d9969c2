import type { OriginSettings, Policy } from "../cache/policy.ts";
import type { RuleMatch, RuleSet } from "./rule.ts";

/**
 * A rule set as it stands in the bundle. Most rules say little that others do not, and every isolate has to read them
 * all at its start: so each has only what it does not share with most.
 */
export interface PackedRules {
  /** What most rules say, key by key; where there are no rules, nothing. */
  readonly match: Partial<RuleMatch>;
  readonly policy: Partial<Policy>;
  readonly rules: readonly PackedRule[];
  readonly defaults: Policy;
  readonly origins: ReadonlyMap<string, OriginSettings>;
}

export type PackedRule = readonly [name: string, match: Partial<RuleMatch>, policy: Partial<Policy>];

export function unpackRules({ match, policy, rules, defaults, origins }: PackedRules): RuleSet {
  const unpacked = rules.map(([name, ownMatch, ownPolicy]) => ({
    name,
    // What most say and what it says itself are together all that a validated rule has.
    match: { ...match, ...ownMatch } as RuleMatch,
    policy: { ...policy, ...ownPolicy, rule: name } as Policy,
  }));
  return { rules: unpacked, defaults, origins };
}
