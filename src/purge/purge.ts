import type { StoredResponse } from "../cache/types.ts";
import { firstSince, type Instants, instantsAfter, listOf, withInstant } from "./purge-instants.ts";

/**
 * What a purge is about. `value` is, for each scope:
 * - `url`: `host/path?query`, as `StoredResponse.uri` has it after its scheme: by either scheme;
 * - `path`: `host/path`: the path with every query;
 * - `prefix`: how a target URI begins after its scheme, cut off after any character;
 * - `host`: host name, and port where it is not the scheme's own, as in `URL.host`;
 * - `tag`, `rule`: the tag, or the name of the rule that stored the response, as they are;
 * - `everything`: the empty text.
 */
export type PurgeScope = (typeof PURGE_SCOPES)[number];

/** In the order in which snapshots number them: a new one comes last. */
export const PURGE_SCOPES = ["everything", "host", "rule", "tag", "path", "prefix", "url"] as const;

/** A purge as it was asked for. */
export interface PurgeRequest {
  readonly scope: PurgeScope;
  readonly value: string;
  /** True: what it is about is stale from then on. False: it is gone. */
  readonly soft: boolean;
}

/** A purge as it is kept: it is about what was requested from the origin at or before `at`. */
export interface PurgeFact extends PurgeRequest {
  /** Milliseconds since the epoch, by the clock of the purge log. */
  readonly at: number;
}

/** The purge that decides over a stored response. */
export interface PurgeVerdict {
  /**
   * Its instant and the allowance for clocks: at or after the response's own `requestedAt`. That itself, where an earlier
   * soft purge after it may no longer be known.
   */
  readonly purgedAt: number;
  readonly soft: boolean;
  readonly scope: PurgeScope;
  readonly value: string;
}

/**
 * All purges that are known, indexed by what they are about: the latest hard one of each scope and value, and of the
 * soft ones as many as tell since when a copy is stale. Its owner adds to it in place (a copy of 100,000 facts for
 * every new one would cost more than all look-ups); readers only ever see more purges than before.
 */
export interface Purges {
  /** How far the clock of a data centre may be ahead of the log's, in milliseconds. */
  readonly skewMs: number;
  /** Until the purges of the past are known: what was requested at or before this instant counts as stale. */
  doubtedAt: number | null;
  /** Another number once facts have been added: until then, and as long as as much is doubted, verdicts stay what they are. */
  revision: number;
  readonly hard: Layer;
  readonly soft: Layer;
}

interface Layer {
  readonly soft: boolean;
  readonly scopes: Readonly<Record<PurgeScope, Values>>;
  /** The lengths that prefixes have, ascending. */
  prefixLengths: readonly number[];
  /** The latest instant of any scope. */
  latestAt: number;
}

interface Values {
  readonly byValue: Map<string, Instants>;
  latestAt: number;
}

const NEVER = Number.NEGATIVE_INFINITY;

/** An index without facts. */
export function emptyPurges(skewMs = 0): Purges {
  return { skewMs, doubtedAt: null, revision: 0, hard: emptyLayer(false), soft: emptyLayer(true) };
}

function emptyLayer(soft: boolean): Layer {
  const none = () => ({ byValue: new Map<string, Instants>(), latestAt: NEVER });
  const scopes = {
    everything: none(),
    host: none(),
    rule: none(),
    tag: none(),
    path: none(),
    prefix: none(),
    url: none(),
  };
  return { soft, scopes, prefixLengths: [], latestAt: NEVER };
}

/** Adds facts in place, in any order and any number of times. */
export function addFacts(purges: Purges, facts: Iterable<PurgeFact>): void {
  for (const fact of facts) {
    purges.revision += 1;
    // What a hard purge of everything covers says nothing more.
    if (fact.at <= purges.hard.scopes.everything.latestAt) continue;
    if (fact.scope === "everything" && !fact.soft) forgetUntil(purges, fact.at);
    addTo(fact.soft ? purges.soft : purges.hard, fact);
  }
}

function addTo(layer: Layer, { scope, value, at }: PurgeFact): void {
  const values = layer.scopes[scope];
  const known = values.byValue.get(value);
  const instants = layer.soft ? withInstant(known, at) : Math.max(at, ...listOf(known));
  if (instants === known) return;
  values.byValue.set(value, instants);
  values.latestAt = Math.max(values.latestAt, at);
  layer.latestAt = Math.max(layer.latestAt, at);
  if (scope !== "prefix" || layer.prefixLengths.includes(value.length)) return;
  layer.prefixLengths = [...layer.prefixLengths, value.length].sort((a, b) => a - b);
}

/** Drops the facts whose instant is `at` or earlier. */
export function forgetUntil(purges: Purges, at: number): void {
  for (const layer of [purges.hard, purges.soft]) {
    for (const { byValue } of Object.values(layer.scopes)) {
      for (const [value, instants] of byValue) {
        const left = instantsAfter(instants, at);
        if (left === null) byValue.delete(value);
        else byValue.set(value, left);
      }
    }
    const lengths = new Set([...layer.scopes.prefix.byValue.keys()].map((prefix) => prefix.length));
    layer.prefixLengths = [...lengths].sort((a, b) => a - b);
  }
}

