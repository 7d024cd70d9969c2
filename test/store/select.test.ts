import { describe, expect, it } from "vitest";
import type { NominatedField, StoredResponse } from "../../src/cache/types.ts";
import { forget, invalidate, keep } from "../../src/store/keep.ts";
import { memoryStore } from "../../src/store/memory.ts";
import { select } from "../../src/store/select.ts";
import type { CacheStore } from "../../src/store/store.ts";
import { bytesOf, recordOf } from "./support.ts";

const KEY = "https://api.example.com/products";
const PLACE = { uri: KEY, key: KEY };
const NOW = 100_000;
const NOTHING = new Headers();

const storeOf = () => memoryStore({ maxBytes: 1e6, maxBodyBytes: 1e5, maxAgeMs: 1e9, renewAfterMs: 1e9 });

function responseOf(facts: Partial<StoredResponse> = {}): StoredResponse {
  const { response } = recordOf(10, { requestedAt: NOW - 50, respondedAt: NOW - 40, ...facts });
  if (response === null) throw new Error("a record without a response");
  return response;
}

const variantOf = (value: string): StoredResponse =>
  responseOf({ nominated: [["accept-language", value] satisfies NominatedField] });

/** What another isolate does to a URL when a write has succeeded there. */
const invalidateElsewhere = (store: CacheStore, invalidatedAt: number) =>
  invalidate(store, KEY, invalidatedAt);

const none = { clock: () => NOW, isGone: () => false };
const put = (store: CacheStore, response: StoredResponse, keeping = none) =>
  keep(store, PLACE, response, bytesOf(10), keeping);
const asks = (language: string) => new Headers({ "accept-language": language });

describe("RFC 9111 §4.4: an invalidation by another isolate", () => {
  it("keeps out what was in flight, and stays known", async () => {
    const store = storeOf();
    await invalidateElsewhere(store, NOW - 45);
    await put(store, responseOf());
    const found = await select(store, PLACE, NOTHING, NOW);
    expect([found.response, found.index?.invalidatedAt]).toEqual([null, NOW - 45]);
  });

  it("stays known beside what was requested after it", async () => {
    const store = storeOf();
    await invalidateElsewhere(store, NOW - 60);
    await put(store, responseOf());
    const found = await select(store, PLACE, NOTHING, NOW);
    expect([found.response?.requestedAt, found.index?.invalidatedAt]).toEqual([NOW - 50, NOW - 60]);
  });

  it("does not let old variants come back with a new one", async () => {
    const store = storeOf();
    await put(store, variantOf("en"));
    await invalidateElsewhere(store, NOW - 45);
    await put(store, { ...variantOf("de"), requestedAt: NOW - 10 });
    const found = await select(store, PLACE, asks("en"), NOW);
    expect(found.index?.invalidatedAt).toBe(NOW - 45);
    expect(found.response?.requestedAt ?? 0).toBeLessThanOrEqual(NOW - 45);
  });

  it("outlives the copy that is dropped", async () => {
    const store = storeOf();
    await invalidateElsewhere(store, NOW - 60);
    await put(store, responseOf());
    await forget(store, await select(store, PLACE, NOTHING, NOW), KEY, NOW);
    const found = await select(store, PLACE, NOTHING, NOW);
    expect([found.response, found.index?.invalidatedAt]).toEqual([null, NOW - 60]);
  });
});

describe("RFC 9111 §4.1: variants", () => {
  it("are each found by their own request, and by no other", async () => {
    const store = storeOf();
    await put(store, variantOf("en"));
    await put(store, variantOf("de"));
    const found = await Promise.all(["en", "de", "fr"].map((each) => select(store, PLACE, asks(each), NOW)));
    expect(found.map(({ response }) => response?.nominated[0]?.[1])).toEqual(["en", "de", undefined]);
  });

  it("with other nominated fields stay known together", async () => {
    const store = storeOf();
    await put(store, variantOf("en"));
    await put(store, responseOf({ nominated: [["x-beta", "1"]] }));
    const found = await select(store, PLACE, asks("en"), NOW);
    expect(found.index?.nominations).toEqual([["x-beta"], ["accept-language"]]);
    expect(found.response?.nominated).toEqual([["accept-language", "en"]]);
  });
});

