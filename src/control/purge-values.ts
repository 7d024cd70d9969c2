import { ANY_HOST } from "../cache/canonical.ts";
import type { Policy } from "../cache/policy.ts";
import { storedUri } from "../cache/stored-uri.ts";
import { safeTag } from "../cache/tags.ts";
import { normalisePath } from "../http/uri.ts";
import type { PurgeScope } from "../purge/purge.ts";
import { readPurges } from "../purge/purge-input.ts";
import type { Matcher } from "../rules/match.ts";
import { suggest } from "../rules/suggest.ts";
import { policiesFor, readOf } from "./purge-policies.ts";

/** What it takes to read a value. */
export interface ValueContext {
  readonly matcher: Matcher;
  /** Scheme and host of addresses that have none. */
  readonly origin: string;
}

/** One thing to purge, in the spelling that stored responses have. */
export interface PurgeValue {
  readonly scope: PurgeScope;
  readonly value: string;
}

/** What an item of a list stands for, mostly one value; or what is allowed in its place. */
export function valuesOf(
  scope: PurgeScope,
  item: unknown,
  context: ValueContext,
): readonly PurgeValue[] | string {
  if (typeof item !== "string" || item === "") return "a string, not empty";
  const values = readItem(scope, item, context);
  if (typeof values === "string") return values;
  const read = readPurges(values);
  return read.kind === "refused" ? (read.mistakes[0]?.allowed ?? "another value") : values;
}

function readItem(scope: PurgeScope, item: string, context: ValueContext): readonly PurgeValue[] | string {
  switch (scope) {
    case "tag":
      return tagValues(item);
    case "rule":
      return ruleValues(item, context.matcher);
    case "url":
      return urlValues(item, context);
    case "path":
      return pathValues(item, context);
    case "prefix":
      return prefixValues(item, context);
    case "host":
      return hostValues(item, context.matcher);
    case "everything":
      return [{ scope, value: "" }];
    default:
      return scope satisfies never;
  }
}

function tagValues(item: string): readonly PurgeValue[] | string {
  const value = safeTag(item);
  return value === null ? "a tag of up to 1024 characters" : [{ scope: "tag", value }];
}

function ruleValues(name: string, { rules }: Matcher): readonly PurgeValue[] | string {
  const names = rules.map((rule) => rule.name);
  if (names.includes(name)) return [{ scope: "rule", value: name }];
  const nearest = suggest(name.slice(0, 100), names);
  return `the name of a rule${nearest === null ? "" : `; did you mean "${nearest}"?`}`;
}

const NO_WILDCARD = 'no "*": all that begins so is purged by "prefixes"';

function urlValues(item: string, { matcher, origin }: ValueContext): readonly PurgeValue[] | string {
  if (item.endsWith("/*")) return NO_WILDCARD;
  const url = addressOf(item, origin);
  if (url === null) return "an address, such as /products?page=2";
  const policies = policiesFor({ url, query: "its own" }, matcher);
  return distinct(policies.map((policy) => ({ scope: "url", value: storedUri(readOf(url), policy) })));
}

function pathValues(item: string, { matcher, origin }: ValueContext): readonly PurgeValue[] | string {
  if (item.endsWith("/*")) return NO_WILDCARD;
  const scheme = new URL(origin).protocol;
  const bare = item.replace(SCHEME, "");
  const url =
    item.startsWith("/") || isHostFirst(bare)
      ? addressOf(item.startsWith("/") ? item : `${scheme}//${bare}`, origin)
      : null;
  if (url === null || /[?#]/.test(item)) {
    return "a path, with its host before it or none, and without a query";
  }
  const policies = policiesFor({ url, query: "any" }, matcher);
  return distinct(
    policies.map((policy) => {
      const stored = new URL(storedUri(readOf(url), policy));
      return { scope: "path", value: stored.host + stored.pathname };
    }),
  );
}

// Which rules it is about is not known: it is purged as any of them may have folded it.
function prefixValues(item: string, { matcher, origin }: ValueContext): readonly PurgeValue[] | string {
  if (item.endsWith("*")) return 'how addresses begin, without a "*" at its end';
  const bare = item.replace(SCHEME, "");
  const whole = item.startsWith("/") ? new URL(origin).host + item : bare;
  const read = readPurges([{ scope: "prefix", value: whole }]);
  if (read.kind === "refused" || !isHostFirst(whole))
    return "how addresses begin, such as /products/ or api.example.com/products/";
  const written = read.purges[0]?.value ?? whole;
  const policies = allPolicies(matcher);
  const spellings = [written];
  if (policies.some(({ key }) => key.pathCase === "insensitive")) spellings.push(inLowerCase(written));
  const values = withAnyHost(spellings, policies);
  const prefixes = values.map((value) => ({ scope: "prefix" as const, value }));
  const isStripped = /[^/]\/+$/.test(written) && policies.some(({ key }) => key.trailingSlash === "strip");
  if (!isStripped) return distinct(prefixes);
  const paths = values.map((value) => ({ scope: "path" as const, value: withoutTrailingSlashes(value) }));
  return distinct([...prefixes, ...paths]);
}

function hostValues(item: string, matcher: Matcher): readonly PurgeValue[] | string {
  const read = readPurges([{ scope: "host", value: item }]);
  if (read.kind === "refused" || !isHostFirst(item))
    return "a host name, with its port where that is not the usual one";
  const values = withAnyHost([read.purges[0]?.value ?? item], allPolicies(matcher));
  return distinct(values.map((value) => ({ scope: "host", value })));
}

function distinct(values: readonly PurgeValue[]): readonly PurgeValue[] {
  return [...new Map(values.map((each) => [`${each.scope} ${each.value}`, each])).values()];
}

const SCHEME = /^https?:\/\//i;

/** An address in its normal spelling, as requests come in: with a scheme, or from the path on. */
function addressOf(item: string, origin: string): URL | null {
  const url = URL.parse(item.startsWith("/") ? origin + item : item);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "")
    return null;
  url.hash = "";
  url.pathname = normalisePath(url.pathname);
  return url;
}

// A path without its first slash would be taken for a host, and nothing be purged.
function isHostFirst(place: string): boolean {
  return /^(?:[^/?#*]*[.:][^/?#*]*|localhost)(?:[/?]|$)/i.test(place);
}

function allPolicies({ rules, defaults }: Matcher): readonly Policy[] {
  return [...rules.map(({ policy }) => policy), defaults];
}

/** What a rule keeps for all hosts may have come from this one. */
function withAnyHost(places: readonly string[], policies: readonly Policy[]): readonly string[] {
  if (policies.every(({ key }) => key.host)) return places;
  return [...places, ...places.map((place) => place.replace(/^[^/]*/, new URL(ANY_HOST).host))];
}

function inLowerCase(place: string): string {
  const [path = "", ...query] = place.split("?");
  return [normalisePath(path.toLowerCase()), ...query].join("?");
}

function withoutTrailingSlashes(place: string): string {
  return place.replace(/\/+$/, "");
}
