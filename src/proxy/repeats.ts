import { currentAge, freshnessLifetime } from "../cache/freshness.ts";
import type { Policy } from "../cache/policy.ts";
import { isSameForAll, type Signatures } from "../cache/signature.ts";
import type { StoredResponse } from "../cache/types.ts";
import { type Purges, purgeOf } from "../purge/purge.ts";
import { BoundedMap } from "../store/bounded-map.ts";
import { discard } from "../store/discard.ts";
import type { Found, StoredBody, StoredRecord } from "../store/store.ts";
import { type Answer, encoding, NULL_BODY_STATUSES, type Reusable, setCacheStatus } from "./answer.ts";
import { hitFacts } from "./cacheable.ts";
import { eventOf, type RequestEvent } from "./events.ts";
import type { Exchange, Shell } from "./shell.ts";

/** Heads take one or two kilobytes each. Bodies are not among it: they stay in memory's own budget, or go. */
const MOST_TARGETS = 500;
const MOST_PER_TARGET = 8;

/** An answer from memory that was given, and what it rests on. */
interface Given {
  readonly uri: string;
  readonly response: StoredResponse;
  readonly policy: Policy;
  readonly lifetimeSeconds: number;
  readonly invalidatedAt: number | null;
  readonly records: readonly Seen[];
  readonly status: number;
  readonly hasBody: boolean;
  /** As they were sent; what depends on the second is set anew. */
  readonly headers: Headers;
  /** What its Age says now. */
  ageSeconds: number;
  readonly event: RequestEvent;
  /** The purges among which none was about it. */
  spared: (Pick<Purges, "revision" | "doubtedAt"> & { readonly purges: Purges }) | null;
}

/** Which record stood under a key of the store, or null where none did. */
interface Seen {
  readonly key: string;
  readonly record: StoredRecord | null;
}

/** An answer given again, and what is to be told of it. */
export interface Repeated {
  readonly response: Response;
  readonly event: RequestEvent;
}

type Known = Pick<Shell, "store" | "tiers" | "purges" | "invalidations" | "clock">;

/**
 * The decisions are functions of what they read. Whoever asks just what another has asked is given what that one was, and
 * nothing is decided again, while the same copy stands in a store, is fresh, and was neither purged nor invalidated.
 */
export class Repeats {
  /** By URL and, because it costs more to tell, by signature. */
  readonly #given = new BoundedMap<BoundedMap<Given>>(MOST_TARGETS);
  readonly #signatures: Signatures;

  constructor(signatures: Signatures) {
    this.#signatures = signatures;
  }

  /** The answer of one that asked the same, or null where this one has to go the whole way. Waits where memory has not all of it. */
  again(request: Request, known: Known): Repeated | null | Promise<Repeated | null> {
    const given = this.#find(request);
    const now = known.clock();
    if (given === null || !mayBeRepeated(given, known, now)) return null;
    const held = standing(given, known, now);
    if (held === null) return lookedUp(given, known, now);
    if (!given.hasBody) return repeated(given, null, now);
    const { body, apart } = held.found;
    if (apart !== undefined) return withBody(given, bodyApart(held, apart, known), now);
    return body && repeated(given, body, now);
  }

  #find(request: Request): Given | null {
    const ofTarget = this.#given.get(request.url);
    const signature = ofTarget === undefined ? null : this.#signatures.of(request);
    return signature === null ? null : (ofTarget?.get(signature) ?? null);
  }

  /** Remembers an answer on its way out, where it is the same for all requests of one signature. */
  remember(exchange: Exchange, answer: Answer, known: Known): void {
    if (answer.from === undefined) return;
    const { request } = exchange;
    const signature = this.#signatures.of(request);
    if (signature === null) return;
    const now = known.clock();
    const given = this.#givenOf(exchange, { ...answer, from: answer.from }, now);
    if (given === null || isOvertaken(given, known, now)) return;
    // What passes through memory's fingers is not likely to be asked for again.
    if (hasMemory(known) && standing(given, known, now) === null) return;
    const ofTarget = this.#given.get(request.url) ?? new BoundedMap<Given>(MOST_PER_TARGET);
    ofTarget.set(signature, given);
    this.#given.set(request.url, ofTarget);
  }

  #givenOf(exchange: Exchange, answer: Answer & { readonly from: Reusable }, now: number): Given | null {
    const { request, policy, received } = exchange;
    const { uri, selected } = answer.from;
    const { response, invalidatedAt, looked } = selected;
    const isRead = request.method === "GET" || request.method === "HEAD";
    if (!isRead || !isSameForAll(policy) || received.hasToldClient) return null;
    if (response === null || !this.#tellsVariants(looked)) return null;
    const { status, headers } = answer.response;
    return {
      ...{ uri, response, policy, invalidatedAt, status },
      lifetimeSeconds: freshnessLifetime(response, policy).seconds,
      records: looked.map(({ key, found }) => ({ key, record: found && recordOf(found) })),
      hasBody: request.method === "GET" && !NULL_BODY_STATUSES.has(status),
      headers: new Headers(headers),
      ageSeconds: answer.ageSeconds ?? Number.NaN,
      event: eventOf(exchange, answer, now),
      spared: null,
    };
  }

  /** Whether requests that `Vary` tells apart have different signatures. */
  #tellsVariants(looked: Reusable["selected"]["looked"]): boolean {
    return looked.every(({ found }) => {
      const nominations = found?.index?.nominations.flat() ?? [];
      const nominated = found?.response?.nominated.map(([name]) => name) ?? [];
      return [...nominations, ...nominated].every((name) => this.#signatures.tells(name));
    });
  }
}

