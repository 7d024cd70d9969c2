import type { Policy, QueryKey, StaleWindow } from "../cache/policy.ts";
import { DURATION_ALLOWED, parseDuration } from "./duration.ts";
import { DEFAULT_ORIGIN, NO_CHANGES, NO_TTL, PLAIN_KEY } from "./plain.ts";
import { itemsOf, knownEntriesOf, oneOf, refuse, type Spot } from "./spot.ts";

/** What one object of the file decides, parsed; a key is undefined where it says nothing. */
export interface Decisions {
  readonly cache?: boolean | undefined;
  readonly edgeTtl?: number | undefined;
  readonly browserTtl?: number | undefined;
  readonly staleWhileRevalidate?: number | undefined;
  readonly staleIfError?: number | undefined;
  readonly query?: QueryKey["keep"] | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly clientDirectives?: Policy["clientDirectives"] | undefined;
  readonly heuristicFreshness?: boolean | undefined;
  readonly setCookie?: Policy["setCookie"] | undefined;
}

type Parsers = { readonly [Key in keyof Decisions]-?: (spot: Spot) => Decisions[Key] };

const PARSERS: Parsers = {
  cache: booleanOf,
  edgeTtl: durationOf,
  browserTtl: durationOf,
  staleWhileRevalidate: durationOf,
  staleIfError: durationOf,
  query: queryOf,
  tags: tagsOf,
  clientDirectives: (spot) => oneOf(spot, ["honor", "ignore"]),
  heuristicFreshness: booleanOf,
  setCookie: (spot) => oneOf(spot, ["bypass", "strip"]),
};

/** The keys of a decision, in the order in which messages list them. */
export const DECISION_KEYS: readonly string[] = Object.keys(PARSERS);

/** Parses the decisions among an object's entries; mistakes are noted at their spots. */
export function decisionsOf(entries: ReadonlyMap<string, Spot>): Decisions {
  const parsed = Object.entries(PARSERS).flatMap(([key, parse]) => {
    const spot = entries.get(key);
    return spot === undefined ? [] : [[key, parse(spot)] as const];
  });
  // Each value is what PARSERS, typed key by key, returned for its key.
  return Object.fromEntries(parsed) as Decisions;
}

/** What is passed is not stored: a lifetime for it is a mistake that would otherwise go unnoticed. */
export function refuseContradiction(entries: ReadonlyMap<string, Spot>, caches: boolean): void {
  const edgeTtl = entries.get("edgeTtl");
  if (edgeTtl !== undefined && !caches) refuse(edgeTtl, "no edgeTtl where cache is false");
}

/** The full policy: what the rule says, else what the defaults say, else what the origin says. */
export function policyOf(rule: string | null, defaults: Decisions, own: Decisions): Policy {
  const all = { ...inheritedBy(own, defaults), ...own };
  return Object.freeze<Policy>({
    rule,
    action: all.cache === false ? "pass" : "cache",
    respond: null,
    rateLimit: null,
    edgeTtl: { ...NO_TTL, overrideSeconds: all.edgeTtl ?? null },
    browserTtl: { ...NO_TTL, overrideSeconds: all.browserTtl ?? null },
    staleWhileRevalidate: windowOf(all.staleWhileRevalidate),
    staleIfError: windowOf(all.staleIfError),
    key: { ...PLAIN_KEY, query: { ...PLAIN_KEY.query, keep: all.query ?? "all" } },
    scope: { kind: "shared" },
    tags: (all.tags ?? []).map((tag) => ({ source: tag, parts: [tag] })),
    requestCookies: "respect",
    authorization: "respect",
    cors: null,
    invalidates: [],
    readYourWritesSeconds: null,
    origin: DEFAULT_ORIGIN,
    responseFields: NO_CHANGES,
    clientDirectives: all.clientDirectives ?? "ignore",
    heuristicFreshness: all.heuristicFreshness ?? false,
    setCookie: all.setCookie ?? "bypass",
  });
}

// Lifetimes are meant for what is cached: `defaults: { browserTtl: "1h" }` must not have browsers keep the
// private page that a rule passes.
function inheritedBy(own: Decisions, defaults: Decisions): Decisions {
  if (own.cache !== false) return defaults;
  const { edgeTtl, browserTtl, staleWhileRevalidate, staleIfError, ...rest } = defaults;
  return rest;
}

function windowOf(seconds: number | undefined): StaleWindow | null {
  return seconds === undefined ? null : { seconds, override: false };
}

function booleanOf(spot: Spot): boolean | undefined {
  return typeof spot.value === "boolean" ? spot.value : refuse(spot, "true or false");
}

function durationOf(spot: Spot): number | undefined {
  return parseDuration(spot.value) ?? refuse(spot, DURATION_ALLOWED);
}

const QUERY_ALLOWED = '"all", "none", { include: [names] } or { exclude: [names] }';

function queryOf(spot: Spot): QueryKey["keep"] | undefined {
  const { value } = spot;
  if (value === "all" || value === "none") return value;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return refuse(spot, QUERY_ALLOWED);
  const entries = knownEntriesOf(spot, ["include", "exclude"]) ?? new Map<string, Spot>();
  const include = entries.get("include");
  const exclude = entries.get("exclude");
  if (include !== undefined && exclude !== undefined) return refuse(spot, QUERY_ALLOWED);
  if (include !== undefined)
    return Object.freeze({ kind: "include", exact: parameterNames(include), wildcards: [] });
  if (exclude !== undefined)
    return Object.freeze({ kind: "exclude", exact: parameterNames(exclude), wildcards: [] });
  return entries.size === 0 ? refuse(spot, QUERY_ALLOWED) : undefined;
}

function parameterNames(spot: Spot): ReadonlySet<string> {
  return new Set(
    strings(spot, (name) => name !== "", "a list of names of query parameters, none of them empty"),
  );
}

const TAGS_ALLOWED = "a list of strings of 1 to 128 characters without blanks, commas and control characters";

function tagsOf(spot: Spot): readonly string[] {
  return Object.freeze([
    ...new Set(strings(spot, (tag) => /^[^\s,\p{Cc}]{1,128}$/u.test(tag), TAGS_ALLOWED)),
  ]);
}

function strings(spot: Spot, accepts: (text: string) => boolean, allowed: string): readonly string[] {
  return (itemsOf(spot, allowed) ?? []).flatMap((item) => {
    if (typeof item.value === "string" && accepts(item.value)) return [item.value];
    return refuse(item, allowed) ?? [];
  });
}