/** The facts of an index, as they were added. */
export function* factsIn(purges: Purges): Iterable<PurgeFact> {
  for (const soft of [false, true]) {
    const { scopes } = soft ? purges.soft : purges.hard;
    for (const scope of PURGE_SCOPES) {
      for (const [value, instants] of scopes[scope].byValue) {
        for (const at of listOf(instants)) yield { scope, value, at, soft };
      }
    }
  }
}

/** How many facts an index holds. */
export function countFacts({ hard, soft }: Purges): number {
  return [hard, soft]
    .flatMap(({ scopes }) => Object.values(scopes))
    .flatMap(({ byValue }) => [...byValue.values()])
    .reduce<number>((count, instants) => count + listOf(instants).length, 0);
}

/**
 * The purge that decides over a stored response, or null: any hard one before all soft ones; of hard ones the
 * latest; of soft ones the earliest after its request, since it is stale from then on.
 *
 * It costs one comparison where nothing was purged since the request, and else a look-up for each tag and for
 * each length that a prefix has, however many purges there are.
 */
export function purgeOf(stored: StoredResponse, purges: Purges): PurgeVerdict | null {
  return decidingOf(purges.hard, stored, purges.skewMs) ?? softPurgeOf(stored, purges);
}

/**
 * The same for an instant, in milliseconds since the epoch. With what is dated ahead no purge can be compared: it counts as
 * softly purged, as all does where no purges are known.
 */
export function purgeAt(stored: StoredResponse, purges: Purges, now: number): PurgeVerdict | null {
  const found = purgeOf(stored, purges);
  if (found !== null || !isDatedAhead(stored, purges, now)) return found;
  return { purgedAt: stored.requestedAt, soft: true, scope: "everything", value: "" };
}

/** Whether a response claims to have been requested later than now: a clock was set back, or another's stands ahead. */
export function isDatedAhead(stored: StoredResponse, { skewMs }: Purges, now: number): boolean {
  return stored.requestedAt > now + skewMs;
}

function softPurgeOf(stored: StoredResponse, { soft, skewMs, doubtedAt }: Purges): PurgeVerdict | null {
  const found = decidingOf(soft, stored, skewMs);
  if (doubtedAt === null || doubtedAt < stored.requestedAt) return found;
  if (found !== null && found.purgedAt <= doubtedAt) return found;
  return { purgedAt: doubtedAt, soft: true, scope: "everything", value: "" };
}

/** Of the facts of one layer that are about a response, the one that decides. */
function decidingOf(layer: Layer, stored: StoredResponse, skewMs: number): PurgeVerdict | null {
  const { soft, scopes, prefixLengths } = layer;
  const earliest = stored.requestedAt - skewMs;
  if (layer.latestAt < earliest) return null;
  const best = new Best(soft, earliest);
  const { uri, rule, tags } = stored;
  const place = uri.slice(uri.indexOf("//") + 2);
  best.consider("everything", "", scopes.everything);
  best.consider("host", upTo(place, "/"), scopes.host);
  if (rule !== null) best.consider("rule", rule, scopes.rule);
  best.consider("path", upTo(place, "?"), scopes.path);
  best.consider("url", place, scopes.url);
  if (scopes.tag.latestAt >= earliest) for (const tag of tags) best.consider("tag", tag, scopes.tag);
  if (scopes.prefix.latestAt < earliest) return best.verdict(skewMs);
  for (const length of prefixLengths) {
    if (length > place.length) break;
    best.consider("prefix", place.slice(0, length), scopes.prefix);
  }
  return best.verdict(skewMs);
}

function upTo(text: string, end: string): string {
  const index = text.indexOf(end);
  return index === -1 ? text : text.slice(0, index);
}

/** The latest instant that was considered, or for soft purges the earliest; none before `earliest`. */
class Best {
  #at = NEVER;
  #scope: PurgeScope = "everything";
  #value = "";
  readonly #soft: boolean;
  readonly #earliest: number;

  constructor(soft: boolean, earliest: number) {
    this.#soft = soft;
    this.#earliest = earliest;
  }

  consider(scope: PurgeScope, value: string, { byValue }: Values): void {
    const instants = byValue.get(value);
    const at = instants === undefined ? null : firstSince(instants, this.#earliest);
    if (at === null) return;
    if (this.#at !== NEVER && (this.#soft ? at >= this.#at : at <= this.#at)) return;
    this.#at = at;
    this.#scope = scope;
    this.#value = value;
  }

  verdict(skewMs: number): PurgeVerdict | null {
    if (this.#at === NEVER) return null;
    return { purgedAt: this.#at + skewMs, soft: this.#soft, scope: this.#scope, value: this.#value };
  }
}
