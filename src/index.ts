export type { Env } from "./config.ts";
export { createEdgeCache } from "./edge-cache.ts";
export { PurgeLog } from "./purge/purge-log.ts";
export type { RulesInput } from "./rules/input/rules.ts";
export type { RuleSet } from "./rules/rule.ts";
export { defineRules } from "./rules/rule.ts";
