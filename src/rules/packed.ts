import type { OriginSettings, Policy } from "../cache/policy.ts";
import { getOrAdd } from "./candidates.ts";
import type { Rule, RuleMatch, RuleSet } from "./rule.ts";

/**
 * A rule set as it stands in the bundle. Most rules say little that others do not, so each has only what it does not
 * share with most; and that is text, which every isolate passes over at its start ten times as fast as over code, to
 * read it when a request needs it.
 */
export interface PackedRules {
  /** What most rules say, key by key; where there are no rules, nothing. */
  readonly match: Partial<RuleMatch>;
  readonly policy: Partial<Policy>;
  /** JSON: a list of `PackedRule`s. */
  readonly rules: string;
  /** What they say themselves: first what JSON cannot say, as sets and expressions. */
  readonly values: readonly unknown[];
  /** Then all else, one JSON a line. */
  readonly texts: string;
  readonly defaults: Policy;
  readonly origins: ReadonlyMap<string, OriginSettings>;
}

export type PackedRule = readonly [name: string, match: Places, policy: Places];

/** For each key, which of the values it has. */
type Places = Readonly<Record<string, number>>;

/** The rules of it. They are unpacked when they are first asked for, and each of them once more when it is. */
export function unpackRules(packed: PackedRules): RuleSet {
  const { defaults, origins } = packed;
  let rules: readonly Rule[] | null = null;
  return {
    get rules() {
      rules ??= rulesOf(packed);
      return rules;
    },
    defaults,
    origins,
  };
}

function rulesOf({ rules, values, texts, match, policy }: PackedRules): readonly Rule[] {
  const lines = texts.split("\n");
  const read = new Map(values.entries());
  const valueAt = (place: number) =>
    getOrAdd(read, place, () => JSON.parse(lines[place - values.length] ?? "null"));
  const valuesAt = (places: Places) =>
    Object.fromEntries(Object.entries(places).map(([key, place]) => [key, valueAt(place)]));
  // scripts/rules-module.ts wrote it.
  const packed: readonly PackedRule[] = JSON.parse(rules);
  return packed.map(
    ([name, ownMatch, ownPolicy]) =>
      new UnpackedRule(name, {
        // What most say and what it says itself are together all that a validated rule has.
        match: () => ({ ...match, ...valuesAt(ownMatch) }) as RuleMatch,
        policy: () => ({ ...policy, ...valuesAt(ownPolicy), rule: name }) as Policy,
      }),
  );
}

interface Unpacking {
  readonly match: () => RuleMatch;
  readonly policy: () => Policy;
}

class UnpackedRule implements Rule {
  readonly name: string;
  readonly #unpacking: Unpacking;
  #match: RuleMatch | null = null;
  #policy: Policy | null = null;

  constructor(name: string, unpacking: Unpacking) {
    this.name = name;
    this.#unpacking = unpacking;
  }

  get match(): RuleMatch {
    this.#match ??= this.#unpacking.match();
    return this.#match;
  }

  get policy(): Policy {
    this.#policy ??= this.#unpacking.policy();
    return this.#policy;
  }
}
