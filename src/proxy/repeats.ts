import { freshnessLifetime } from "../cache/freshness.ts";
import { isSameForAll, type Signatures } from "../cache/request/signature.ts";
import { BoundedMap } from "../store/bounded-map.ts";
import { FrequentlyUsed } from "../store/frequently-used.ts";
import type { Found, StoredRecord } from "../store/store.ts";
import { type Answer, NULL_BODY_STATUSES, type Reusable } from "./answer/answer.ts";
import { eventOf } from "./events/events.ts";
import { type Given, giveAgain, type Known, mayBeRepeated, type Repeated, standing } from "./given.ts";
import type { Exchange } from "./shell.ts";

/** Of heads. Bodies are not among it: they stay in memory's own budget, or go. */
const MOST_BYTES = 8 * 1024 * 1024;
const MOST_PER_TARGET = 8;
/** Longer ones are not worth their memory. */
const LONGEST_URL = 1_024;
const HEAD_OVERHEAD_BYTES = 1_024;
const FIELD_OVERHEAD_BYTES = 64;

/**
 * The decisions are functions of what they read. Whoever asks just what another has asked is given what that one was, and
 * nothing is decided again, while the same copy stands in a store, is fresh, and was neither purged nor invalidated.
 */
export class Repeats {
  /** By URL and, because it costs more to tell, by signature. */
  readonly #given = new FrequentlyUsed<BoundedMap<Given>>(MOST_BYTES);
  readonly #signatures: Signatures;

  constructor(signatures: Signatures) {
    this.#signatures = signatures;
  }

  /** The answer of one that asked the same, or null where this one has to go the whole way. Waits where memory has not all of it. */
  again(request: Request, known: Known): Repeated | null | Promise<Repeated | null> {
    const given = this.#find(request);
    return given && giveAgain(given, known);
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
    const { url } = request;
    const signature = url.length > LONGEST_URL ? null : this.#signatures.of(request);
    if (signature === null) return;
    const now = known.clock();
    const given = this.#givenOf(exchange, { ...answer, from: answer.from }, now);
    if (given === null || !isWorthIt(given, known, now)) return;
    const ofTarget = this.#given.get(url) ?? new BoundedMap<Given>(MOST_PER_TARGET);
    ofTarget.set(signature, given);
    const bytes = ofTarget.values().reduce((sum, each) => sum + bytesOf(each), 0);
    this.#given.set(url, ofTarget, bytes);
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

// What memory does not keep is not likely to be asked for again; without memory everything comes from behind it.
function isWorthIt(given: Given, known: Known, now: number): boolean {
  if (!mayBeRepeated(given, known, now)) return false;
  return known.store === known.tiers.lasting || standing(given, known, now) !== null;
}

// Without the body: to hold on to it would keep what memory has let go of.
function recordOf({ index, response }: Found): StoredRecord {
  return { index, response };
}

/** About so many, the signature that it is found by included. */
function bytesOf({ response: { uri, headers } }: Given): number {
  let bytes = HEAD_OVERHEAD_BYTES + 4 * uri.length;
  headers.forEach((value, name) => {
    bytes += FIELD_OVERHEAD_BYTES + 2 * (name.length + value.length);
  });
  return bytes;
}
