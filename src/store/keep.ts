import type { PrimaryKey } from "../cache/key.ts";
import type { StoredResponse } from "../cache/types.ts";
import { rememberNomination, rememberVariant, variantKey } from "../cache/variants.ts";
import { discard } from "./discard.ts";
import type { Selected } from "./select.ts";
import type { ArrivingBody, CacheStore, Found, VariantIndex } from "./store.ts";
import { storeKey } from "./store-key.ts";

const NO_VARIANTS = { nominations: [], variants: [] } as const;

export interface Keeping {
  readonly clock: () => number;
  /** Whether a hard purge has removed what stands there. */
  readonly isGone: (standing: StoredResponse) => boolean;
}

/**
 * Stores a response: without `Vary` under its primary key, else under its variant's key with an index at the
 * primary one. What others have written meanwhile is looked at first: an invalidation (RFC 9111 §4.4) that the
 * response was requested before keeps it out, a whole response is not given up for a part, and other variants
 * stay known. The variants of a URL are bounded: the ones stored longest ago go. What a hard purge has removed
 * keeps nothing out.
 */
export async function keep(
  store: CacheStore,
  { uri, key: primary }: PrimaryKey,
  response: StoredResponse,
  body: ArrayBuffer | ArrivingBody,
  { clock, isGone }: Keeping,
): Promise<void> {
  const place = await storeKey(primary);
  const current = await standingAt(store, place, clock());
  const ofUri = uri === primary ? null : await standingAt(store, await storeKey(uri), clock());
  if (isOutranked(response, current, isGone) || isInvalidated(response, ofUri)) return letGo(body);
  const index = current?.index ?? { ...NO_VARIANTS, invalidatedAt: null };
  const target = { store, place, primary, index, clock, isGone };
  return response.nominated.length === 0
    ? keepAlone(response, body, target)
    : keepVariant(response, body, target);
}

interface Target extends Keeping {
  readonly store: CacheStore;
  /** Where the record of the primary key stands. */
  readonly place: string;
  readonly primary: string;
  readonly index: VariantIndex;
}

// RFC 9111 §4.1: it matches every request, so that nothing would select a variant any more.
async function keepAlone(
  response: StoredResponse,
  body: ArrayBuffer | ArrivingBody,
  { store, place, index, clock }: Target,
): Promise<void> {
  const { invalidatedAt, variants } = index;
  const left = invalidatedAt === null ? null : { ...NO_VARIANTS, invalidatedAt };
  await store.save(place, { index: left, response }, body, clock());
  await removeAll(store, variants);
}

async function keepVariant(
  response: StoredResponse,
  body: ArrayBuffer | ArrivingBody,
  { store, place, primary, index, clock, isGone }: Target,
): Promise<void> {
  const variant = await storeKey(variantKey(primary, response.nominated));
  const isPart = response.range !== null;
  if (isPart && isOutranked(response, await standingAt(store, variant, clock()), isGone)) return letGo(body);
  await store.save(variant, { index: null, response }, body, clock());
  const names = response.nominated.map(([name]) => name);
  const nominations = rememberNomination(index.nominations, names);
  const { variants, dropped } = rememberVariant(index.variants, variant);
  await store.save(place, { index: { ...index, nominations, variants }, response: null }, null, clock());
  await removeAll(store, dropped);
}

async function removeAll(store: CacheStore, places: readonly string[]): Promise<void> {
  for (const place of places) await store.remove(place);
}

async function standingAt(store: CacheStore, place: string, now: number): Promise<Found | null> {
  const found = await store.lookup(place, now, "lasting");
  discard(found?.body);
  return found;
}

function isOutranked(response: StoredResponse, current: Found | null, isGone: Keeping["isGone"]): boolean {
  if (isInvalidated(response, current)) return true;
  const standing = current?.response ?? null;
  if (response.range === null || standing === null || standing.range !== null) return false;
  return !standing.suspect && !isGone(standing);
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
  await store.save(place, { index: { ...NO_VARIANTS, invalidatedAt }, response: null }, null, now);
}

/**
 * RFC 9111 §4.4: what is stored for this URI is invalid from now on. Written also where nothing is stored yet:
 * another isolate may have a response on its way. Variants stay listed, so that they remain bounded.
 */
export async function invalidate(store: CacheStore, uri: string, now: number): Promise<void> {
  const place = await storeKey(uri);
  const current = await store.lookup(place, now);
  discard(current?.body);
  const variants = current?.index?.variants ?? [];
  const index = { nominations: [], variants, invalidatedAt: now };
  await store.save(place, { index, response: null }, null, now);
}
