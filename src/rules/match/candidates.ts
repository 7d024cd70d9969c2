import type { RequestHead } from "../../cache/types.ts";
import { extensionOf } from "../../http/uri.ts";
import type { CandidateTree, DivisionTree, Facet, Place } from "./candidate-tree.ts";
import type { CompiledRule } from "./compiled-rule.ts";

/** A rule that may match, with the test of the path that is left to do, or null where none is. */
export interface Candidate {
  readonly rule: CompiledRule;
  readonly accepts: ((path: string) => boolean) | null;
}

/** Rules that may match: where they are many, divided by what tells them apart. */
export interface Candidates {
  /** The place in the file of the first of them. */
  readonly least: number;
  readonly divisions: readonly Division[];
  /** Those that no division tells apart, in the order of the file. */
  readonly list: readonly Candidate[];
}

interface Division {
  readonly facet: Facet;
  readonly byValue: ReadonlyMap<string, Candidates>;
  /** Whether any value is a whole host, not only the end of one: a look-up costs more than to know that. */
  readonly hasWhole: boolean;
  /** The length of the shortest ".example.com" among the values, below which any host is wanted. */
  readonly shortest: number;
}

const NONE: Candidates = { least: Number.POSITIVE_INFINITY, divisions: [], list: [] };

/** A choice under way. */
export interface Search {
  readonly request: RequestHead;
  readonly path: string;
  /** The first rule, in the order of the file, of those tested that match. */
  first: CompiledRule | null;
  /** How many rules were tested. */
  tested: number;
  /** Of the request, once they are asked for. */
  host: string | null;
  extension: string | null;
}

/** The rule at a place in the file, one object for all that ask. */
export type RuleAt = (index: number) => CompiledRule;

/** The candidates that a tree of them tells. */
export function candidatesOf(tree: CandidateTree | null, ruleAt: RuleAt): Candidates {
  if (tree === null) return NONE;
  const [least, list, divisions] = typeof tree === "number" ? ([tree, [tree], []] as const) : tree;
  return {
    least,
    divisions: divisions.map((division) => divisionOf(division, ruleAt)),
    list: list.map((place) => candidateAt(place, ruleAt)),
  };
}

function divisionOf([facet, some]: DivisionTree, ruleAt: RuleAt): Division {
  const names = some.map(([value]) => value);
  const ends = names.filter((name) => name.startsWith("."));
  return {
    facet,
    byValue: new Map(some.map(([value, tree]) => [value, candidatesOf(tree, ruleAt)])),
    hasWhole: ends.length < names.length,
    shortest: Math.min(...ends.map(({ length }) => length)),
  };
}

function candidateAt(place: Place, ruleAt: RuleAt): Candidate {
  const [index, pattern] = typeof place === "number" ? [place, null] : place;
  const rule = ruleAt(index);
  return { rule, accepts: pattern === null ? null : (rule.paths[pattern]?.accepts ?? null) };
}

/** Tests the candidates for a request. What stands behind the first rule found so far need not be tested. */
export function test({ least, divisions, list }: Candidates, search: Search): void {
  if (search.first !== null && search.first.index < least) return;
  for (const division of divisions) testDivision(division, search);
  testList(list, search);
}

function testDivision(division: Division, search: Search): void {
  const { facet, byValue, hasWhole } = division;
  switch (facet) {
    case "host":
      search.host ??= search.request.url.hostname;
      if (hasWhole) test(byValue.get(search.host) ?? NONE, search);
      if (search.host.length > division.shortest) testParents(search.host, division, search);
      return;
    case "extension":
      search.extension ??= extensionOf(search.path) ?? "";
      if (search.extension !== "") test(byValue.get(search.extension) ?? NONE, search);
      return;
    case "method":
      test(byValue.get(search.request.method) ?? NONE, search);
      return;
    default:
      facet satisfies never;
  }
}

/** Tests what is wanted of the names above a host, each as the end of it from a dot on. */
function testParents(host: string, { byValue, shortest }: Division, search: Search): void {
  for (let dot = host.indexOf("."); dot !== -1; dot = host.indexOf(".", dot + 1)) {
    if (host.length - dot < shortest) return;
    test(byValue.get(host.slice(dot)) ?? NONE, search);
  }
}

function testList(list: readonly Candidate[], search: Search): void {
  for (const { rule, accepts } of list) {
    if (search.first !== null && rule.index >= search.first.index) return;
    search.tested += 1;
    if (accepts === null || accepts(search.path)) testRule(rule, search);
  }
}

function testRule(rule: CompiledRule, search: Search): void {
  for (const { holds } of rule.conditions) if (!holds(search.request)) return;
  search.first = rule;
}
