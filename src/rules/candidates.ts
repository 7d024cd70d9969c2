import type { RequestHead } from "../cache/types.ts";
import { extensionOf, withHead } from "./condition-target.ts";
import type { CompiledRule } from "./match.ts";
import type { RuleMatch } from "./rule.ts";

/** A rule that may match, with the test of the path that is left to do, or null where none is. */
export interface Candidate {
  readonly rule: CompiledRule;
  readonly accepts: ((path: string) => boolean) | null;
}

/** Candidates in the order of the file, or, where they are many, divided by what tells them apart. */
export type Candidates = readonly Candidate[] | Division;

interface Division {
  readonly facet: Facet;
  readonly byValue: ReadonlyMap<string, Candidates>;
  /** Those that want nothing of it. */
  readonly others: Candidates;
}

/** Something of which a rule may want one of a few values, and of which a request has some. */
interface Facet {
  readonly wantedBy: (match: RuleMatch) => readonly string[];
  readonly valuesOf: (request: RequestHead) => readonly string[];
}

const FACETS: readonly Facet[] = [
  { wantedBy: ({ host }) => host, valuesOf: ({ url }) => hostPatterns(url.hostname) },
  { wantedBy: ({ extension }) => extension, valuesOf: ({ url }) => [extensionOf(url.pathname) ?? ""] },
  { wantedBy: ({ method }) => withHead(method), valuesOf: ({ method }) => [method] },
];

/** So few are tested one by one. */
const FEW = 4;

/** Divides candidates, which are in the order of the file, where it pays. */
export function divided(all: readonly Candidate[], facets: readonly Facet[] = FACETS): Candidates {
  const [facet, ...rest] = facets;
  if (facet === undefined || all.length <= FEW) return all;
  const wanted = (candidate: Candidate) => facet.wantedBy(candidate.rule.match);
  const telling = all.filter((candidate) => wanted(candidate).length > 0);
  if (telling.length <= FEW) return divided(all, rest);
  const byValue = new Map<string, Candidate[]>();
  for (const candidate of telling) {
    for (const value of new Set(wanted(candidate))) getOrAdd(byValue, value, () => []).push(candidate);
  }
  return {
    facet,
    byValue: new Map(Array.from(byValue, ([value, some]) => [value, divided(some, rest)])),
    others: divided(
      all.filter((candidate) => wanted(candidate).length === 0),
      rest,
    ),
  };
}

/** Shows the lists in which the candidates for a request are. */
export function visitCandidates(
  candidates: Candidates,
  request: RequestHead,
  see: (list: readonly Candidate[]) => void,
): void {
  if (!("facet" in candidates)) {
    if (candidates.length > 0) see(candidates);
    return;
  }
  for (const value of candidates.facet.valuesOf(request)) {
    const some = candidates.byValue.get(value);
    if (some !== undefined) visitCandidates(some, request, see);
  }
  visitCandidates(candidates.others, request, see);
}

// "a.example.com" is wanted by that name, by "*.example.com" and by "*.com".
function hostPatterns(hostname: string): readonly string[] {
  const patterns = [hostname];
  for (let dot = hostname.indexOf("."); dot !== -1; dot = hostname.indexOf(".", dot + 1)) {
    patterns.push(`*${hostname.slice(dot)}`);
  }
  return patterns;
}

/** What a map has for a key, made where it has nothing. */
export function getOrAdd<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
