import type { Rule } from "../rule.ts";

/** What a warning is about. */
export type WarningCode =
  | "shadowed"
  | "shadowed-path"
  | "ttl-without-effect"
  | "invalidates-without-effect"
  | "beyond-retention"
  | "personal-path"
  | "session-stripped"
  | "cookies-respected"
  | "session-key"
  | "authorization-key"
  | "unkeyed-condition"
  | "unkeyed-field"
  | "unknown-tag"
  | "no-stale-if-error"
  | "cookie-key"
  | "rate-limit-binding"
  | "service-binding"
  | "certificate-binding"
  | "workers-dev";

/** Something in a rules file that is allowed, and probably not meant. */
export interface RuleWarning {
  /** The rule's name, or null where it concerns the defaults or the file as a whole. */
  readonly rule: string | null;
  /** Its place in the file. */
  readonly index: number | null;
  /** The path of the key within the rule, such as `match.path[1]`; empty for all of it. */
  readonly key: string;
  readonly code: WarningCode;
  /** One or two sentences, for the operator. */
  readonly text: string;
}

/** A rule, with its place in the file. */
export interface PlacedRule {
  readonly rule: Rule;
  readonly index: number;
}

/** The deployment that wrangler.toml describes. */
export interface Deployment {
  /** Whether it answers at a workers.dev address. */
  readonly workersDev: boolean;
  /** How many routes and custom domains lead to it. */
  readonly routes: number;
  readonly rateLimits: readonly {
    readonly name: string;
    readonly limit: number;
    readonly periodSeconds: number;
  }[];
  /** The names of its service bindings. */
  readonly services: readonly string[];
  /** The names of its mTLS certificate bindings. */
  readonly certificates: readonly string[];
}

/** A warning about a rule. */
export function about({ rule, index }: PlacedRule, said: Omit<RuleWarning, "rule" | "index">): RuleWarning {
  return { rule: rule.name, index, ...said };
}

/** A rule as sentences name it. */
export function label({ rule, index }: PlacedRule): string {
  return `rule ${JSON.stringify(rule.name)} (index ${index})`;
}

/** A warning as one line: `rule "x" (index 2), match.path: ...`. */
export function formatWarning({ rule, index, key, text }: RuleWarning): string {
  const where = rule === null ? "rules" : `rule ${JSON.stringify(rule)} (index ${index})`;
  return `${where}${key === "" ? "" : `, ${key}`}: ${text}`;
}
