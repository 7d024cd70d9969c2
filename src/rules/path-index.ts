import type { RequestHead } from "../cache/types.ts";
import { type Candidate, type Candidates, divided, getOrAdd, visitCandidates } from "./candidates.ts";
import type { CompiledRule } from "./match.ts";
import type { PathPattern } from "./path-pattern.ts";

/** Finds, for a request, the few rules that may match it: those of its literal path, and those of its segments. */
export interface PathIndex {
  readonly literal: ReadonlyMap<string, Candidates>;
  readonly root: PathNode;
}

/** The patterns that begin with the same segments. */
interface PathNode {
  /** Those that end here. */
  readonly ends: Candidates;
  /** Those of which anything may follow, and those of which more has to be tested. */
  readonly open: Candidates;
  /** Those that go on with a text and then anything: by the length of that text, and by itself. */
  readonly tails: ReadonlyMap<number, ReadonlyMap<string, Candidates>>;
  readonly children: ReadonlyMap<string, PathNode>;
  /** Those that go on with a parameter. */
  readonly parameter: PathNode | null;
}

/** Indexes rules in the order of the file. */
export function buildPathIndex(rules: readonly CompiledRule[]): PathIndex {
  const literal = new Map<string, Candidate[]>();
  const root = emptyNode();
  for (const rule of rules) {
    if (rule.paths.length === 0) root.open.push({ rule, accepts: null });
    for (const pattern of rule.paths) {
      const accepts = pattern.shape.isExact ? null : pattern.accepts;
      listFor(pattern, literal, root).push({ rule, accepts });
    }
  }
  return { literal: dividedMap(literal), root: dividedNode(root) };
}

/** Shows the lists in which the candidates for a request are, those of the longer patterns first. */
export function visitPath(
  { literal, root }: PathIndex,
  request: RequestHead,
  see: (list: readonly Candidate[]) => void,
): void {
  const path = request.url.pathname;
  const visit = (candidates: Candidates | undefined) =>
    candidates !== undefined && visitCandidates(candidates, request, see);
  visit(literal.get(path));
  visitNode(root, path, 1, visit);
}

/** `from` is where the rest of the path begins, behind its "/"; beyond the end where there is no rest. */
function visitNode(
  node: PathNode,
  path: string,
  from: number,
  visit: (candidates: Candidates | undefined) => void,
): void {
  if (from > path.length) {
    visit(node.ends);
    return;
  }
  const slash = path.indexOf("/", from);
  const end = slash === -1 ? path.length : slash;
  const child = node.children.get(path.slice(from, end));
  if (child !== undefined) visitNode(child, path, end + 1, visit);
  if (node.parameter !== null && end > from) visitNode(node.parameter, path, end + 1, visit);
  for (const [length, byText] of node.tails) visit(byText.get(path.slice(from, from + length)));
  visit(node.open);
}

interface GrowingNode {
  readonly ends: Candidate[];
  readonly open: Candidate[];
  readonly tails: Map<number, Map<string, Candidate[]>>;
  readonly children: Map<string, GrowingNode>;
  parameter: GrowingNode | null;
}

function emptyNode(): GrowingNode {
  return { ends: [], open: [], tails: new Map(), children: new Map(), parameter: null };
}

function listFor(pattern: PathPattern, literal: Map<string, Candidate[]>, root: GrowingNode): Candidate[] {
  if (pattern.literal !== null) return getOrAdd(literal, pattern.literal, () => []);
  const { segments, tail } = pattern.shape;
  const node = segments.reduce(nodeBelow, root);
  if (tail === null) return node.ends;
  if (tail === "") return node.open;
  const byText = getOrAdd(node.tails, tail.length, () => new Map<string, Candidate[]>());
  return getOrAdd(byText, tail, () => []);
}

function nodeBelow(parent: GrowingNode, segment: string | null): GrowingNode {
  if (segment !== null) return getOrAdd(parent.children, segment, emptyNode);
  parent.parameter ??= emptyNode();
  return parent.parameter;
}

function dividedNode({ ends, open, tails, children, parameter }: GrowingNode): PathNode {
  return {
    ends: divided(ends),
    open: divided(open),
    tails: new Map(Array.from(tails, ([length, byText]) => [length, dividedMap(byText)])),
    children: new Map(Array.from(children, ([segment, child]) => [segment, dividedNode(child)])),
    parameter: parameter === null ? null : dividedNode(parameter),
  };
}

function dividedMap(lists: ReadonlyMap<string, readonly Candidate[]>): ReadonlyMap<string, Candidates> {
  return new Map(Array.from(lists, ([text, list]) => [text, divided(list)]));
}
