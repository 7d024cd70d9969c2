import type { Policy } from "../cache/policy.ts";
import type { RequestHead } from "../cache/types.ts";
import { anyOf, type Condition, conditionsOf, quote } from "./condition.ts";
import { buildPathIndex, type Candidate, type PathIndex } from "./path-index.ts";
import { compilePath, type PathPattern } from "./path-pattern.ts";
import type { Rule, RuleSet } from "./rule.ts";

/** A rule, ready to be tested. */
export interface CompiledRule {
  /** Its place in the file. */
  readonly index: number;
  readonly name: string;
  readonly policy: Policy;
  /** Empty: every path. */
  readonly paths: readonly PathPattern[];
  readonly conditions: readonly Condition[];
}

/** A rule set, compiled once for many requests. */
export interface Matcher {
  /** In the order of the file. */
  readonly rules: readonly CompiledRule[];
  readonly defaults: Policy;
  readonly paths: PathIndex;
}

/** Compiles a rule set. Costs microseconds per rule: once at start, never per request. */
export function compileRules(set: RuleSet): Matcher {
  const rules = set.rules.map(compileRule);
  return { rules, defaults: set.defaults, paths: buildPathIndex(rules) };
}

function compileRule({ name, match, policy }: Rule, index: number): CompiledRule {
  return { index, name, policy, paths: match.path.map(compilePath), conditions: conditionsOf(match) };
}

/** The policy of the first rule that matches, else the defaults. The objects returned are prebuilt. */
export function matchRequest(matcher: Matcher, request: RequestHead): Policy {
  const path = request.url.pathname;
  let first = firstOf(matcher.paths.literal.get(path), null, path, request);
  let node = matcher.paths.root;
  for (let from = 1; ; ) {
    first = firstOf(node.candidates, first, path, request);
    if (from > path.length || node.children.size === 0) break;
    const slash = path.indexOf("/", from);
    const end = slash === -1 ? path.length : slash;
    const child = node.children.get(path.slice(from, end));
    if (child === undefined) break;
    node = child;
    from = end + 1;
  }
  return first === null ? matcher.defaults : first.policy;
}

// Each list is in the order of the file, so what stands behind the best rule so far need not be tested.
function firstOf(
  candidates: readonly Candidate[] | undefined,
  best: CompiledRule | null,
  path: string,
  request: RequestHead,
): CompiledRule | null {
  if (candidates === undefined) return best;
  for (const { rule, accepts } of candidates) {
    if (best !== null && rule.index >= best.index) return best;
    if ((accepts === null || accepts(path)) && rule.conditions.every(({ holds }) => holds(request)))
      return rule;
  }
  return best;
}

/** The first reason why a rule does not match a request, as a sentence, or null where it matches. */
export function whyNot(rule: CompiledRule, request: RequestHead): string | null {
  const path = request.url.pathname;
  if (rule.paths.length > 0 && !rule.paths.some(({ accepts }) => accepts(path))) {
    return `path ${quote(path)} does not match ${anyOf(rule.paths.map(({ source }) => source))}`;
  }
  return rule.conditions.find(({ holds }) => !holds(request))?.whyNot(request) ?? null;
}
