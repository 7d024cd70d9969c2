import { storedUri } from "../cache/request/stored-uri.ts";
import { safeTag } from "../cache/storing/tags.ts";
import { normaliseUrl } from "../http/uri.ts";
import type { PurgeScope } from "../purge/purge.ts";
import { LONGEST_VALUE, readPurges } from "../purge/purge-input.ts";
import type { Matcher } from "../rules/match/match.ts";
import { allPolicies, policiesFor, readOf } from "../rules/match/read-policies.ts";
import { storedPrefixes, withAnyHost } from "./purge-prefixes.ts";
import { didYouMean } from "./words.ts";

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
  /** As the rules spell it, each that may have stored it, and as it was asked for, since rules change. */
  readonly stored: readonly PurgeValue[];
  /** The same for caches in front of the Worker. */
  readonly outside: readonly PurgeValue[];
}

/** What an item names. */
export type ItemKind = PurgeScope | "former-rule";

/** Reads an item of a list, or says what is allowed in its place. */
export function valuesOf(kind: ItemKind, item: unknown, context: ValueContext): ReadItem | string {
  if (typeof item !== "string" || item.trim() === "") return "a string, not empty";
  // What would be made up in place of half a character would purge something else.
  if (!item.isWellFormed()) return "a string of whole characters";
  if (item.length > LONGEST_VALUE) return `a string of up to ${LONGEST_VALUE} characters`;
  const found = readItem(kind, item, context);
  if (typeof found === "string") return found;
  const read = readPurges(found.stored);
  if (read.kind === "refused") return read.mistakes[0]?.allowed ?? "another value";
  return { ...found, stored: read.purges };
}

/** Values that are the same everywhere. */
function values(scope: PurgeScope, texts: readonly string[]): ReadItem {
  const each = [...new Set(texts)].map((value) => ({ scope, value }));
  return { stored: each, outside: each };
}

function readItem(kind: ItemKind, item: string, context: ValueContext): ReadItem | string {
  switch (kind) {
    case "tag":
      return readTag(item);
    case "rule":
      return readRule(item, context.matcher);
    case "former-rule":
      return values("rule", [item]);
    case "url":
      return readUrl(item, context);
    case "path":
      return readPath(item, context);
    case "prefix":
      return readPrefix(item, context);
    case "host":
      return readHost(item, context.matcher);
    case "everything":
      return values(kind, [""]);
    default:
      return kind satisfies never;
  }
}

// The tags of a field have no blanks around them; those of a template may.
function readTag(item: string): ReadItem | string {
  if (item === "*") return 'a tag as it is written, without wildcards: all goes by "everything"';
  const tags = [safeTag(item), safeTag(item.trim())].filter((tag) => tag !== null);
  return tags.length === 0 ? "a tag of up to 1024 characters" : values("tag", tags);
}

function readRule(name: string, { rules }: Matcher): ReadItem | string {
  if (rules.some((rule) => rule.name === name)) return values("rule", [name]);
  return 'the name of a rule, or in "formerRules" that of one that is gone';
}

/** What an item that is refused probably means, to be told behind what is allowed; mostly nothing. */
export function hintFor(kind: ItemKind, item: unknown, { matcher }: ValueContext): string {
  if (kind !== "rule" || typeof item !== "string") return "";
  return didYouMean(
    item,
    matcher.rules.map((rule) => rule.name),
  );
}

const NO_WILDCARD = 'no "*": all that begins so is purged by "prefixes"';

function readUrl(item: string, { matcher, origin }: ValueContext): ReadItem | string {
  if (item.endsWith("/*")) return NO_WILDCARD;
  const url = addressOf(item, origin);
  if (url === null) return "an address, such as /products?page=2 or https://api.example.com/products";
  const policies = policiesFor({ url, query: "its own" }, matcher);
  const stored = policies.map((policy) => storedUri(readOf(url), policy));
  return values("url", [...stored, url.href]);
}

function readPath(item: string, { matcher, origin }: ValueContext): ReadItem | string {
  if (item.endsWith("/*")) return NO_WILDCARD;
  const url = /[?#]/.test(item) ? null : addressOf(withScheme(item, origin), origin);
  if (url === null)
    return "a path without a query, with its host or none, such as /products or api.example.com/products";
  const policies = policiesFor({ url, query: "any" }, matcher);
  const stored = policies.map((policy) => placeOf(new URL(storedUri(readOf(url), policy))));
  return values("path", [...stored, placeOf(url)]);
}

function withScheme(item: string, origin: string): string {
  return isHostFirst(item) && !SCHEME.test(item) ? `${new URL(origin).protocol}//${item}` : item;
}

function placeOf({ host, pathname }: URL): string {
  return host + pathname;
}

function readPrefix(item: string, { matcher, origin }: ValueContext): ReadItem | string {
  if (item.endsWith("*")) return 'how addresses begin, without a "*" at its end';
  const whole = item.startsWith("/") ? new URL(origin).host + item : item.replace(SCHEME, "");
  const read = readPurges([{ scope: "prefix", value: whole }]);
  const [written] = read.kind === "purges" ? read.purges : [];
  if (written === undefined || !isHostFirst(whole))
    return 'how addresses begin, such as /products/ or api.example.com/products/, with no "#", and not cut off within a "%41"';
  const stored = storedPrefixes(written.value, matcher);
  return { stored, outside: stored };
}

function readHost(item: string, matcher: Matcher): ReadItem | string {
  const read = readPurges([{ scope: "host", value: item }]);
  const [host] = read.kind === "purges" ? read.purges : [];
  if (host === undefined || !isHostFirst(item))
    return "a host name, with its port where that is not the usual one, such as api.example.com";
  return values("host", withAnyHost([host.value], allPolicies(matcher)));
}

const SCHEME = /^https?:\/\//i;

/** An address in its normal spelling, as requests come in: with a scheme, or from the path on. */
function addressOf(item: string, origin: string): URL | null {
  const url = URL.parse(item.startsWith("/") ? origin + item : item);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "")
    return null;
  url.hash = "";
  return normaliseUrl(url);
}

// A path without its first slash would be taken for a host, and nothing be purged.
function isHostFirst(place: string): boolean {
  return /^(?:[^/?#*.:]*[.:][^/?#*]*(?<!:)|localhost)(?:[/?]|$)/i.test(place);
}
