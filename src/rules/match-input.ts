import type { NamedTest, RuleMatch } from "./rule.ts";
import { entriesOf, itemsOf, knownEntriesOf, refuse, type Spot } from "./spot.ts";

const MATCH_KEYS = ["path", "method", "query", "headers", "host"];
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/; // RFC 9110 §5.6.2

/** Parses what a rule matches on; mistakes are noted at their spots. */
export function matchOf(spot: Spot): RuleMatch {
  const entries = knownEntriesOf(spot, MATCH_KEYS);
  return Object.freeze({
    path: listOf(entries?.get("path"), pathOf, "a path pattern or a list of them, each"),
    method: listOf(entries?.get("method"), methodOf, "a method or a list of them, each"),
    query: testsOf(entries?.get("query"), parameterName),
    headers: testsOf(entries?.get("headers"), fieldName),
    host: listOf(entries?.get("host"), hostOf, "a host or a list of them, each"),
    extension: [],
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
  });
}

/** One kind of text that a rule matches on. */
interface Text {
  readonly allowed: string;
  /** The text in its normal form, or null where it is not allowed. */
  readonly parse: (text: string) => string | null;
  readonly suggest?: (text: string) => string | null;
}

const pathOf: Text = {
  allowed:
    'a URLPattern pathname that begins with "/", such as "/products/:id" or "/blog/*" (query parameters go in match.query)',
  parse: (text) => (text.startsWith("/") && isPathPattern(text) ? text : null),
  suggest: (text) => (isPathPattern(`/${text}`) && !/^[/*(:{]/.test(text) ? `/${text}` : null),
};

const methodOf: Text = {
  allowed: 'a request method in capitals, such as "GET"',
  parse: (text) => (TOKEN.test(text) && text === text.toUpperCase() ? text : null),
  suggest: (text) => (TOKEN.test(text) ? text.toUpperCase() : null),
};

const hostOf: Text = {
  allowed: 'a host name without scheme, port and path, such as "api.example.com" or "*.example.com"',
  parse: (text) => (text.startsWith("*.") ? prefixed("*.", hostName(text.slice(2))) : hostName(text)),
};

const parameterName: Text = {
  allowed: "the name of a query parameter, not empty",
  parse: (text) => (text === "" ? null : text),
};

const fieldName: Text = {
  allowed: "the name of a header field",
  parse: (text) => (TOKEN.test(text) ? text.toLowerCase() : null),
};

function isPathPattern(text: string): boolean {
  try {
    return new URLPattern({ pathname: text }) !== null;
  } catch {
    return false;
  }
}

function prefixed(prefix: string, text: string | null): string | null {
  return text === null ? null : prefix + text;
}

// What URL makes of a host is what a request's URL will say: lower case, and punycode for the rest.
function hostName(text: string): string | null {
  if (!/^(?:\[[0-9a-fA-F:.]+\]|[^\s:/?#@[\]\\*]+)$/.test(text)) return null;
  try {
    return new URL(`https://${text}/`).hostname;
  } catch {
    return null;
  }
}

function listOf(spot: Spot | undefined, text: Text, listed: string): readonly string[] {
  if (spot === undefined) return Object.freeze([]);
  const allowed = `${listed} ${text.allowed}`;
  const single = typeof spot.value === "string";
  const items = single ? [spot] : (itemsOf(spot, allowed) ?? []);
  // An empty list would never match: more probably it was forgotten to fill it.
  if (Array.isArray(spot.value) && items.length === 0) refuse(spot, allowed);
  return Object.freeze(items.flatMap((item) => textOf(item, text) ?? []));
}

function textOf(spot: Spot, text: Text): string | undefined {
  if (typeof spot.value !== "string") return refuse(spot, text.allowed);
  return text.parse(spot.value) ?? refuse(spot, text.allowed, text.suggest?.(spot.value) ?? null);
}

const TEST_ALLOWED = "true (present), false (absent), a string (equal) or a list of strings (one of them)";

function testsOf(spot: Spot | undefined, naming: Text): readonly NamedTest[] {
  if (spot === undefined) return Object.freeze([]);
  const entries = entriesOf(spot, `an object of names, each with ${TEST_ALLOWED}`) ?? [];
  const tests = Array.from(entries, ([key, below]): NamedTest => {
    const name = naming.parse(key);
    if (name === null) refuse({ ...below, value: key }, naming.allowed);
    return Object.freeze({ name: name ?? key, wanted: wantedOf(below) });
  });
  return Object.freeze(tests);
}

function wantedOf(spot: Spot): boolean | readonly string[] {
  const { value } = spot;
  if (typeof value === "boolean") return value;
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  const texts = values.filter((each) => typeof each === "string");
  if (texts.length === 0 || texts.length < values.length) refuse(spot, TEST_ALLOWED);
  return Object.freeze(texts);
}
