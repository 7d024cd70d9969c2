import type { OriginSettings, Policy } from "../cache/policy.ts";
import type { RuleFacts } from "./facts.ts";
import type { PathTree } from "./match/path-tree.ts";
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
  /** `PackedRule`s, one JSON a line. */
  readonly rules: string;
  /** What they say themselves: first what JSON cannot say, as sets and expressions. */
  readonly values: readonly unknown[];
  /** Then all else, one JSON a line. */
  readonly texts: string;
  readonly defaults: Policy;
  readonly origins: ReadonlyMap<string, OriginSettings>;
  /** JSON: the `PathTree`. */
  readonly paths: string;
  readonly facts: RuleFacts;
}

/** A rule as one line of JSON. */
export type PackedRule = readonly [name: string, match: Places, policy: Places];

/** For each key, which of the values it has; of a list, which of them its items are. */
type Places = Readonly<Record<string, number | readonly number[]>>;

/** The rules of it. They are unpacked when they are first asked for, and each of them once more when it is. */
export function unpackRules(packed: PackedRules): RuleSet {
  const { defaults, origins, facts } = packed;
  let rules: readonly Rule[] | null = null;
  let paths: PathTree | null = null;
  return {
    get rules() {
      rules ??= rulesOf(packed);
      return rules;
    },
    get paths() {
      // As scripts/rules-module.ts wrote it.
      paths ??= JSON.parse(packed.paths) as PathTree;
      return paths;
    },
    ...{ defaults, origins, facts },
  };
}

function rulesOf({ rules, values, texts, match, policy }: PackedRules): readonly Rule[] {
  const valueAt = valuesAt(values, texts.split("\n"));
  const own = (places: Places) =>
    Object.fromEntries(
      Object.entries(places).map(([key, place]) => [
        key,
        typeof place === "number" ? valueAt(place) : place.map(valueAt),
      ]),
    );
  const unpack: Unpacking = {
    // What most say and what it says itself are together all that a validated rule has.
    match: ([, places]) => ({ ...match, ...own(places) }) as RuleMatch,
    policy: ([name, , places]) => ({ ...policy, ...own(places), rule: name }) as Policy,
  };
  return rules === "" ? [] : rules.split("\n").map((line) => new UnpackedRule(line, unpack));
}

/** Each is read when it is first asked for, and is one object for all that ask. */
function valuesAt(values: readonly unknown[], lines: readonly string[]): (place: number) => unknown {
  const read = new Map(values.entries());
  return (place) => {
    if (!read.has(place)) read.set(place, JSON.parse(lines[place - values.length] ?? ""));
    return read.get(place);
  };
}

interface Unpacking {
  readonly match: (rule: PackedRule) => RuleMatch;
  readonly policy: (rule: PackedRule) => Policy;
}

class UnpackedRule implements Rule {
  readonly #line: string;
  readonly #unpack: Unpacking;
  #read: PackedRule | null = null;
  #match: RuleMatch | null = null;
  #policy: Policy | null = null;

  constructor(line: string, unpack: Unpacking) {
    this.#line = line;
    this.#unpack = unpack;
  }

  get name(): string {
    return this.#packed[0];
  }

  get match(): RuleMatch {
    this.#match ??= this.#unpack.match(this.#packed);
    return this.#match;
  }

  get policy(): Policy {
    this.#policy ??= this.#unpack.policy(this.#packed);
    return this.#policy;
  }

  get #packed(): PackedRule {
    // As scripts/rules-module.ts wrote it.
    this.#read ??= JSON.parse(this.#line) as PackedRule;
    return this.#read;
  }
}
