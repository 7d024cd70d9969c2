import type { Policy } from "../../cache/policy.ts";
import type { RequestHead } from "../../cache/types.ts";
import { pathReadings } from "../../http/path-readings.ts";
import { foldPath } from "../../http/uri.ts";
import type { Rule, RuleSet } from "../rule.ts";
import type { Search } from "./candidates.ts";
import { CompiledRule, paramsOf } from "./compiled-rule.ts";
import { policyInDoubt, refusedPolicy } from "./path-doubt.ts";
import { PathIndex, searchPath } from "./path-index.ts";
import { NO_PARAMS, type PathParams } from "./path-pattern.ts";

/** A rule set, compiled once for many requests. */
export interface Matcher {
  /** In the order of the file. */
  readonly rules: readonly CompiledRule[];
  readonly defaults: Policy;
  readonly paths: PathIndex;
}

/** What the rules chose for a request. */
export interface Choice {
  readonly policy: Policy;
  /** What the path pattern captured, percent-decoded; empty where the policy does not speak of it. */
  readonly params: PathParams;
}

/** Compiles a rule set: once for each isolate, never per request. Of 1,000 rules few are ever asked for. */
export function compileRules({ rules, defaults, paths }: RuleSet): Matcher {
  const compiled = new Map<number, CompiledRule>();
  let all: readonly CompiledRule[] | null = null;
  const ruleAt = (index: number) => {
    const rule = compiled.get(index) ?? compiledRule(rules, index);
    compiled.set(index, rule);
    return rule;
  };
  return {
    get rules() {
      all ??= Array.from(rules.keys(), ruleAt);
      return all;
    },
    defaults,
    paths: new PathIndex(paths, ruleAt),
  };
}

function compiledRule(rules: readonly Rule[], index: number): CompiledRule {
  const rule = rules[index];
  if (rule === undefined) throw new Error(`there is no rule ${index}`);
  return new CompiledRule(rule, index);
}

/**
 * The policy of the first rule that matches, else the defaults, with what its path pattern captured. Where a server may
 * take the target for another one, under another rule, neither rule knows what will come: path-doubt.ts. Else the policy
 * is an object that was built before.
 */
export function choose(matcher: Matcher, request: RequestHead): Choice {
  const { rule, path } = decidingRule(matcher, request);
  const params = rule?.needsParams ? paramsOf(rule, path) : NO_PARAMS;
  const own = policyOf(rule, matcher);
  const readings = readingsOf(path, request);
  if (readings === null) return { policy: refusedPolicy(own), params };
  const others = new Set<CompiledRule | null>();
  for (const reading of readings) others.add(decidingRule(matcher, reading).rule);
  others.delete(rule);
  if (others.size === 0) return { policy: own, params };
  const read = Array.from(others, (other) => policyOf(other, matcher));
  return { policy: policyInDoubt(own, read), params };
}

function policyOf(rule: CompiledRule | null, { defaults }: Matcher): Policy {
  return rule?.policy ?? defaults;
}

const NO_READINGS: readonly RequestHead[] = Object.freeze([]);

/** What else a server may take a request for; null where that is too much. */
function readingsOf(path: string, request: RequestHead): readonly RequestHead[] | null {
  const paths = pathReadings(path);
  const { search } = request.url;
  const isDivided = search.includes(";");
  if (paths === null) return null;
  if (paths.length === 0 && !isDivided) return NO_READINGS;
  const requests = paths.map((reading) => atPath(reading, request));
  // HTML 4.01 §B.2.2 has servers divide a query at ";" too.
  return isDivided ? [...requests, atPath(path, request, search.replaceAll(";", "&"))] : requests;
}

/**
 * The first rule that matches; where it folds the path to one that falls under another rule, that other: what is
 * for `/user/1` alone must not be had as `/USER/1`. And the path that it is about.
 */
function decidingRule(
  matcher: Matcher,
  request: RequestHead,
): { readonly rule: CompiledRule | null; readonly path: string } {
  const rule = searchRules(matcher, request).first;
  const path = request.url.pathname;
  const folded = foldPath(path, (rule?.policy ?? matcher.defaults).key);
  if (folded === path) return { rule, path };
  return { rule: searchRules(matcher, atPath(folded, request)).first, path: folded };
}

function atPath(path: string, request: RequestHead, search = request.url.search): RequestHead {
  const { url, method, headers, params } = request;
  return {
    method,
    url: new URL(url.origin + path + search),
    headers,
    params,
    get client() {
      return request.client;
    },
  };
}

/** The first rule that matches, found by testing few of them. */
export function searchRules({ paths }: Matcher, request: RequestHead): Search {
  const path = request.url.pathname;
  const search: Search = { request, path, first: null, tested: 0, host: null, extension: null };
  searchPath(paths, search);
  return search;
}
