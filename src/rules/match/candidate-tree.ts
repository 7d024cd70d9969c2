import type { RuleMatch } from "../rule.ts";
import { withHead } from "./condition-target.ts";

/** Rules that may match, as plain data: where they are many, divided by what tells them apart. Mostly it is one rule. */
export type CandidateTree = number | Proposed;

type Proposed = readonly [
  /** The place in the file of the first of them. */
  least: number,
  /** Those that no division tells apart, in the order of the file. */
  list: readonly Place[],
  divisions: readonly DivisionTree[],
];

/** The place of a rule in the file, alone or with that of its pattern that has to be tested. */
export type Place = number | readonly [rule: number, pattern: number];

/** Rules by the values that they want of one thing; a rule stands under each of its values. */
export type DivisionTree = readonly [
  facet: Facet,
  byValue: readonly (readonly [value: string, some: CandidateTree])[],
];

/** What a rule may want one of a few values of. */
export type Facet = "host" | "extension" | "method";

const FACETS: readonly Facet[] = ["host", "extension", "method"];

/** A rule that may match, by its place in the file, and its pattern that has to be tested, or null. */
export interface Proposal {
  readonly rule: number;
  readonly match: RuleMatch;
  readonly pattern: number | null;
}

/** So few are tested one by one. */
const FEW = 4;

/** Divides proposals, which are in the order of the file, where it pays; null where there are none. */
export function divided(all: readonly Proposal[]): CandidateTree | null {
  const [first] = all;
  return first === undefined ? null : dividedBy(FACETS, first, all);
}

function dividedBy(facets: readonly Facet[], first: Proposal, all: readonly Proposal[]): CandidateTree {
  const divisions: DivisionTree[] = [];
  let list = all;
  for (const [index, facet] of facets.entries()) {
    const told = list.filter(({ match }) => keysOf(facet, match).size > 0);
    if (list.length <= FEW || told.length <= FEW) continue;
    divisions.push(divisionOf(facet, told, facets.slice(index + 1)));
    list = list.filter(({ match }) => keysOf(facet, match).size === 0);
  }
  if (all.length === 1 && first.pattern === null) return first.rule;
  return [first.rule, list.map(placeOf), divisions];
}

function placeOf({ rule, pattern }: Proposal): Place {
  return pattern === null ? rule : [rule, pattern];
}

function divisionOf(facet: Facet, told: readonly Proposal[], facets: readonly Facet[]): DivisionTree {
  const byValue = new Map<string, [Proposal, ...Proposal[]]>();
  for (const proposal of told) {
    for (const value of keysOf(facet, proposal.match)) {
      const known = byValue.get(value);
      if (known === undefined) byValue.set(value, [proposal]);
      else known.push(proposal);
    }
  }
  return [facet, Array.from(byValue, ([value, some]) => [value, dividedBy(facets, some[0], some)])];
}

/** What a rule wants, as a request is looked up by it; empty where it does not say. */
function keysOf(facet: Facet, { host, extension, method }: RuleMatch): ReadonlySet<string> {
  switch (facet) {
    case "host":
      // "*.example.com" is found by ".example.com".
      return new Set(host.map((name) => name.replace(/^\*/, "")));
    case "extension":
      return new Set(extension);
    case "method":
      return new Set(withHead(method));
    default:
      return facet satisfies never;
  }
}