describe("the variants of one URL", () => {
  const MOST = 64;
  const languages = Array.from({ length: MOST + 3 }, (_, index) => `x-${index}`);
  const putAll = async (store: CacheStore) => {
    for (const language of languages) await put(store, variantOf(language));
  };
  const found = async (store: CacheStore, language: string) =>
    (await select(store, PLACE, asks(language), NOW)).response !== null;

  it("are bounded: those stored longest ago leave the store", async () => {
    const store = storeOf();
    await putAll(store);
    expect(await Promise.all(languages.map((each) => found(store, each)))).toEqual(
      languages.map((_, index) => index >= 3),
    );
    expect(await store.lookup(`${KEY}\nvary:[["accept-language","x-0"]]`, NOW)).toBeNull();
  });

  it("stay bounded across invalidations", async () => {
    const store = storeOf();
    await put(store, variantOf("first"));
    const [place = ""] = (await select(store, PLACE, NOTHING, NOW)).index?.variants ?? [];
    await invalidate(store, KEY, NOW - 1000);
    await putAll(store);
    expect(await store.lookup(place, NOW)).toBeNull();
  });

  it("go once a response without Vary has taken their place", async () => {
    const store = storeOf();
    await put(store, variantOf("en"));
    const [place = ""] = (await select(store, PLACE, NOTHING, NOW)).index?.variants ?? [];
    expect(await store.lookup(place, NOW)).not.toBeNull();
    await put(store, responseOf());
    expect(await store.lookup(place, NOW)).toBeNull();
  });
});

describe("RFC 9111 §3.3: a part", () => {
  const part = { status: 206, range: { first: 0, last: 9, length: 20 } };

  it("does not take the place of a whole response", async () => {
    const store = storeOf();
    await put(store, responseOf());
    await put(store, responseOf(part));
    expect((await select(store, PLACE, NOTHING, NOW)).response?.status).toBe(200);
  });

  it("does not take the place of a whole variant", async () => {
    const store = storeOf();
    await put(store, variantOf("en"));
    await put(store, { ...variantOf("en"), ...part });
    expect((await select(store, PLACE, asks("en"), NOW)).response?.status).toBe(200);
  });

  it.each([
    ["whole response", responseOf()],
    ["whole variant", variantOf("en")],
  ])("takes the place of a %s that a hard purge has removed", async (_, whole) => {
    const store = storeOf();
    await put(store, whole);
    await put(store, { ...whole, ...part }, { ...none, isGone: () => true });
    expect((await select(store, PLACE, asks("en"), NOW)).response?.status).toBe(206);
  });

  it("is stored where there is none", async () => {
    const store = storeOf();
    await put(store, responseOf(part));
    expect((await select(store, PLACE, NOTHING, NOW)).response?.status).toBe(206);
  });
});

describe("RFC 9111 §4.4 a key that says more than the URI", () => {
  const keyed = { uri: KEY, key: `${KEY}\nkey:[["version","2"]]` };

  it("is invalidated with its URI, what is stored under it included", async () => {
    const store = storeOf();
    await keep(store, keyed, responseOf(), bytesOf(10), none);
    await invalidateElsewhere(store, NOW - 10);
    const found = await select(store, keyed, NOTHING, NOW);
    expect([found.response?.status, found.invalidatedAt]).toEqual([200, NOW - 10]);
  });

  it("takes nothing in that was requested before a write to its URI", async () => {
    const store = storeOf();
    await invalidateElsewhere(store, NOW - 10);
    await keep(store, keyed, responseOf(), bytesOf(10), none);
    expect((await select(store, keyed, NOTHING, NOW)).response).toBeNull();
  });
});