interface Held {
  readonly key: string;
  readonly found: Found;
}

function hasMemory({ store, tiers }: Known): boolean {
  return store !== tiers.lasting;
}

/** Whether it is still fresh (RFC 9111 §4.2), and neither purged nor invalidated. */
function mayBeRepeated(given: Given, known: Known, now: number): boolean {
  return given.lifetimeSeconds > currentAge(given.response, now) && !isOvertaken(given, known, now);
}

/** What memory holds of it, where nothing that it rests on has changed; else null. */
function standing(given: Given, known: Known, now: number): Held | null {
  let held: Held | null = null;
  for (const { key, record } of given.records) {
    if (record === null) continue;
    const found = known.tiers.memory.atHand(key, now);
    if (found?.response !== record.response || found.index !== record.index) return null;
    if (found.response === given.response) held = { key, found };
  }
  return held;
}

async function bodyApart({ key, found }: Held, apart: string, { tiers }: Known): Promise<StoredBody | null> {
  return (await tiers.lasting.bodyOf?.(key, found, apart)) ?? null;
}

async function withBody(
  given: Given,
  reading: Promise<StoredBody | null>,
  now: number,
): Promise<Repeated | null> {
  const body = await reading;
  return body && repeated(given, body, now);
}

/** The same with what stands there now, where memory does not know, or should not be trusted any longer. */
async function lookedUp(given: Given, known: Known, now: number): Promise<Repeated | null> {
  const found = await foundAnew(given, known, now);
  if (found === null) return null;
  if (!isOvertaken(given, known, now)) {
    if (given.hasBody) return found.body && repeated(given, found.body, now);
    discard(found.body);
    return repeated(given, null, now);
  }
  discard(found.body);
  return null;
}

/** What it was made from, where every look-up finds the very records that it rests on; else null. */
async function foundAnew(given: Given, { store }: Known, now: number): Promise<Found | null> {
  let held: Found | null = null;
  for (const { key, record } of given.records) {
    const found = await store.lookup(key, now);
    const isSame = found?.response === record?.response && found?.index === record?.index;
    if (isSame && found?.response === given.response) held = found;
    else discard(found?.body);
    if (isSame) continue;
    discard(held?.body);
    return null;
  }
  return held;
}

function repeated(given: Given, body: StoredBody | null, now: number): Repeated {
  const ageSeconds = currentAge(given.response, now);
  if (given.ageSeconds !== ageSeconds) tellAge(given, ageSeconds);
  const { status, headers, event } = given;
  const response = new Response(body, { status, headers, ...encoding(headers) });
  return { response, event: { ...event, ageSeconds, durationMs: 0 } };
}

/** Whether it may have been purged or invalidated meanwhile. */
function isOvertaken(given: Given, known: Known, now: number): boolean {
  const { uri, invalidatedAt } = given;
  const purges = known.purges.upToDate(now);
  if (purges === null || isPurged(given, purges)) return true;
  return known.invalidations.latest(uri, invalidatedAt) !== invalidatedAt;
}

// To look among ten thousand purges costs more than all else here; it is done again once there are others.
function isPurged(given: Given, purges: Purges): boolean {
  const { spared, response } = given;
  const { revision, doubtedAt } = purges;
  if (spared?.purges === purges && spared.revision === revision && spared.doubtedAt === doubtedAt)
    return false;
  if (purgeOf(response, purges) !== null) return true;
  given.spared = { purges, revision, doubtedAt };
  return false;
}

// Without the body: to hold on to it would keep what memory has let go of.
function recordOf({ index, response }: Found): StoredRecord {
  return { index, response };
}

function tellAge(given: Given, ageSeconds: number): void {
  const { headers, response, policy, lifetimeSeconds } = given;
  given.ageSeconds = ageSeconds;
  headers.set("age", String(ageSeconds));
  const member = { hit: true, ...hitFacts(policy, lifetimeSeconds - ageSeconds, "fresh") };
  setCacheStatus(headers, member, response.headers.get("cache-status"));
}
