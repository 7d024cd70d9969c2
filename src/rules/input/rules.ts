/**
 * The rules file as its author writes it. What is untyped there (JSON, a script) goes through the same
 * validation; docs/rules.md has an example of every key.
 */

import type { DecisionsInput } from "./decisions.ts";
import type { MatchInput } from "./match.ts";
import type { NamedOriginInput } from "./origin.ts";

/** The names of the built-in starting points (src/rules/presets.ts). */
export type PresetName = "static-assets" | "api-list" | "per-user" | "never";

/** One rule as the operator writes it. */
export interface RuleInput extends DecisionsInput {
  /** Unique; it appears in logs, statistics and explanations. Up to 64 printable ASCII characters. */
  readonly name: string;
  /** Which requests it is for; `{}` is every request. */
  readonly match: MatchInput;
  /** A named starting point, whose keys stand between the defaults and the rule's own. */
  readonly extends?: PresetName;
}

/** The rules file. */
export interface RulesInput {
  /** Decisions for every rule that does not say otherwise, and for requests that no rule matches. */
  readonly defaults?: DecisionsInput;
  /** Origins by name. `default` is the ORIGIN variable; an entry of that name adds to it. */
  readonly origins?: Readonly<Record<string, string | NamedOriginInput>>;
  /** In order: the first rule that matches decides. */
  readonly rules: readonly RuleInput[];
}
