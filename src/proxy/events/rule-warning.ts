import { REASONS, type Reason } from "../../cache/reasons.ts";
import type { LogFormat } from "../../config.ts";

/** Something in the rules that has no effect, as traffic has shown. */
export interface RuleWarning {
  readonly rule: string | null;
  readonly reason: Reason;
  readonly url: string;
}

export function logRuleWarning(warning: RuleWarning, format: LogFormat): void {
  const { rule, reason, url } = warning;
  const text = REASONS[reason].text;
  if (format === "json") console.warn(JSON.stringify({ event: "rule-without-effect", ...warning, text }));
  if (format === "pretty") console.warn(`rule ${rule ?? "defaults"} has no effect on ${url}: ${text}`);
}
