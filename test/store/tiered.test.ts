import { describe, expect, it } from "vitest";
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
