export type { Env } from "./config.ts";
export { createEdgeCache } from "./edge-cache.ts";
export type { RuleSet } from "./rules/rule.ts";
export { defineRules } from "./rules/rule.ts";
