import type { Policy } from "../../cache/policy.ts";
import type { ClientFacts, RequestHead } from "../../cache/types.ts";
import { extensionOf, foldPath } from "../../http/uri.ts";
import type { RuleMatch } from "../rule.ts";
import type { CompiledRule } from "./compiled-rule.ts";
import { queryCondition } from "./condition-fields.ts";
import { hostMatches } from "./condition-target.ts";
import type { Matcher } from "./match.ts";

/** An address, with the query that it has or with any. Its URL is in the normal spelling (normaliseUrl). */
export interface Address {
  readonly url: URL;
  readonly query: "its own" | "any";
}

/**
 * Every policy under which a read of an address may be stored: which one it falls under may depend on the client
 * and on what else it sends, and a purge or a write is about all of them. At least one.
 */
export function policiesFor(address: Address, matcher: Matcher): readonly Policy[] {
  const path = address.url.pathname;
  const policies = policiesAt(path, address, matcher).flatMap((policy) => {
    // As the rules themselves do it (match.ts): a folded path may fall under another rule.
    const folded = foldPath(path, policy.key);
    return folded === path ? [policy] : policiesAt(folded, address, matcher);
  });
  const storing = policies.filter(({ action }) => action === "cache");
  return [...new Set(storing.length > 0 ? storing : policies)];
}

/** Every policy that there is. */
export function allPolicies({ rules, defaults }: Matcher): readonly Policy[] {
  return [...rules.map(({ policy }) => policy), defaults];
}

function policiesAt(path: string, address: Address, { rules, defaults }: Matcher): readonly Policy[] {
  const policies: Policy[] = [];
  let isOpenToGet = true;
  for (const rule of rules) {
    if (!mayHold(rule, path, address)) continue;
    const { match, policy } = rule;
    if ((isOpenToGet && takesGet(match)) || policy.key.body !== null) policies.push(policy);
    if (!isCertain(match, address)) continue;
    if (match.method.length === 0) return policies;
    if (takesGet(match)) isOpenToGet = false;
  }
  if (isOpenToGet || defaults.key.body !== null) policies.push(defaults);
  return policies;
}

function takesGet({ method }: RuleMatch): boolean {
  return method.length === 0 || method.includes("GET") || method.includes("HEAD");
}

/** Whether a rule's conditions on the address hold. */
function mayHold({ paths, match }: CompiledRule, path: string, { url, query }: Address): boolean {
  if (paths.length > 0 && !paths.some(({ accepts }) => accepts(path))) return false;
  if (match.host.length > 0 && !match.host.some((host) => hostMatches(host, url.hostname))) return false;
  if (match.extension.length > 0 && !match.extension.includes(extensionOf(path) ?? "")) return false;
  return query === "any" || match.query.every((test) => queryCondition(test).holds(readOf(url)));
}

/** Whether nothing but the address and the method decides. */
function isCertain(match: RuleMatch, { query }: Address): boolean {
  const { headers, cookies, country, continent, asn, tlsVersion, bot, ip, not, any, all } = match;
  const others = [headers, cookies, country, continent, asn, tlsVersion, ip, not, any, all];
  const isFree = bot === null && others.every(({ length }) => length === 0);
  return isFree && (query === "its own" || match.query.length === 0);
}

/** A read of an address by nobody in particular. */
export function readOf(url: URL): RequestHead {
  return { method: "GET", url, headers: new Headers(), client: NOBODY, params: {} };
}

const NOBODY: ClientFacts = {
  ip: null,
  country: null,
  continent: null,
  asn: null,
  acceptEncoding: null,
  tlsVersion: null,
  bot: null,
};
