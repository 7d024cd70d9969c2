import type { Policy, QueryKey } from "../cache/policy.ts";
import { storedUri } from "../cache/request/stored-uri.ts";
import { ANY_HOST } from "../cache/types.ts";
import { normalisePath, withoutTrailingSlashes } from "../http/uri.ts";
import type { Matcher } from "../rules/match/match.ts";
import { allPolicies, policiesFor, readOf } from "../rules/match/read-policies.ts";
import type { PurgeValue } from "./purge-values.ts";

/** What begins with `prefix`, host first and in its normal spelling, as the rules may have stored it. */
export function storedPrefixes(prefix: string, matcher: Matcher): readonly PurgeValue[] {
  const stored = prefix.includes("?")
    ? withinQuery(prefix, matcher)
    : withinPath(prefix, allPolicies(matcher));
  return [...new Map(stored.map((each) => [`${each.scope} ${each.value}`, each])).values()];
}

// Which rules it is about is not known: it is purged as any of them may have folded it.
function withinPath(prefix: string, policies: readonly Policy[]): readonly PurgeValue[] {
  const isFolded = policies.some(({ key }) => key.pathCase === "insensitive");
  const spellings = isFolded ? [prefix, normalisePath(prefix.toLowerCase())] : [prefix];
  const prefixes = withAnyHost(spellings, policies);
  // What begins with "/blog/" may be kept as "/blog".
  const isStripped = policies.some(({ key }) => key.trailingSlash === "strip");
  const slashed = isStripped ? prefixes.filter(endsInSlash) : [];
  return [...prefixes.map(asPrefix), ...slashed.map((each) => asPath(stripped(each)))];
}

// One that is not the host's own.
function endsInSlash(place: string): boolean {
  return place.endsWith("/") && place.indexOf("/") < place.length - 1;
}

function stripped(place: string): string {
  const hostEnd = place.indexOf("/");
  return place.slice(0, hostEnd) + withoutTrailingSlashes(place.slice(hostEnd));
}

// The path is whole, and tells the rules. Where one changes queries, those of the path all go.
function withinQuery(prefix: string, matcher: Matcher): readonly PurgeValue[] {
  const url = new URL(`https://${prefix}`);
  const stored = policiesFor({ url, query: "any" }, matcher).map((policy) => {
    const { host, pathname } = new URL(storedUri(readOf(url), policy));
    // "/a?" begins every query of "/a", and is stored as "/a" itself.
    const isPart = url.search !== "" && isAsSent(policy.key.query);
    return isPart ? asPrefix(host + pathname + url.search) : asPath(host + pathname);
  });
  return [asPrefix(prefix), ...stored];
}

// Of a parameter that is cut off nobody knows whether the rule would drop it.
function isAsSent({ keep, sort, tracking }: QueryKey): boolean {
  return keep === "all" && !sort && tracking === "keep";
}

/** What a rule keeps for all hosts may have come from this one. */
export function withAnyHost(places: readonly string[], policies: readonly Policy[]): readonly string[] {
  if (policies.every(({ key }) => key.host)) return places;
  return [...places, ...places.map((place) => place.replace(/^[^/]*/, new URL(ANY_HOST).host))];
}

function asPrefix(value: string): PurgeValue {
  return { scope: "prefix", value };
}

function asPath(value: string): PurgeValue {
  return { scope: "path", value };
}
