import type { RuleSet } from "../rule.ts";
import { lintDeployment, lintHosts } from "./deployment.ts";
import { lintFields } from "./fields.ts";
import { lintShadows } from "./shadow.ts";
import { lintTags } from "./tags.ts";
import { lintDefaults, lintEffects } from "./ttl.ts";
import { lintUnkeyed } from "./unkeyed.ts";
import { lintUnwise } from "./unwise.ts";
import { lintUsers } from "./users.ts";
import type { Deployment, RuleWarning } from "./warning.ts";

/**
 * What a rules file says that is allowed and probably not meant, in the order of the file. Without a deployment,
 * nothing is said of what wrangler.toml has to give.
 */
export function lintRules(set: RuleSet, deployment?: Deployment): readonly RuleWarning[] {
  const rules = set.rules.map((rule, index) => ({ rule, index }));
  const warnings = [
    ...(deployment === undefined ? [] : lintDeployment(rules, set, deployment)),
    ...lintDefaults(set),
    ...lintShadows(rules),
    ...rules.flatMap((placed) => lintEffects(placed, set)),
    ...rules.flatMap(lintUsers),
    ...rules.flatMap((placed) => lintUnwise(placed, set)),
    ...rules.flatMap(lintFields),
    ...lintUnkeyed(rules, set),
    ...lintTags(rules, set),
    ...lintHosts(rules),
  ];
  return warnings.sort((one, other) => (one.index ?? -1) - (other.index ?? -1));
}
