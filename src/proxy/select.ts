import type { StoredResponse } from "../cache/types.ts";
import { nominate, rememberNomination, variantKey, varyMatches } from "../cache/variants.ts";
import type {
  ArrivingBody,
  CacheStore,
  Found,
  StoredBody,
  StoredRecord,
  VariantIndex,
} from "../store/store.ts";
import { discard } from "./body.ts";
import { storeKey } from "./store-key.ts";

/** What is stored for one request: the response that `Vary` selects, and where it stands. */
export interface Selected {
  readonly index: VariantIndex | null;
  readonly response: StoredResponse | null;
  readonly body: StoredBody | null;
  /** The variant's key, null where nothing was selected. */
  readonly key: string | null;
}

/** Finds the stored response for a request (RFC 9111 §4.1): one look-up, two where the URL has variants. */
export async function select(
  store: CacheStore,
  primary: string,
  request: Headers,
  now: number,
): Promise<Selected> {
  const found = await store.lookup(await storeKey(primary), now);
  if (found === null) return { index: null, response: null, body: null, key: null };
  if (found.response && varyMatches(found.response.nominated, request))
    return selected(found, primary, found.index);
  discard(found.body);
  for (const names of found.index?.nominations ?? []) {
    const key = variantKey(primary, nominate(names, request));
    const variant = await store.lookup(await storeKey(key), now);
    if (variant?.response && varyMatches(variant.response.nominated, request))
      return selected(variant, key, found.index);
    discard(variant?.body);
  }
  return { index: found.index, response: null, body: null, key: null };
}

function selected(found: Found, key: string, index: VariantIndex | null): Selected {
  return { index, response: found.response, body: found.body, key };
}

/** What `keep` needs to know of the look-up that came before. */
export interface Kept {
  readonly primary: string;
  readonly index: VariantIndex | null;
  readonly invalidatedAt: number | null;
}

/**
 * Stores a response: without `Vary` under its primary key, else under its variant's key with an index at
 * the primary one. What is known of an invalidation stays known.
 */
export async function keep(
  store: CacheStore,
  { primary, index, invalidatedAt }: Kept,
  response: StoredResponse,
  body: ArrayBuffer | ArrivingBody,
  now: number,
): Promise<void> {
  const names = response.nominated.map(([name]) => name);
  if (names.length === 0) {
    const record: StoredRecord = {
      index: invalidatedAt === null ? null : { nominations: [], invalidatedAt },
      response,
    };
    return store.save(await storeKey(primary), record, body, now);
  }
  const nominations = rememberNomination(index?.nominations ?? [], names);
  const key = variantKey(primary, response.nominated);
  await store.save(await storeKey(key), { index: null, response }, body, now);
  await store.save(
    await storeKey(primary),
    { index: { nominations, invalidatedAt }, response: null },
    null,
    now,
  );
}

/** Replaces the facts of a selected response, keeping its body. */
export async function keepFacts(
  store: CacheStore,
  selected: Selected & { readonly key: string },
  primary: string,
  response: StoredResponse,
  now: number,
): Promise<void> {
  const index = selected.key === primary ? selected.index : null;
  await store.freshen(await storeKey(selected.key), { index, response }, now);
}

export async function forget(store: CacheStore, key: string): Promise<void> {
  await store.remove(await storeKey(key));
}
