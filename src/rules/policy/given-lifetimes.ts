import type { TtlPolicy } from "../../cache/policy.ts";

/** What a rule gives a successful answer to live, in seconds, where its origin may give nothing; of a maximum, none. */
export function givenLifetimes({
  overrideSeconds,
  fallbackSeconds,
  minSeconds,
  byStatus,
}: TtlPolicy): readonly number[] {
  const ofSuccesses = byStatus.filter(({ first }) => first < FIRST_ERROR).map(({ seconds }) => seconds);
  const all = [overrideSeconds, fallbackSeconds, minSeconds, ...ofSuccesses];
  return all.filter((seconds) => typeof seconds === "number");
}

const FIRST_ERROR = 400;
