import type { Rule } from "../rule.ts";
import { type CandidateTree, divided, type Proposal } from "./candidate-tree.ts";
import { compilePath, type PathShape } from "./path-pattern.ts";

/**
 * Patterns by what they begin with, as a radix tree: a node of it, or, as its root, all of it. It is made where the
 * rules are validated, and stands in the bundle as JSON, briefly: what a path needs of it is worked out when the path
 * comes (path-index.ts), since every new isolate would wait for a thousand rules.
 */
export type PathTree = readonly [
  /** What a path goes on with from the node above to this one. */
  label: string,
  /** Those that end here. */
  ends: CandidateTree | null,
  /** Those of which anything may follow, and those of which more has to be tested. */
  open: CandidateTree | null,
  children: readonly PathTree[],
  /** Those that go on with a parameter, which is a segment that is not empty. */
  parameter: PathTree | null,
];

/** A rule that is proposed, and what its pattern goes on with below a node (see `outlineOf`). */
interface Entry {
  readonly rest: string;
  readonly proposal: Proposal;
}

/** Plants rules in the order of the file. */
export function pathTreeOf(rules: readonly Rule[]): PathTree {
  return treeOf("", rules.flatMap(entriesOf));
}

function entriesOf({ match }: Rule, rule: number): readonly Entry[] {
  if (match.path.length === 0) return [{ rest: "*", proposal: { rule, match, pattern: null } }];
  return match.path.map(compilePath).map(({ shape }, pattern) => ({
    rest: outlineOf(shape),
    proposal: { rule, match, pattern: shape.isExact ? null : pattern },
  }));
}

/** A shape as one text: ":" stands for a segment, and "*" at the end for anything. */
function outlineOf({ segments, tail }: PathShape): string {
  const whole = segments.map((segment) => segment ?? ":");
  return `/${(tail === null ? whole : [...whole, `${tail}*`]).join("/")}`;
}

/** The node that a label leads to, of entries that all begin with it. */
function treeOf(label: string, entries: readonly Entry[]): PathTree {
  const below = entries.map(({ rest, proposal }) => ({ rest: rest.slice(label.length), proposal }));
  const startingWith = (start: string) => below.filter(({ rest }) => rest.startsWith(start));
  const parameters = startingWith(":").map(({ rest, proposal }) => ({ rest: rest.slice(1), proposal }));
  return [
    label,
    divided(below.filter(({ rest }) => rest === "").map(({ proposal }) => proposal)),
    divided(startingWith("*").map(({ proposal }) => proposal)),
    childrenOf(below.filter(({ rest }) => /^[^:*]/.test(rest))),
    parameters.length === 0 ? null : treeOf("", parameters),
  ];
}

function childrenOf(entries: readonly Entry[]): readonly PathTree[] {
  // Not by Map.groupBy, which Node 20 does not have.
  const firsts = new Set(entries.map(({ rest }) => rest.charAt(0)));
  return Array.from(firsts, (first) => {
    const some = entries.filter(({ rest }) => rest.startsWith(first));
    return treeOf(sharedLiteral(some), some);
  });
}

/** What all begin with, as far as the path has to be the same as the pattern. */
function sharedLiteral([first, ...others]: readonly Entry[]): string {
  let shared = first?.rest.split(/[:*]/, 1)[0] ?? "";
  for (const { rest } of others) shared = shared.slice(0, sharedLength(shared, rest));
  return shared;
}

function sharedLength(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return length;
}
