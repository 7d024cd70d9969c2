import { ANY_HOST } from "../cache/canonical.ts";
import { storedUri } from "../cache/stored-uri.ts";
import { safeTag } from "../cache/tags.ts";
import type { ClientFacts } from "../cache/types.ts";
import type { PurgeRequest, PurgeScope } from "../purge/purge.ts";
import { MOST_AT_ONCE, readPurges } from "../purge/purge-input.ts";
import { type Matcher, matchRequest } from "../rules/match.ts";
import { suggest } from "../rules/suggest.ts";

/** What a request to purge asks for, in the spelling that stored responses have; or all that is wrong with it. */
export type AskedPurges =
  | { readonly kind: "purges"; readonly purges: readonly PurgeRequest[] }
  | { readonly kind: "refused"; readonly complaints: readonly string[] };

/** The lists of a request, each with the scope of its items. */
const LISTS = {
  tags: "tag",
  urls: "url",
  paths: "path",
  prefixes: "prefix",
  rules: "rule",
  hosts: "host",
} as const satisfies Record<string, PurgeScope>;

const KEYS = [...Object.keys(LISTS), "everything", "soft"];

/**
 * Reads `{ tags, urls, paths, prefixes, rules, hosts, everything, soft }`. Addresses without a host are `origin`'s.
 * Nothing is purged unless all of it is right.
 */
export function readPurgeRequest(body: unknown, matcher: Matcher, origin: string): AskedPurges {
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    return refused([`found ${shown(body)}; allowed: an object with the keys ${KEYS.join(", ")}`]);
  }
  const complaints = Object.keys(body)
    .filter((key) => !KEYS.includes(key))
    .map(unknownKey);
  const asked = new Map<string, unknown>(Object.entries(body));
  const soft = asked.get("soft") ?? false;
  if (typeof soft !== "boolean") complaints.push(`soft: found ${shown(soft)}; allowed: true or false`);
  const purges: PurgeRequest[] = [];
  const add = (scope: PurgeScope, value: string) => purges.push({ scope, value, soft: soft === true });
  if (asked.get("everything") === true) add("everything", "");
  else if (asked.has("everything")) {
    complaints.push(`everything: found ${shown(asked.get("everything"))}; allowed: true`);
  }
  for (const [key, scope] of Object.entries(LISTS)) {
    for (const [index, item] of itemsOf(asked.get(key), key, complaints).entries()) {
      const place = `${key}[${index}]`;
      const values = valuesOf(scope, item, { matcher, origin });
      if (typeof values === "string") complaints.push(`${place}: found ${shown(item)}; allowed: ${values}`);
      else for (const value of values) add(scope, value);
    }
  }
  if (purges.length === 0 && complaints.length === 0) {
    complaints.push(`nothing to purge; allowed: one or more of ${KEYS.slice(0, -1).join(", ")}`);
  }
  if (purges.length > MOST_AT_ONCE)
    complaints.push(`${purges.length} purges; allowed: at most ${MOST_AT_ONCE}`);
  return complaints.length > 0 ? refused(complaints) : { kind: "purges", purges };
}

function refused(complaints: readonly string[]): AskedPurges {
  return { kind: "refused", complaints };
}

function unknownKey(key: string): string {
  const nearest = suggest(key, KEYS);
  const hint = nearest === null ? "" : `; did you mean "${nearest}"?`;
  return `${key}: unknown; allowed: the keys ${KEYS.join(", ")}${hint}`;
}

function itemsOf(value: unknown, key: string, complaints: string[]): readonly unknown[] {
  if (value === undefined) return [];
  if (Array.isArray(value)) return value;
  complaints.push(`${key}: found ${shown(value)}; allowed: a list of strings`);
  return [];
}

interface Context {
  readonly matcher: Matcher;
  readonly origin: string;
}

/** The values of one item, or what is allowed in its place. */
function valuesOf(scope: PurgeScope, item: unknown, context: Context): readonly string[] | string {
  if (typeof item !== "string" || item === "") return "a string, not empty";
  switch (scope) {
    case "tag":
      return listed(safeTag(item), "a tag of up to 1024 characters");
    case "rule":
      return ruleValue(item, context.matcher);
    case "url":
      return urlValue(item, context);
    case "path":
      return listed(pathValue(item, context), "a path, with its host before it or none, and without a query");
    case "prefix":
    case "host":
      return spelled(scope, item, context);
    case "everything":
      return [];
    default:
      return scope satisfies never;
  }
}

function listed(value: string | null, allowed: string): readonly string[] | string {
  return value === null ? allowed : [value];
}

function ruleValue(name: string, { rules }: Matcher): readonly string[] | string {
  const names = rules.map((rule) => rule.name);
  if (names.includes(name)) return [name];
  const nearest = suggest(name, names);
  return `the name of a rule${nearest === null ? "" : `; did you mean "${nearest}"?`}`;
}

function urlValue(item: string, { matcher, origin }: Context): readonly string[] | string {
  const url = URL.parse(item, origin);
  if (url === null || !/^https?:$/.test(url.protocol)) return "an address, such as /products?page=2";
  return [uriOf(url, matcher)];
}

// By the rule that a read of it falls under, which may fold its case, drop parameters or have one copy for all hosts.
function uriOf(url: URL, matcher: Matcher): string {
  const read = { method: "GET", url, headers: new Headers(), client: NOBODY, params: {} };
  return storedUri(read, matchRequest(matcher, read));
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

function pathValue(item: string, { matcher, origin }: Context): string | null {
  const scheme = new URL(origin).protocol;
  const url = URL.parse(
    item.startsWith("/") ? item : `${scheme}//${item.replace(/^https?:\/\//i, "")}`,
    origin,
  );
  if (url === null || url.search !== "" || url.hash !== "") return null;
  const stored = new URL(uriOf(url, matcher));
  return stored.host + stored.pathname;
}

// What a rule keeps for all hosts may have come from this one.
function spelled(
  scope: "prefix" | "host",
  item: string,
  { matcher, origin }: Context,
): readonly string[] | string {
  const { host } = new URL(origin);
  const whole = scope === "prefix" && item.startsWith("/") ? host + item : item;
  const read = readPurges([{ scope, value: whole }]);
  if (read.kind === "refused") return read.mistakes[0]?.allowed ?? "a string";
  const value = read.purges[0]?.value ?? whole;
  const isForAll = [...matcher.rules.map(({ policy }) => policy), matcher.defaults].some(
    ({ key }) => !key.host,
  );
  return isForAll ? [value, anyHost(value)] : [value];
}

function anyHost(value: string): string {
  const slash = value.indexOf("/");
  return new URL(ANY_HOST).host + (slash === -1 ? "" : value.slice(slash));
}

const LONGEST_SHOWN = 80;

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}
