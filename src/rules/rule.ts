import type { OriginSettings, Policy } from "../cache/policy.ts";
import type { RuleFacts } from "./facts.ts";
import type { RulesInput } from "./input/rules.ts";
import type { PathTree } from "./match/path-tree.ts";
import { validateRules } from "./validate.ts";

/** `true`: present. `false`: absent. A list: the values it may have. An expression: found in its value. */
export type Wanted = boolean | readonly string[] | RegExp;

/** What is wanted of a field, parameter or cookie. */
export interface NamedTest {
  readonly name: string;
  readonly wanted: Wanted;
}

/** A network of client addresses, as written: `192.0.2.0/24`. */
export type Network = string;

/** A rule's conditions, validated and normalised. An empty list holds for every request. */
export interface RuleMatch {
  readonly path: readonly string[];
  /** Lower case, without the dot. */
  readonly extension: readonly string[];
  readonly method: readonly string[];
  readonly host: readonly string[];
  readonly query: readonly NamedTest[];
  readonly headers: readonly NamedTest[];
  readonly cookies: readonly NamedTest[];
  readonly country: readonly string[];
  readonly continent: readonly string[];
  readonly asn: readonly number[];
  readonly tlsVersion: readonly string[];
  /** Null: both. */
  readonly bot: Wanted | null;
  readonly ip: readonly Network[];
  /** None of them may hold. */
  readonly not: readonly RuleMatch[];
  /** One of them must hold, where there are any. */
  readonly any: readonly RuleMatch[];
  readonly all: readonly RuleMatch[];
}

/** A rule, validated, with every default filled in. */
export interface Rule {
  readonly name: string;
  readonly match: RuleMatch;
  readonly policy: Policy;
}

/** The rules file, validated. */
export interface RuleSet {
  readonly rules: readonly Rule[];
  /** The policy of a request that no rule matches. */
  readonly defaults: Policy;
  /** By name; there is always one named "default". */
  readonly origins: ReadonlyMap<string, OriginSettings>;
  /** Where a path finds the rules that may match it. */
  readonly paths: PathTree;
  readonly facts: RuleFacts;
}

/** Validates the rules. Throws one `RulesError` that names every mistake. */
export function defineRules(input: RulesInput): RuleSet {
  return validateRules(input);
}
