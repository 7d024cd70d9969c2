import type { Policy, TtlPolicy } from "../../cache/policy.ts";
import { RETENTION_DAYS } from "../../cache/types.ts";
import type { RuleSet } from "../rule.ts";
import { about, type PlacedRule, type RuleWarning } from "./warning.ts";

const DAY_SECONDS = 86_400;

const READS = ["GET", "HEAD"];
const SAFE = ["GET", "HEAD", "OPTIONS", "TRACE", "QUERY"];

/** Whether responses to some requests of a rule may be stored. */
export function mayStore({ match, policy }: PlacedRule["rule"]): boolean {
  if (policy.action === "pass" || policy.respond !== null) return false;
  const reads = [...READS, ...(policy.key.body?.methods ?? [])];
  return match.method.length === 0 || match.method.some((method) => reads.includes(method));
}

/** Lifetimes and invalidations of a rule that cannot take effect. */
export function lintEffects(placed: PlacedRule, set: RuleSet): readonly RuleWarning[] {
  return [...withoutStoring(placed, set), ...withoutWriting(placed, set), ...ofPolicy(placed, set.defaults)];
}

const STORING_KEYS = ["edgeTtl", "staleWhileRevalidate", "staleIfError", "tags"] as const;

// What stands in defaults was not said of this rule.
function withoutStoring(placed: PlacedRule, { defaults }: RuleSet): readonly RuleWarning[] {
  const { match, policy } = placed.rule;
  if (mayStore(placed.rule) || match.method.length === 0 || policy.action === "pass") return [];
  return STORING_KEYS.filter((key) => policy[key] !== defaults[key] && says(policy, key)).map((key) =>
    about(placed, {
      key,
      code: "ttl-without-effect",
      text: `${key} has no effect: answers to ${match.method.join(", ")} are not stored. Name GET in match.method, or let key.body say which methods are reads`,
    }),
  );
}

function says(policy: Policy, key: (typeof STORING_KEYS)[number]): boolean {
  if (key === "tags") return policy.tags.length > 0;
  return key === "edgeTtl" ? lifetimesOf(policy.edgeTtl).length > 0 : policy[key] !== null;
}

function withoutWriting(placed: PlacedRule, { defaults }: RuleSet): readonly RuleWarning[] {
  const { match, policy } = placed.rule;
  const isOwn = policy.invalidates.length > 0 && policy.invalidates !== defaults.invalidates;
  if (!isOwn || match.method.length === 0 || match.method.some((method) => !SAFE.includes(method))) return [];
  return [
    about(placed, {
      key: "invalidates",
      code: "invalidates-without-effect",
      text: `invalidates has no effect: ${match.method.join(", ")} writes nothing. Only unsafe methods such as POST do`,
    }),
  ];
}

/** Lifetimes and windows for which nothing is kept. */
function ofPolicy(placed: PlacedRule, defaults: Policy): readonly RuleWarning[] {
  return longKeys(placed.rule.policy, defaults).map((key) => about(placed, beyondRetention(key)));
}

/** The same of the defaults. */
export function lintDefaults({ defaults }: RuleSet): readonly RuleWarning[] {
  return longKeys(defaults, null).map((key) => ({
    rule: null,
    index: null,
    ...beyondRetention(`defaults.${key}`),
  }));
}

function longKeys(policy: Policy, inherited: Policy | null): readonly string[] {
  const keys = ["edgeTtl", "staleWhileRevalidate", "staleIfError"] as const;
  return keys.filter(
    (key) => policy[key] !== inherited?.[key] && longestOf(policy, key) > RETENTION_DAYS * DAY_SECONDS,
  );
}

function longestOf(policy: Policy, key: "edgeTtl" | "staleWhileRevalidate" | "staleIfError"): number {
  return key === "edgeTtl" ? Math.max(0, ...lifetimesOf(policy.edgeTtl)) : (policy[key]?.seconds ?? 0);
}

function beyondRetention(key: string): Pick<RuleWarning, "key" | "code" | "text"> {
  return {
    key,
    code: "beyond-retention",
    text: `a response is kept for at most ${RETENTION_DAYS} days, so nothing lives longer at the edge`,
  };
}

/** Every lifetime that a policy gives, in seconds. */
export function lifetimesOf({
  overrideSeconds,
  fallbackSeconds,
  minSeconds,
  maxSeconds,
  byStatus,
}: TtlPolicy): number[] {
  const given = [overrideSeconds, fallbackSeconds, minSeconds, ...byStatus.map(({ seconds }) => seconds)];
  const lifetimes = given.filter((seconds) => typeof seconds === "number");
  // A maximum alone gives none, but says something.
  return lifetimes.length === 0 && maxSeconds !== null ? [0] : lifetimes;
}
