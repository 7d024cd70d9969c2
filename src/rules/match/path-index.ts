import { type Candidates, candidatesOf, type RuleAt, type Search, test } from "./candidates.ts";
import type { PathTree } from "./path-tree.ts";

/**
 * Rules by what the path of a request begins with, as a radix tree: what several share is compared once, and a path is
 * walked along without a part of it being cut out or hashed. This is one node of it, or, as its root, all of it.
 */
export class PathIndex {
  readonly label: string;
  readonly #tree: PathTree;
  readonly #ruleAt: RuleAt;
  #below: Below | null = null;

  constructor(tree: PathTree, ruleAt: RuleAt) {
    this.label = tree[0];
    this.#tree = tree;
    this.#ruleAt = ruleAt;
  }

  /** Worked out when a path first leads here: of 1,000 rules few are ever asked for. */
  get below(): Below {
    this.#below ??= belowOf(this.#tree, this.#ruleAt);
    return this.#below;
  }
}

/** What a node leads to. */
interface Below {
  /** Those that end here. */
  readonly ends: Candidates;
  /** Those of which anything may follow, and those of which more has to be tested. */
  readonly open: Candidates;
  /** By the first code unit of their label, counted from the least of these. */
  readonly children: readonly (PathIndex | null)[];
  readonly least: number;
  /** Those that go on with a parameter, which is a segment that is not empty. */
  readonly parameter: PathIndex | null;
}

/** Tests the candidates for a request, those of the longer patterns first. */
export function searchPath(index: PathIndex, search: Search): void {
  searchNode(index, 0, search);
}

function searchNode(node: PathIndex, from: number, search: Search): void {
  const { path } = search;
  const { ends, open, children, least, parameter } = node.below;
  if (from === path.length) test(ends, search);
  else {
    const child = children[path.charCodeAt(from) - least] ?? null;
    if (child !== null && leadsTo(child, path, from)) searchNode(child, from + child.label.length, search);
    if (parameter !== null) searchParameter(parameter, from, search);
  }
  test(open, search);
}

// The first character is that by which the node was found.
function leadsTo({ label }: PathIndex, path: string, from: number): boolean {
  return label.length === 1 || path.startsWith(label, from);
}

function searchParameter(node: PathIndex, from: number, search: Search): void {
  const end = endOfSegment(search.path, from);
  if (end > from) searchNode(node, end, search);
}

function endOfSegment(path: string, from: number): number {
  const slash = path.indexOf("/", from);
  return slash === -1 ? path.length : slash;
}

function belowOf([, ends, open, children, parameter]: PathTree, ruleAt: RuleAt): Below {
  return {
    ends: candidatesOf(ends, ruleAt),
    open: candidatesOf(open, ruleAt),
    ...childrenOf(children, ruleAt),
    parameter: parameter === null ? null : new PathIndex(parameter, ruleAt),
  };
}

function childrenOf(trees: readonly PathTree[], ruleAt: RuleAt): Pick<Below, "children" | "least"> {
  const byFirst = new Map(trees.map((tree) => [tree[0].charCodeAt(0), tree]));
  if (byFirst.size === 0) return { children: [], least: 0 };
  const least = Math.min(...byFirst.keys());
  const length = Math.max(...byFirst.keys()) - least + 1;
  const inOrder = Array.from({ length }, (_, index) => byFirst.get(least + index));
  return {
    children: inOrder.map((tree) => (tree === undefined ? null : new PathIndex(tree, ruleAt))),
    least,
  };
}
