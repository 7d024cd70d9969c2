import type { OtherFields } from "../../cache/policy.ts";
import type { Decisions } from "../parse/decisions.ts";
import type { RuleMatch } from "../rule.ts";
import { givenLifetimes } from "./given-lifetimes.ts";
import { NO_OTHER_FIELDS, NO_TTL } from "./plain.ts";

/**
 * What becomes of request fields that no key names. An origin that gives a lifetime itself may have looked at any of
 * them, and keeps its say; where the rule gives it, the rule's key is what the answer may depend on.
 */
export function otherFieldsOf(all: Decisions, match: RuleMatch | null): OtherFields {
  const isRuled = all.heuristicFreshness === true || givenLifetimes(all.edgeTtl ?? NO_TTL).length > 0;
  const fate = all.otherHeaders ?? (isRuled ? "drop" : "vary");
  const forward = all.forwardHeaders ?? NO_OTHER_FIELDS.forward;
  const tested = match === null ? [] : testedFields(match);
  const saysNothing = fate === NO_OTHER_FIELDS.fate && forward.length === 0 && tested.length === 0;
  return saysNothing ? NO_OTHER_FIELDS : Object.freeze({ fate, forward, tested: Object.freeze(tested) });
}

/** The fields that a match looks at, with all that is nested in it; each once. */
function testedFields(match: RuleMatch): string[] {
  const nested = [...match.not, ...match.any, ...match.all].flatMap(testedFields);
  return [...new Set([...match.headers.map(({ name }) => name), ...nested])];
}
