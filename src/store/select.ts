import type { PrimaryKey } from "../cache/key.ts";
import type { StoredResponse } from "../cache/types.ts";
import { nominate, rememberNomination, variantKey, varyMatches } from "../cache/variants.ts";
import { discard } from "./discard.ts";
import type { ArrivingBody, CacheStore, Found, StoredBody, VariantIndex } from "./store.ts";
import { storeKey } from "./store-key.ts";

/** What is stored for one request: the response that `Vary` selects, and where it stands. */
export interface Selected {
  readonly index: VariantIndex | null;
  readonly response: StoredResponse | null;
  readonly body: StoredBody | null;
  /** The variant's key, null where nothing was selected. */
  readonly key: string | null;
  /** Responses to this URI requested at or before this instant are invalid (RFC 9111 §4.4), or null. */
  readonly invalidatedAt: number | null;
}

/**
 * Finds the stored response for a request (RFC 9111 §4.1): one look-up, one more where the URL has variants, and
 * one where the key says more than the URI, whose invalidations hold for all its keys.
 */
export async function select(
  store: CacheStore,
  { uri, key: primary }: PrimaryKey,
  request: Headers,
  now: number,
): Promise<Selected> {
  const selected = await selectVariant(store, primary, request, now);
  if (uri === primary || selected.response === null) return selected;
  const ofUri = await store.lookup(await storeKey(uri), now);
  discard(ofUri?.body);
  return { ...selected, invalidatedAt: latest(selected.invalidatedAt, ofUri?.index?.invalidatedAt ?? null) };
}

/** The later of two instants, where null is none. */
export function latest(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.max(one, other);
}

async function selectVariant(
  store: CacheStore,
  primary: string,
  request: Headers,
  now: number,
): Promise<Selected> {
  const found = await store.lookup(await storeKey(primary), now);
  if (found === null) return nothing(null);
  if (found.response && found.body !== null && varyMatches(found.response.nominated, request))
    return selected(found, primary, found.index);
  discard(found.body);
  for (const names of found.index?.nominations ?? []) {
    const key = variantKey(primary, nominate(names, request));
    const variant = await store.lookup(await storeKey(key), now);
    if (variant?.response && varyMatches(variant.response.nominated, request))
      return selected(variant, key, found.index);
    discard(variant?.body);
  }
  return nothing(found.index);
}

function nothing(index: VariantIndex | null): Selected {
  return { index, response: null, body: null, key: null, invalidatedAt: index?.invalidatedAt ?? null };
}

function selected(found: Found, key: string, index: VariantIndex | null): Selected {
  const { response, body } = found;
  return { index, response, body, key, invalidatedAt: index?.invalidatedAt ?? null };
}

/**
 * Stores a response: without `Vary` under its primary key, else under its variant's key with an index at the
 * primary one. What others have written meanwhile is looked at first: an invalidation (RFC 9111 §4.4) that the
 * response was requested before keeps it out, a whole response is not given up for a part, and other variants
 * stay known.
 */
export async function keep(
  store: CacheStore,
  { uri, key: primary }: PrimaryKey,
  response: StoredResponse,
  body: ArrayBuffer | ArrivingBody,
  clock: () => number,
): Promise<void> {
  const names = response.nominated.map(([name]) => name);
  const place = await storeKey(primary);
  const current = await standingAt(store, place, clock());
  const invalidatedAt = current?.index?.invalidatedAt ?? null;
  const ofUri = uri === primary ? null : await standingAt(store, await storeKey(uri), clock());
  if (isOutranked(response, current) || isInvalidated(response, ofUri)) return letGo(body);
  if (names.length === 0) {
    const index = invalidatedAt === null ? null : { nominations: [], invalidatedAt };
    return store.save(place, { index, response }, body, clock());
  }
  const variant = await storeKey(variantKey(primary, response.nominated));
  const isPart = response.range !== null;
  if (isPart && isOutranked(response, await standingAt(store, variant, clock()))) return letGo(body);
  await store.save(variant, { index: null, response }, body, clock());
  const nominations = rememberNomination(current?.index?.nominations ?? [], names);
  return store.save(place, { index: { nominations, invalidatedAt }, response: null }, null, clock());
}

async function standingAt(store: CacheStore, place: string, now: number): Promise<Found | null> {
  const found = await store.lookup(place, now, "lasting");
  discard(found?.body);
  return found;
}

function isOutranked(response: StoredResponse, current: Found | null): boolean {
  if (isInvalidated(response, current)) return true;
  const standing = current?.response ?? null;
  return response.range !== null && standing !== null && standing.range === null && !standing.suspect;
}

function isInvalidated(response: StoredResponse, current: Found | null): boolean {
  const invalidatedAt = current?.index?.invalidatedAt ?? null;
  return invalidatedAt !== null && response.requestedAt <= invalidatedAt;
}

/** Lets go of a body that is not to be stored after all. */
export function letGo(body: ArrayBuffer | ArrivingBody): void {
  if (!(body instanceof ArrayBuffer)) discard(body.stream);
}

/** Replaces the facts of a selected response, keeping its body; nothing, where it is no longer there. */
export async function keepFacts(
  store: CacheStore,
  selected: Selected,
  primary: string,
  response: StoredResponse,
  now: number,
): Promise<void> {
  if (selected.key === null || selected.response === null) return;
  const index = selected.key === primary ? selected.index : null;
  await store.freshen(await storeKey(selected.key), { index, response }, now);
}

/** Drops a selected response; what is known of invalidations stays. */
export async function forget(
  store: CacheStore,
  selected: Selected,
  primary: string,
  now: number,
): Promise<void> {
  if (selected.key === null) return;
  const place = await storeKey(selected.key);
  const invalidatedAt = selected.index?.invalidatedAt ?? null;
  if (selected.key !== primary || invalidatedAt === null) return store.remove(place);
  await store.save(place, { index: { nominations: [], invalidatedAt }, response: null }, null, now);
}
