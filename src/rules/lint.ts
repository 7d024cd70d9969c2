import { lintDeployment, lintHosts } from "./lint-deployment.ts";
import { lintFields } from "./lint-fields.ts";
import { lintShadows } from "./lint-shadow.ts";
import { lintTags } from "./lint-tags.ts";
import { lintDefaults, lintEffects } from "./lint-ttl.ts";
import { lintUnkeyed } from "./lint-unkeyed.ts";
import { lintUnwise } from "./lint-unwise.ts";
import { lintUsers } from "./lint-users.ts";
import type { Deployment, RuleWarning } from "./lint-warning.ts";
import type { RuleSet } from "./rule.ts";

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
