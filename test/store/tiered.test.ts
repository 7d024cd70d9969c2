import { afterEach, describe, expect, it, vi } from "vitest";
import { cacheApiStore } from "../../src/store/cache-api.ts";
import { memoryStore } from "../../src/store/memory.ts";
import type { CacheStore, NearStore } from "../../src/store/store.ts";
import { tiered } from "../../src/store/tiered.ts";
import { storeContract } from "./contract.ts";
import { FakeCache } from "./fake-cache.ts";
import { arrivingOf, bytesOf, KEY, NOW, plainFound, plainOf, recordOf } from "./support.ts";

const LARGE = 200 * 1024;

function memory(): NearStore {
  return memoryStore({
    maxBytes: 1024 * 1024,
    maxBodyBytes: 64 * 1024,
    maxAgeMs: 10_000,
    renewAfterMs: 10_000,
  });
}

function edge(cache = new FakeCache().cache): CacheStore {
  return cacheApiStore(cache, {
    origin: "https://o.test/",
    retentionSeconds: 60,
    limitMs: 1000,
    onError: () => {},
  });
}

function throwing(): NearStore {
  const refuse = () => {
    throw new Error("broken");
  };
  return { lookup: refuse, save: refuse, freshen: refuse, remove: refuse, wants: () => true, renew: refuse };
}

function rejecting(): NearStore {
  const refuse = () => Promise.reject(new Error("broken"));
  return { ...throwing(), lookup: refuse, save: refuse, freshen: refuse, remove: refuse };
}

storeContract("memory before the Cache API", () => tiered(memory(), edge()));
storeContract("the Cache API behind a tier that throws", () => tiered(throwing(), edge(), () => {}));
storeContract("memory before a tier that throws", () => tiered(memory(), throwing(), () => {}), {
  streams: "left-out",
});

