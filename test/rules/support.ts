import type { ClientFacts, RequestHead } from "../../src/cache/types.ts";
import { factsOf } from "../../src/rules/facts.ts";
import { compileRules, type Matcher } from "../../src/rules/match/match.ts";
import { pathTreeOf } from "../../src/rules/match/path-tree.ts";
import type { Rule, RuleMatch, RuleSet } from "../../src/rules/rule.ts";
import { NO_CLIENT, type PolicyParts, policy } from "../cache/support.ts";

/** Conditions that hold for every request, but for what is said. */
export function match(chosen: Partial<RuleMatch> = {}): RuleMatch {
  return {
    path: [],
    extension: [],
    method: [],
    host: [],
    query: [],
    headers: [],
    cookies: [],
    country: [],
    continent: [],
    asn: [],
    tlsVersion: [],
    bot: null,
    ip: [],
    not: [],
    any: [],
    all: [],
    ...chosen,
  };
}

/** A rule by what it matches, and what it decides. */
export function rule(name: string, chosen: Partial<RuleMatch> = {}, parts: PolicyParts = {}): Rule {
  return { name, match: match(chosen), policy: policy({ ...parts, rule: name }) };
}

/** A rules file of these rules. */
export function ruleSet(rules: readonly Rule[], facts: Partial<RuleSet> = {}): RuleSet {
  const set = { rules, defaults: policy(), origins: new Map(), ...facts };
  return { paths: pathTreeOf(rules), facts: factsOf(set), ...set };
}

/** Rules by what they match alone, named by their place. */
export function matcherOf(matches: readonly Partial<RuleMatch>[]): Matcher {
  return compileRules(ruleSet(matches.map((each, index) => rule(String(index), each))));
}

export interface RequestParts {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly client?: Partial<ClientFacts>;
}

/** A GET from a client of whom nothing is known, unless it is said. */
export function ask(
  url: string,
  { method = "GET", headers = {}, client = {} }: RequestParts = {},
): RequestHead {
  return {
    method,
    url: new URL(url, "https://api.example.com"),
    headers: new Headers(headers),
    client: { ...NO_CLIENT, ...client },
    params: {},
  };
}
