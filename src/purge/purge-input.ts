import { normalisePath } from "../http/uri.ts";
import { PURGE_SCOPES, type PurgeRequest, type PurgeScope } from "./purge.ts";

/** What is wrong with a purge that was asked for. */
export interface PurgeMistake {
  /** Which of the list it is, or null where the list itself is wrong. */
  readonly index: number | null;
  readonly key: "scope" | "value" | "soft" | null;
  /** What stands there, as JSON, cut short. */
  readonly found: string;
  readonly allowed: string;
}

/** Purges in the one spelling, or all that is wrong with them: then there are none. */
export type PurgeInput =
  | { readonly kind: "purges"; readonly purges: readonly PurgeRequest[] }
  | { readonly kind: "refused"; readonly mistakes: readonly PurgeMistake[] };

/** Characters of a value. */
export const LONGEST_VALUE = 2048;
/** Purges of one request. */
export const MOST_AT_ONCE = 1000;

/**
 * Reads a list of `{ scope, value, soft? }` from an untrusted source. Values come out in the spelling that stored
 * responses have (purge.ts); reading what comes out again changes nothing.
 */
export function readPurges(input: unknown): PurgeInput {
  if (!Array.isArray(input) || input.length === 0 || input.length > MOST_AT_ONCE) {
    return refuse([mistake(null, null, input, `a list of 1 to ${MOST_AT_ONCE} purges`)]);
  }
  const read = input.map(readPurge);
  const mistakes = read.filter(isMistake);
  return mistakes.length > 0 ? refuse(mistakes) : { kind: "purges", purges: read.filter(isPurge) };
}

function refuse(mistakes: readonly PurgeMistake[]): PurgeInput {
  return { kind: "refused", mistakes };
}

function readPurge(input: unknown, index: number): PurgeRequest | PurgeMistake {
  if (typeof input !== "object" || input === null)
    return mistake(index, null, input, "{ scope, value, soft }");
  const { scope, value, soft = false } = input as Readonly<Record<string, unknown>>; // an object has keys
  if (!isScope(scope)) return mistake(index, "scope", scope, PURGE_SCOPES.join(", "));
  if (typeof soft !== "boolean") return mistake(index, "soft", soft, "true or false");
  const read = readValue(scope, value);
  return read === null ? mistake(index, "value", value, ALLOWED[scope]) : { scope, value: read, soft };
}

const SHORT_TEXT = `a text of 1 to ${LONGEST_VALUE} characters`;

const ALLOWED: Readonly<Record<PurgeScope, string>> = {
  everything: "nothing, or the empty text",
  host: "a host name, with its port where that is not the scheme's own, such as api.example.com",
  rule: SHORT_TEXT,
  tag: SHORT_TEXT,
  path: `a host and a path without query, such as api.example.com/products, of up to ${LONGEST_VALUE} characters`,
  prefix: `how an address begins, host first, such as api.example.com/products/, of up to ${LONGEST_VALUE} characters`,
  url: `a whole address, such as api.example.com/products?page=1, of up to ${LONGEST_VALUE} characters`,
};

/** The value in its one spelling, or null where it is none. */
function readValue(scope: PurgeScope, value: unknown): string | null {
  if (scope === "everything") return value === undefined || value === "" ? "" : null;
  if (typeof value !== "string" || value === "" || value.length > LONGEST_VALUE) return null;
  const spelled = SPELLINGS[scope](value);
  return spelled !== null && spelled !== "" && spelled.length <= LONGEST_VALUE ? spelled : null;
}

const asItIs = (value: string) => value;

const SPELLINGS: Readonly<Record<Exclude<PurgeScope, "everything">, (value: string) => string | null>> = {
  host: hostOf,
  rule: asItIs,
  tag: asItIs,
  path: pathOf,
  prefix: prefixOf,
  url: urlOf,
};

function urlOf(value: string): string | null {
  const url = addressOf(value);
  return url && hostIn(url) + normalisePath(url.pathname) + url.search;
}

function pathOf(value: string): string | null {
  const isPath = /^[^?#/]*\/[^?#]*$/.test(value.replace(SCHEME, ""));
  const url = isPath ? addressOf(value) : null;
  return url && hostIn(url) + normalisePath(url.pathname);
}

function hostOf(value: string): string | null {
  const url = /[/?#@\\]/.test(value) ? null : addressOf(value);
  return url && hostIn(url);
}

/** Cut off anywhere, but not within an encoded octet, which could then not be brought to its one spelling. */
function prefixOf(value: string): string | null {
  const place = value.replace(SCHEME, "");
  if (!/[/\\?]/.test(place)) {
    return /^[!-~]+$/.test(place) && !EMPTY_LABEL.test(place) ? asInUris(place.toLowerCase()) : null;
  }
  const url = place.includes("#") ? null : addressOf(value);
  if (url === null || /%[^/]?$/.test(url.pathname)) return null;
  const query = place.includes("?") ? `?${url.search.slice(1)}` : "";
  return hostIn(url) + normalisePath(url.pathname) + query;
}

const SCHEME = /^https?:\/\//i;
/** A host, its port not empty, and what follows. Another scheme is no host. */
const HOST_FIRST = /^[^/\\?#:][^/\\?#]*(?<!:)(?:[/\\?#]|$)|^\[/;

/** A name of dots alone, or with two of them in a row. */
const EMPTY_LABEL = /^\.|\.\./;

/** With its scheme or without. */
function addressOf(value: string): URL | null {
  const place = value.replace(SCHEME, "");
  const url = HOST_FIRST.test(place) ? URL.parse(place === value ? `https://${value}` : value) : null;
  return url && !url.username && !url.password && !EMPTY_LABEL.test(url.host) ? url : null;
}

function hostIn({ host }: URL): string {
  return asInUris(host);
}

// A purge is about both schemes, and so about the usual port of either, which URIs do not name; nor the dot of the root.
function asInUris(host: string): string {
  const isOnePort = host.startsWith("[") || host.indexOf(":") === host.lastIndexOf(":");
  return (isOnePort ? host.replace(/:(?:80|443)$/, "") : host).replace(/\.(?=$|:)/, "");
}

function isScope(scope: unknown): scope is PurgeScope {
  return PURGE_SCOPES.some((known) => known === scope);
}

function isMistake(read: PurgeRequest | PurgeMistake): read is PurgeMistake {
  return "allowed" in read;
}

function isPurge(read: PurgeRequest | PurgeMistake): read is PurgeRequest {
  return "scope" in read;
}

const LONGEST_FOUND = 80;

function mistake(
  index: number | null,
  key: PurgeMistake["key"],
  found: unknown,
  allowed: string,
): PurgeMistake {
  const json = Array.isArray(found) ? `a list of ${found.length}` : (JSON.stringify(found) ?? "nothing");
  const shown = json.length > LONGEST_FOUND ? `${json.slice(0, LONGEST_FOUND)}…` : json;
  return { index, key, found: shown, allowed };
}
