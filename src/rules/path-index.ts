import type { CompiledRule } from "./match.ts";
import type { PathPattern } from "./path-pattern.ts";

/** A rule that may match, with the test of the path that is left to do, or null where none is. */
export interface Candidate {
  readonly rule: CompiledRule;
  readonly accepts: ((path: string) => boolean) | null;
}

/** The patterns that begin with the same whole segments. */
export interface PathNode {
  /** In the order of the file. */
  readonly candidates: readonly Candidate[];
  readonly children: ReadonlyMap<string, PathNode>;
}

/** Finds, for a path, the few rules that may match it: those of its literal, and those of its segments. */
export interface PathIndex {
  readonly literal: ReadonlyMap<string, readonly Candidate[]>;
  readonly root: PathNode;
}

interface GrowingNode extends PathNode {
  readonly candidates: Candidate[];
  readonly children: Map<string, GrowingNode>;
}

/** Indexes rules in the order of the file. */
export function buildPathIndex(rules: readonly CompiledRule[]): PathIndex {
  const literal = new Map<string, Candidate[]>();
  const root = emptyNode();
  for (const rule of rules) {
    if (rule.paths.length === 0) root.candidates.push({ rule, accepts: null });
    for (const pattern of rule.paths) listFor(pattern, literal, root).push(candidateOf(rule, pattern));
  }
  return { literal, root };
}

function candidateOf(rule: CompiledRule, { literal, accepts }: PathPattern): Candidate {
  return { rule, accepts: literal === null ? accepts : null };
}

function listFor(pattern: PathPattern, literal: Map<string, Candidate[]>, root: GrowingNode): Candidate[] {
  if (pattern.literal !== null) return getOrAdd(literal, pattern.literal, () => []);
  const node = pattern.leading.reduce(
    (parent, segment) => getOrAdd(parent.children, segment, emptyNode),
    root,
  );
  return node.candidates;
}

function emptyNode(): GrowingNode {
  return { candidates: [], children: new Map() };
}

function getOrAdd<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