describe("memory before a tier that lasts", () => {
  it("takes a small record over at its second look-up, and passes the body on at its first", async () => {
    const [near, far] = [memory(), edge()];
    await far.save(KEY, recordOf(10), bytesOf(10), NOW);
    const first = await tiered(near, far).lookup(KEY, NOW);
    expect(first?.body).toBeInstanceOf(ReadableStream);
    expect(await near.lookup(KEY, NOW)).toBeNull();
    await tiered(near, far).lookup(KEY, NOW);
    expect(await plainFound(await near.lookup(KEY, NOW))).toEqual(plainOf(recordOf(10), bytesOf(10)));
  });

  it("trusts its copy again where the same stands behind it, without reading the body", async () => {
    const [near, far] = [memory(), edge()];
    const store = tiered(near, far);
    await store.save(KEY, recordOf(10), bytesOf(10), NOW);
    const before = await near.lookup(KEY, NOW);
    const renewed = await store.lookup(KEY, NOW + 10_001);
    expect(renewed?.body).toBeInstanceOf(ReadableStream);
    expect(await near.lookup(KEY, NOW + 20_000)).toBe(before);
  });

  it.each<[string, (far: CacheStore) => Promise<void>]>([
    ["removed", (far) => far.remove(KEY)],
    ["replaced", (far) => far.save(KEY, recordOf(20), bytesOf(20), NOW)],
    ["replaced by the same facts about another body", (far) => far.save(KEY, recordOf(10), bytesOf(11), NOW)],
    ["freshened", (far) => far.freshen(KEY, recordOf(10, { suspect: true }), NOW)],
  ])("does not trust its copy again where that behind it has been %s", async (_, change) => {
    const cache = new FakeCache().cache;
    const [near, far] = [memory(), edge(cache)];
    const store = tiered(near, far);
    await store.save(KEY, recordOf(10), bytesOf(10), NOW);
    const before = await near.lookup(KEY, NOW);
    await change(edge(cache));
    await store.lookup(KEY, NOW + 10_001);
    expect(await near.lookup(KEY, NOW + 10_002)).not.toBe(before);
  });

  it("takes an index over", async () => {
    const [near, far] = [memory(), edge()];
    const record = {
      index: { nominations: [["accept"]], variants: [], invalidatedAt: null },
      response: null,
    };
    await far.save(KEY, record, null, NOW);
    await tiered(near, far).lookup(KEY, NOW);
    expect(await near.lookup(KEY, NOW)).toEqual({ ...record, body: null });
  });

  it("remembers where a large body stands, and leaves it there, unread", async () => {
    const [near, fake] = [memory(), new FakeCache()];
    const far = cacheApiStore(fake.cache, {
      origin: "https://o.test/",
      retentionSeconds: 60,
      limitMs: 1000,
      onError: () => {},
    });
    await far.save(KEY, recordOf(LARGE), arrivingOf(bytesOf(LARGE)), NOW);
    const store = tiered(near, far);
    await store.lookup(KEY, NOW);
    expect(await near.lookup(KEY, NOW)).toMatchObject({ body: null, apart: expect.any(String) });
    fake.asked.length = 0;
    expect(await plainFound(await store.lookup(KEY, NOW))).toEqual(plainOf(recordOf(LARGE), bytesOf(LARGE)));
    expect(fake.asked).toHaveLength(1);
  });

  it("looks a record up anew whose body is no longer where it stood", async () => {
    const [near, fake] = [memory(), new FakeCache()];
    const far = cacheApiStore(fake.cache, {
      origin: "https://o.test/",
      retentionSeconds: 60,
      limitMs: 1000,
      onError: () => {},
    });
    await far.save(KEY, recordOf(LARGE), arrivingOf(bytesOf(LARGE)), NOW);
    const store = tiered(near, far);
    await store.lookup(KEY, NOW);
    await far.save(KEY, recordOf(10), bytesOf(10), NOW);
    const [body = ""] = fake.kept.keys();
    fake.kept.delete(body);
    expect((await store.lookup(KEY, NOW))?.response?.bodyLength).toBe(10);
  });

  it("asks the lasting tier only for what memory does not have", async () => {
    const near = memory();
    await near.save(KEY, recordOf(10), bytesOf(10), NOW);
    const reports: string[] = [];
    const store = tiered(near, throwing(), (operation) => void reports.push(operation));
    expect(await store.lookup(KEY, NOW)).not.toBeNull();
    expect(reports).toEqual([]);
  });

  it("does not keep a small record in memory once a large one replaced it", async () => {
    const store = tiered(memory(), edge());
    await store.save(KEY, recordOf(10), bytesOf(10), NOW);
    await store.save(KEY, recordOf(LARGE), arrivingOf(bytesOf(LARGE)), NOW);
    expect((await store.lookup(KEY, NOW))?.response?.bodyLength).toBe(LARGE);
  });

  it("writes, freshens and removes in both", async () => {
    const [near, far] = [memory(), edge()];
    const store = tiered(near, far);
    const statusIn = async (tier: CacheStore) => (await tier.lookup(KEY, NOW))?.response?.status;
    await store.save(KEY, recordOf(10), bytesOf(10), NOW);
    expect([await statusIn(near), await statusIn(far)]).toEqual([200, 200]);
    await store.freshen(KEY, recordOf(10, { status: 404 }), NOW);
    expect([await statusIn(near), await statusIn(far)]).toEqual([404, 404]);
    await store.remove(KEY);
    expect([await statusIn(near), await statusIn(far)]).toEqual([undefined, undefined]);
  });
});

interface HeldTier {
  readonly store: CacheStore;
  /** Once somebody has looked. */
  readonly begun: Promise<void>;
  readonly letGo: () => void;
  readonly lookups: () => number;
}

/** A tier whose look-ups wait until they are let go, and are counted. */
function held(behind: CacheStore): HeldTier {
  const { promise, resolve: letGo } = Promise.withResolvers<void>();
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  let lookups = 0;
  const lookup: CacheStore["lookup"] = async (key, now) => {
    lookups += 1;
    const found = await behind.lookup(key, now);
    begin();
    await promise;
    return found;
  };
  return { store: { ...behind, lookup }, begun, letGo, lookups: () => lookups };
}

