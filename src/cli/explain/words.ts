import type { RuleBefore } from "../../rules/match/rules-before.ts";
import { type Branch, styled } from "../terminal.ts";

/** What explanations of the rules here and of deployed ones say alike. */

/** The rule that decides, and why those before it do not. */
export function ruleBranch(rule: string | null, before: readonly RuleBefore[]): Branch {
  const name = rule === null ? "no rule: the defaults decide" : `rule ${JSON.stringify(rule)}`;
  return { text: styled("bold", name), below: before.map(beforeBranch) };
}

function beforeBranch({ index, name, whyNot }: RuleBefore): Branch {
  const why = whyNot ?? "another rule folds the path";
  return { text: styled("dim", `not ${JSON.stringify(name)} (index ${index}): ${why}`) };
}

/** How fresh a response is, in seconds. */
export function freshnessBranch(lifetimeSeconds: number, from: string, ageSeconds: number): Branch {
  const left = lifetimeSeconds - ageSeconds;
  const state = left > 0 ? `fresh for ${left} s` : `stale for ${-left} s`;
  return { text: `lifetime ${lifetimeSeconds} s (${from}) - age ${ageSeconds} s = ${state} (RFC 9111 §4.2)` };
}
