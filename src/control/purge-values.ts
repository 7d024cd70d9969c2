import { ANY_HOST } from "../cache/canonical.ts";
import type { Policy } from "../cache/policy.ts";
import { storedUri } from "../cache/stored-uri.ts";
import { safeTag } from "../cache/tags.ts";
import { normalisePath, withoutTrailingSlashes } from "../http/uri.ts";
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

/** What an item of a list stands for. */
export interface ReadItem {
  /** Mostly one. */
  readonly stored: readonly PurgeValue[];
  /** An address as clients ask for it, or null where `stored` has it. */
  readonly asked: PurgeValue | null;
}

/** Reads an item of a list, or says what is allowed in its place. */
export function valuesOf(scope: PurgeScope, item: unknown, context: ValueContext): ReadItem | string {
  if (typeof item !== "string" || item === "") return "a string, not empty";
  const found = readItem(scope, item, context);
  if (typeof found === "string") return found;
  const read = readPurges(found.stored);
  return read.kind === "refused" ? (read.mistakes[0]?.allowed ?? "another value") : found;
}

/** Values, each once. */
function values(scope: PurgeScope, texts: readonly string[], asked: string | null = null): ReadItem {
  const stored = [...new Set(texts)].map((value) => ({ scope, value }));
  return { stored, asked: asked === null ? null : { scope, value: asked } };
}

function readItem(scope: PurgeScope, item: string, context: ValueContext): ReadItem | string {
  switch (scope) {
    case "tag":
      return readTag(item);
    case "rule":
      return readRule(item, context.matcher);
    case "url":
      return readUrl(item, context);
    case "path":
      return readPath(item, context);
    case "prefix":
      return readPrefix(item, context);
    case "host":
      return readHost(item, context.matcher);
    case "everything":
      return values(scope, [""]);
    default:
      return scope satisfies never;
  }
}

function readTag(item: string): ReadItem | string {
  const tag = safeTag(item);
  return tag === null ? "a tag of up to 1024 characters" : values("tag", [tag]);
}

function readRule(name: string, { rules }: Matcher): ReadItem | string {
  const names = rules.map((rule) => rule.name);
  if (names.includes(name)) return values("rule", [name]);
  const nearest = suggest(name.slice(0, LONGEST_COMPARED), names);
  return `the name of a rule${nearest === null ? "" : `; did you mean "${nearest}"?`}`;
}

const LONGEST_COMPARED = 100;
const NO_WILDCARD = 'no "*": all that begins so is purged by "prefixes"';

function readUrl(item: string, { matcher, origin }: ValueContext): ReadItem | string {
  if (item.endsWith("/*")) return NO_WILDCARD;
  const url = addressOf(item, origin);
  if (url === null) return "an address, such as /products?page=2";
  const policies = policiesFor({ url, query: "its own" }, matcher);
  const stored = policies.map((policy) => storedUri(readOf(url), policy));
  return values("url", stored, url.href);
}

function readPath(item: string, { matcher, origin }: ValueContext): ReadItem | string {
  if (item.endsWith("/*")) return NO_WILDCARD;
  const url = /[?#]/.test(item) ? null : addressOf(withScheme(item, origin), origin);
  if (url === null) return "a path, with its host before it or none, and without a query";
  const policies = policiesFor({ url, query: "any" }, matcher);
  const stored = policies.map((policy) => placeOf(new URL(storedUri(readOf(url), policy))));
  return values("path", stored, placeOf(url));
}

function withScheme(item: string, origin: string): string {
  return isHostFirst(item) && !SCHEME.test(item) ? `${new URL(origin).protocol}//${item}` : item;
}

function placeOf({ host, pathname }: URL): string {
  return host + pathname;
}

// Which rules it is about is not known: it is purged as any of them may have folded it.
function readPrefix(item: string, { matcher, origin }: ValueContext): ReadItem | string {
  if (item.endsWith("*")) return 'how addresses begin, without a "*" at its end';
  const whole = item.startsWith("/") ? new URL(origin).host + item : item.replace(SCHEME, "");
  const read = readPurges([{ scope: "prefix", value: whole }]);
  const [written] = read.kind === "purges" ? read.purges : [];
  if (written === undefined || !isHostFirst(whole))
    return "how addresses begin, such as /products/ or api.example.com/products/";
  const policies = allPolicies(matcher);
  const isFolded = policies.some(({ key }) => key.pathCase === "insensitive");
  const spellings = isFolded ? [written.value, inLowerCase(written.value)] : [written.value];
  const prefixes = values("prefix", withAnyHost(spellings, policies));
  const isStripped = policies.some(({ key }) => key.trailingSlash === "strip");
  return isStripped ? withStripped(prefixes) : prefixes;
}

/** What begins with "/blog/" may be kept as "/blog". */
function withStripped({ stored, asked }: ReadItem): ReadItem {
  const slashed = stored.filter(({ value }) => value.endsWith("/"));
  const paths = slashed.map(({ value }) => ({
    scope: "path" as const,
    value: withoutTrailingSlashes(value),
  }));
  return { stored: [...stored, ...paths], asked };
}

function readHost(item: string, matcher: Matcher): ReadItem | string {
  const read = readPurges([{ scope: "host", value: item }]);
  const [host] = read.kind === "purges" ? read.purges : [];
  if (host === undefined || !isHostFirst(item))
    return "a host name, with its port where that is not the usual one";
  return values("host", withAnyHost([host.value], allPolicies(matcher)));
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
  return /^(?:[^/?#*.:]*[.:][^/?#*]*|localhost)(?:[/?]|$)/i.test(place);
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
