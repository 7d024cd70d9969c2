import type { RequestHead } from "../cache/types.ts";
import { extensionOf } from "../http/uri.ts";
import { withHead } from "./condition-target.ts";
import type { CompiledRule } from "./match.ts";
import type { RuleMatch } from "./rule.ts";

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

/** What a rule may want one of a few values of. */
type Facet = "host" | "extension" | "method";

const FACETS: readonly Facet[] = ["host", "extension", "method"];

const NO_DIVISIONS: readonly Division[] = [];

const NONE: Candidates = { least: Number.POSITIVE_INFINITY, divisions: NO_DIVISIONS, list: [] };

/** So few are tested one by one. */
const FEW = 4;

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

/** Divides candidates, which are in the order of the file, where it pays. */
export function divided(all: readonly Candidate[], facets: readonly Facet[] = FACETS): Candidates {
  const [first] = all;
  if (first === undefined) return NONE;
  if (all.length <= FEW) return { least: first.rule.index, divisions: NO_DIVISIONS, list: all };
  const divisions: Division[] = [];
  let list = all;
  for (const [index, facet] of facets.entries()) {
    const told = list.filter(({ rule }) => keysOf(facet, rule.match).size > 0);
    if (list.length <= FEW || told.length <= FEW) continue;
    divisions.push(divisionOf(facet, told, facets.slice(index + 1)));
    list = list.filter(({ rule }) => keysOf(facet, rule.match).size === 0);
  }
  return { least: first.rule.index, divisions, list };
}

function divisionOf(facet: Facet, told: readonly Candidate[], facets: readonly Facet[]): Division {
  const byValue = new Map<string, Candidate[]>();
  for (const candidate of told) {
    for (const value of keysOf(facet, candidate.rule.match)) {
      getOrAdd(byValue, value, () => []).push(candidate);
    }
  }
  return {
    facet,
    byValue: new Map(Array.from(byValue, ([value, some]) => [value, divided(some, facets)])),
    hasWhole: [...byValue.keys()].some((value) => !value.startsWith(".")),
    shortest: shortestOf([...byValue.keys()].filter((value) => value.startsWith("."))),
  };
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

function shortestOf(names: readonly string[]): number {
  return Math.min(...names.map(({ length }) => length));
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

/** What a map has for a key, made where it has nothing. */
export function getOrAdd<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
