import { type Candidate, type Candidates, divided, getOrAdd, type Search, test } from "./candidates.ts";
import type { CompiledRule } from "./match.ts";
import { isOutline, outlineOf } from "./path-pattern.ts";

/**
 * Patterns by what they begin with, as a radix tree: what several share is compared once, and a path is walked
 * along without a part of it being cut out or hashed. This is one node of it, or, as its root, all of it. It is worked
 * out when a path first leads to it: of 1,000 rules few are ever asked for, and every new isolate would wait for all.
 */
export interface PathIndex {
  /** What is below it, until it is worked out. */
  waiting: readonly Entry[] | null;
  /** What the path goes on with from the node above to this one. */
  label: string;
  /** Those that end here. */
  ends: Candidates;
  /** Those of which anything may follow, and those of which more has to be tested. */
  open: Candidates;
  /** By the first code unit of their label, counted from the least of these. */
  children: readonly (PathIndex | null)[];
  least: number;
  /** Those that go on with a parameter, which is a segment that is not empty. */
  parameter: PathIndex | null;
}

/** A candidate, and what its pattern goes on with below a node (path-pattern.ts, outlineOf). */
interface Entry {
  readonly rest: string;
  readonly candidate: Candidate;
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
function leadsTo(node: PathIndex, path: string, from: number): boolean {
  if (node.waiting !== null) workOut(node, sharedLiteral(node.waiting), node.waiting);
  return node.label.length === 1 || path.startsWith(node.label, from);
}

function searchParameter(node: PathIndex, from: number, search: Search): void {
  if (node.waiting !== null) workOut(node, "", node.waiting);
  const end = endOfSegment(search.path, from);
  if (end > from) searchNode(node, end, search);
}

function endOfSegment(path: string, from: number): number {
  const slash = path.indexOf("/", from);
  return slash === -1 ? path.length : slash;
}

/** Indexes rules in the order of the file. */
export function buildPathIndex(rules: readonly CompiledRule[]): PathIndex {
  const entries = rules.flatMap(entriesOf);
  const root = nodeOf(entries);
  workOut(root, "", entries);
  return root;
}

function entriesOf(rule: CompiledRule): readonly Entry[] {
  const { path } = rule.match;
  if (path.length === 0) return [{ rest: "*", candidate: { rule, accepts: null } }];
  if (path.every(isOutline)) return path.map((rest) => ({ rest, candidate: { rule, accepts: null } }));
  return rule.paths.map(({ shape, accepts }) => ({
    rest: outlineOf(shape),
    candidate: { rule, accepts: shape.isExact ? null : accepts },
  }));
}

const NONE = divided([]);

function nodeOf(waiting: readonly Entry[]): PathIndex {
  return { waiting, label: "", ends: NONE, open: NONE, children: [], least: 0, parameter: null };
}

/** Divides what is below a node, all of which begins with its label. */
function workOut(node: PathIndex, label: string, entries: readonly Entry[]): void {
  const ends: Candidate[] = [];
  const open: Candidate[] = [];
  const parameters: Entry[] = [];
  const children = new Map<number, Entry[]>();
  for (const { rest, candidate } of entries) {
    const left = rest.slice(label.length);
    if (left === "") ends.push(candidate);
    else if (left.startsWith("*")) open.push(candidate);
    else if (left.startsWith(":")) parameters.push({ rest: left.slice(endOfSegment(left, 0)), candidate });
    else getOrAdd(children, left.charCodeAt(0), () => []).push({ rest: left, candidate });
  }
  node.waiting = null;
  node.label = label;
  node.ends = divided(ends);
  node.open = divided(open);
  if (children.size > 0) addChildren(node, children);
  if (parameters.length > 0) node.parameter = nodeOf(parameters);
}

function addChildren(node: PathIndex, entries: ReadonlyMap<number, readonly Entry[]>): void {
  const least = Math.min(...entries.keys());
  const length = Math.max(...entries.keys()) - least + 1;
  const below = Array.from({ length }, (_, index) => entries.get(least + index));
  node.least = least;
  node.children = below.map((some) => (some === undefined ? null : nodeOf(some)));
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
