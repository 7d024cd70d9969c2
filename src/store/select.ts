import type { PrimaryKey } from "../cache/key.ts";
import type { StoredResponse } from "../cache/types.ts";
import { nominate, variantKey, varyMatches } from "../cache/variants.ts";
import type { FieldSection } from "../http/field-section.ts";
import { discard } from "./discard.ts";
import type { CacheStore, Found, StoredBody, VariantIndex } from "./store.ts";
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
  /** What was looked up on the way, by the store's keys. */
  readonly looked: readonly Looked[];
}

export interface Looked {
  readonly key: string;
  readonly found: Found | null;
}

/** Where there is nothing, or nobody has looked. */
export const NOTHING_SELECTED: Selected = Object.freeze({
  index: null,
  response: null,
  body: null,
  key: null,
  invalidatedAt: null,
  looked: [],
});

/**
 * Finds the stored response for a request (RFC 9111 §4.1): one look-up, one more where the URL has variants, and
 * one where the key says more than the URI, whose invalidations hold for all its keys.
 */
export async function select(
  store: CacheStore,
  { uri, key: primary }: PrimaryKey,
  request: FieldSection,
  now: number,
): Promise<Selected> {
  const selected = await selectVariant(store, primary, request, now);
  if (uri === primary || selected.response === null) return selected;
  const ofUri = await look(store, uri, now);
  discard(ofUri.found?.body);
  const { index } = ofUri.found ?? { index: null };
  return {
    ...selected,
    invalidatedAt: latest(selected.invalidatedAt, index?.invalidatedAt ?? null),
    looked: [...selected.looked, ofUri],
  };
}

/** The later of two instants, where null is none. */
export function latest(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.max(one, other);
}

async function selectVariant(
  store: CacheStore,
  primary: string,
  request: FieldSection,
  now: number,
): Promise<Selected> {
  const first = await look(store, primary, now);
  const { found } = first;
  if (found === null) return nothing(null, [first]);
  if (found.response && found.body !== null && varyMatches(found.response.nominated, request))
    return selected(found, primary, { index: found.index, looked: [first] });
  discard(found.body);
  for (const names of found.index?.nominations ?? []) {
    const key = variantKey(primary, nominate(names, request));
    const second = await look(store, key, now);
    const variant = second.found;
    if (variant?.response && varyMatches(variant.response.nominated, request))
      return selected(variant, key, { index: found.index, looked: [first, second] });
    discard(variant?.body);
  }
  return nothing(found.index, [first]);
}

async function look(store: CacheStore, primary: string, now: number): Promise<Looked> {
  const key = await storeKey(primary);
  return { key, found: await store.lookup(key, now) };
}

type Ways = Pick<Selected, "index" | "looked">;

function nothing(index: VariantIndex | null, looked: Selected["looked"]): Selected {
  const invalidatedAt = index?.invalidatedAt ?? null;
  return { index, response: null, body: null, key: null, invalidatedAt, looked };
}

function selected({ response, body }: Found, key: string, { index, looked }: Ways): Selected {
  return { index, response, body, key, invalidatedAt: index?.invalidatedAt ?? null, looked };
}
