import type { Policy } from "../../cache/policy.ts";
import type { RequestHead } from "../../cache/types.ts";
import { needsParams } from "../policy/templates.ts";
import type { Rule, RuleMatch } from "../rule.ts";
import { type Condition, conditionsOf } from "./condition.ts";
import { whyNotPath } from "./condition-target.ts";
import { compilePath, NO_PARAMS, type PathParams, type PathPattern } from "./path-pattern.ts";

/** A rule, ready to be tested. What few requests ask of a rule is worked out when it is first asked for. */
export class CompiledRule {
  readonly #rule: Rule;
  /** Its place in the file. */
  readonly index: number;
  #paths: readonly PathPattern[] | null = null;
  #conditions: readonly Condition[] | null = null;
  #needsParams: boolean | null = null;

  constructor(rule: Rule, index: number) {
    this.#rule = rule;
    this.index = index;
  }

  get name(): string {
    return this.#rule.name;
  }

  get match(): RuleMatch {
    return this.#rule.match;
  }

  get policy(): Policy {
    return this.#rule.policy;
  }

  /** Empty: every path. */
  get paths(): readonly PathPattern[] {
    this.#paths ??= this.match.path.map(compilePath);
    return this.#paths;
  }

  get conditions(): readonly Condition[] {
    this.#conditions ??= conditionsOf(this.match);
    return this.#conditions;
  }

  /** Whether the policy speaks of what the path pattern captures. */
  get needsParams(): boolean {
    this.#needsParams ??= needsParams(this.policy);
    return this.#needsParams;
  }
}

/** What the first pattern of a rule that accepts a path captures in it, percent-decoded; empty where none does. */
export function paramsOf(rule: CompiledRule, path: string): PathParams {
  return rule.paths.find(({ accepts }) => accepts(path))?.capture(path) ?? NO_PARAMS;
}

/** The first reason why a rule does not match a request, as a sentence, or null where it matches. */
export function whyNot(rule: CompiledRule, request: RequestHead): string | null {
  const path = request.url.pathname;
  if (rule.paths.length > 0 && !rule.paths.some(({ accepts }) => accepts(path))) {
    return whyNotPath(path, rule.paths);
  }
  return rule.conditions.find(({ holds }) => !holds(request))?.whyNot(request) ?? null;
}