describe("look-ups of one key at once", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  const askThrice = (store: CacheStore) => Promise.all([1, 2, 3].map(() => store.lookup(KEY, NOW)));

  it("are one where nothing is stored", async () => {
    const far = held(edge());
    const found = askThrice(tiered(memory(), far.store));
    far.letGo();
    expect(await found).toEqual([null, null, null]);
    expect(far.lookups()).toBe(1);
  });

  it("are one where a small body is stored, which memory takes over at once", async () => {
    const behind = edge();
    await behind.save(KEY, recordOf(10), bytesOf(10), NOW);
    const far = held(behind);
    const found = askThrice(tiered(memory(), far.store));
    far.letGo();
    const expected = plainOf(recordOf(10), bytesOf(10));
    expect(await Promise.all((await found).map(plainFound))).toEqual([expected, expected, expected]);
    expect(far.lookups()).toBe(1);
  });

  it("are one each where memory does not take what is found", async () => {
    const behind = edge();
    await behind.save(KEY, recordOf(LARGE), bytesOf(LARGE), NOW);
    const far = held(behind);
    const found = askThrice(tiered(memory(), far.store));
    far.letGo();
    const lengths = (await found).map((each) => each?.response?.bodyLength);
    expect(lengths).toEqual([LARGE, LARGE, LARGE]);
    expect(far.lookups()).toBeGreaterThan(1);
  });

  it("do not hide what is stored meanwhile", async () => {
    const far = held(edge());
    const store = tiered(memory(), far.store);
    const found = askThrice(store);
    await far.begun;
    await store.save(KEY, recordOf(10), bytesOf(10), NOW);
    far.letGo();
    const statuses = (await found).map((each) => each?.response?.status);
    expect(statuses).toEqual([undefined, 200, 200]);
  });

  it("do not bring back what is removed meanwhile", async () => {
    const behind = edge();
    await behind.save(KEY, recordOf(10), bytesOf(10), NOW);
    const far = held(behind);
    const store = tiered(memory(), far.store);
    const found = askThrice(store);
    await far.begun;
    await store.remove(KEY);
    far.letGo();
    const [, second, third] = await found;
    expect([second, third, await store.lookup(KEY, NOW)]).toEqual([null, null, null]);
  });

  it("do not wait for long for one that never ends, since its client has left", async () => {
    vi.useFakeTimers();
    const behind = edge();
    let isFirst = true;
    const lookup: CacheStore["lookup"] = (key, now) => {
      if (!isFirst) return behind.lookup(key, now);
      isFirst = false;
      return new Promise(() => {});
    };
    await behind.save(KEY, recordOf(10), bytesOf(10), NOW);
    const store = tiered(memory(), { ...behind, lookup });
    store.lookup(KEY, NOW);
    await Promise.resolve();
    const second = store.lookup(KEY, NOW);
    await vi.advanceTimersByTimeAsync(250);
    expect((await second)?.response?.status).toBe(200);
    expect((await store.lookup(KEY, NOW))?.response?.status).toBe(200);
  });
});

describe.each([
  ["throws", throwing],
  ["rejects", rejecting],
])("a tier that %s", (_, broken) => {
  async function useAll(store: CacheStore): Promise<void> {
    await store.save(KEY, recordOf(10), bytesOf(10), NOW);
    await store.freshen(KEY, recordOf(10, { status: 404 }), NOW);
    expect((await store.lookup(KEY, NOW))?.response?.status).toBe(404);
    await store.remove(KEY);
    expect(await store.lookup(KEY, NOW)).toBeNull();
  }

  it("in front does not stop the lasting one", async () => {
    const reports: string[] = [];
    await useAll(tiered(broken(), edge(), (operation) => void reports.push(operation)));
    const found = ["memory lookup", "memory renewal", "memory save"];
    const gone = ["memory remove", "memory lookup", "memory remove"];
    const expected = ["memory save", "memory freshen", ...found, ...gone];
    expect(reports).toEqual(expected);
  });

  it("behind does not stop memory", async () => {
    const reports: string[] = [];
    await useAll(tiered(memory(), broken(), (operation) => void reports.push(operation)));
    expect(reports).toEqual(["save", "freshen", "remove", "lookup"]);
  });
});
