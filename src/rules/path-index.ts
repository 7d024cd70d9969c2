import { type Candidate, type Candidates, divided, type Search, test } from "./candidates.ts";
import type { CompiledRule } from "./match.ts";
import type { PathPattern } from "./path-pattern.ts";

/**
 * Patterns by what they begin with, as a radix tree: what several share is compared once, and a path is walked
 * along without a part of it being cut out or hashed. This is one node of it, or, as its root, all of it.
 */
export interface PathIndex {
  /** What the path goes on with from the node above to this one. */
  readonly label: string;
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
  if (from === path.length) test(node.ends, search);
  else {
    const child = node.children[path.charCodeAt(from) - node.least] ?? null;
    if (child !== null && leadsTo(child, path, from)) searchNode(child, from + child.label.length, search);
    if (node.parameter !== null) searchParameter(node.parameter, from, search);
  }
  test(node.open, search);
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

interface GrowingNode {
  label: string;
  readonly ends: Candidate[];
  readonly open: Candidate[];
  readonly children: Map<number, GrowingNode>;
  parameter: GrowingNode | null;
}

/** Indexes rules in the order of the file. */
export function buildPathIndex(rules: readonly CompiledRule[]): PathIndex {
  const root = emptyNode("");
  for (const rule of rules) {
    if (rule.paths.length === 0) root.open.push({ rule, accepts: null });
    for (const pattern of rule.paths) addPattern(root, rule, pattern);
  }
  return finished(root);
}

function emptyNode(label: string): GrowingNode {
  return { label, ends: [], open: [], children: new Map(), parameter: null };
}

function addPattern(root: GrowingNode, rule: CompiledRule, { shape, accepts }: PathPattern): void {
  let node = root;
  let literal = "/";
  for (const [index, segment] of shape.segments.entries()) {
    if (index > 0) literal += "/";
    if (segment === null) {
      node = parameterBelow(below(node, literal));
      literal = "";
    } else literal += segment;
  }
  const candidate = { rule, accepts: shape.isExact ? null : accepts };
  if (shape.tail === null) below(node, literal).ends.push(candidate);
  else below(node, `${literal}${shape.segments.length > 0 ? "/" : ""}${shape.tail}`).open.push(candidate);
}

function parameterBelow(node: GrowingNode): GrowingNode {
  node.parameter ??= emptyNode("");
  return node.parameter;
}

/** The node that a text leads to from another, with those between them that it needs. */
function below(node: GrowingNode, text: string): GrowingNode {
  if (text === "") return node;
  const first = text.charCodeAt(0);
  const child = node.children.get(first);
  if (child === undefined) {
    const leaf = emptyNode(text);
    node.children.set(first, leaf);
    return leaf;
  }
  const shared = sharedLength(child.label, text);
  const reached = shared === child.label.length ? child : split(node, child, shared);
  return below(reached, text.slice(shared));
}

function sharedLength(one: string, other: string): number {
  let length = 0;
  while (length < one.length && one[length] === other[length]) length += 1;
  return length;
}

/** Puts a node between two, after so much of the lower one's label. */
function split(parent: GrowingNode, child: GrowingNode, length: number): GrowingNode {
  const between = emptyNode(child.label.slice(0, length));
  parent.children.set(between.label.charCodeAt(0), between);
  child.label = child.label.slice(length);
  between.children.set(child.label.charCodeAt(0), child);
  return between;
}

function finished({ label, ends, open, children, parameter }: GrowingNode): PathIndex {
  return {
    label,
    ends: divided(ends),
    open: divided(open),
    ...finishedChildren(children),
    parameter: parameter === null ? null : finished(parameter),
  };
}

function finishedChildren(children: ReadonlyMap<number, GrowingNode>): Pick<PathIndex, "children" | "least"> {
  if (children.size === 0) return { children: [], least: 0 };
  const least = Math.min(...children.keys());
  const length = Math.max(...children.keys()) - least + 1;
  const grown = Array.from({ length }, (_, index) => children.get(least + index) ?? null);
  return { children: grown.map((child) => (child === null ? null : finished(child))), least };
}
