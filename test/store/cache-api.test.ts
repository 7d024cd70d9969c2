import { describe, expect, it } from "vitest";
import { ANY_HOST } from "../../src/cache/types.ts";
import type { ByteRange } from "../../src/http/range.ts";
import { cacheApiStore } from "../../src/store/cache-api.ts";
import type { CacheStore, StoredBody } from "../../src/store/store.ts";
import { storeContract } from "./contract.ts";
import { FakeCache } from "./fake-cache.ts";
import { arrivingOf, brokenOf, bytesOf, KEY, NOW, readBody, recordOf } from "./support.ts";

const RETENTION_SECONDS = 86_400;

const ORIGIN = "https://origin.example.com/";

function storeOver(cache: Cache, reports: string[] = [], origin = ORIGIN): CacheStore {
  const onError = (operation: string, error: unknown) =>
    void reports.push(`${operation}: ${(error as Error).message}`);
  return cacheApiStore(cache, { origin, retentionSeconds: RETENTION_SECONDS, limitMs: 1000, onError });
}

storeContract("the Cache API", () => storeOver(new FakeCache().cache));
storeContract("the Cache API where cut-short bodies stay", () =>
  storeOver(new FakeCache({ keepsCutShort: true }).cache),
);

describe("a cache that several Workers share", () => {
  const ANY = `${ANY_HOST}/products`;

  it("gives nobody what another origin's Worker has stored for all hosts", async () => {
    const { cache } = new FakeCache();
    const [one, other] = [storeOver(cache), storeOver(cache, [], "https://other.example.com/")];
    await one.save(ANY, recordOf(10), bytesOf(10), NOW);
    await one.save(KEY, recordOf(10), bytesOf(10), NOW);
    expect(await one.lookup(ANY, NOW)).not.toBeNull();
    expect(await other.lookup(ANY, NOW)).toBeNull();
    await other.remove(ANY);
    expect(await one.lookup(ANY, NOW)).not.toBeNull();
  });

  it("keeps the copies of a host when its Worker is given another origin", async () => {
    const { cache } = new FakeCache();
    await storeOver(cache).save(KEY, recordOf(10), bytesOf(10), NOW);
    expect(await storeOver(cache, [], "https://other.example.com/").lookup(KEY, NOW)).not.toBeNull();
  });
});

describe("what the Cache API is given", () => {
  it.each([200, 206, 301, 404, 503])(
    "for a stored %i: a 200 of octets with our own max-age",
    async (status) => {
      const fake = new FakeCache();
      const headers = new Headers({
        "set-cookie": "a=1",
        vary: "*",
        etag: '"v1"',
        "cache-control": "private",
      });
      await storeOver(fake.cache).save(KEY, recordOf(10, { status, headers }), bytesOf(10), NOW);
      expect(fake.only.status).toBe(200);
      expect(Object.fromEntries(fake.only.headers)).toEqual({
        "content-type": "application/octet-stream",
        "cache-control": `public, max-age=${RETENTION_SECONDS}`,
        "selvedge-record": expect.stringMatching(/^[\x20-\x7e]+$/),
      });
      expect(fake.only.body).toEqual(Buffer.from(bytesOf(10)));
    },
  );

  it.each([
    ["https://api.example.com/products?page=2", "https://api.example.com"],
    ["http://localhost:8787/", "http://localhost:8787"],
    ["https://api.example.com/sha256:00ff", "https://api.example.com"],
    ["https://api.example.com/a//b?next=https://other.example/#x", "https://api.example.com"],
  ])("for the key %s: a URL with its own host", async (key, origin) => {
    const fake = new FakeCache();
    await storeOver(fake.cache).save(key, recordOf(10), bytesOf(10), NOW);
    const [url = ""] = fake.kept.keys();
    expect(url.startsWith(`${origin}/__selvedge/stored/`)).toBe(true);
    expect(new URL(url)).toMatchObject({ search: "", hash: "" });
  });

  it("nothing of its own fields comes back", async () => {
    const store = storeOver(new FakeCache().cache);
    await store.save(KEY, recordOf(10), bytesOf(10), NOW);
    const found = await store.lookup(KEY, NOW);
    expect([...(found?.response?.headers.keys() ?? [])]).toEqual(["cache-control", "content-type"]);
  });
});

describe("a broken Cache API", () => {
  const refuse = async (): Promise<never> => {
    throw new Error("broken");
  };

  it("is a miss, and every failure is reported", async () => {
    const reports: string[] = [];
    const store = storeOver({ match: refuse, put: refuse, delete: refuse } as unknown as Cache, reports);
    expect(await store.lookup(KEY, NOW)).toBeNull();
    await store.save(KEY, recordOf(10), bytesOf(10), NOW);
    await store.freshen(KEY, recordOf(10), NOW);
    await store.remove(KEY);
    const expected = ["match", "put", "delete", "freshen", "delete", "delete"];
    expect(reports).toEqual(expected.map((operation) => `${operation}: broken`));
  });

  it("that throws at once is no different", async () => {
    const reports: string[] = [];
    const store = storeOver({} as Cache, reports);
    expect(await store.lookup(KEY, NOW)).toBeNull();
    await store.save(KEY, recordOf(10), bytesOf(10), NOW);
    await store.remove(KEY);
    expect(reports.map((report) => report.split(":")[0])).toEqual(["match", "put", "delete", "delete"]);
  });

  it("whose put fails loses the record that was there", async () => {
    const fake = new FakeCache();
    const reports: string[] = [];
    await storeOver(fake.cache).save(KEY, recordOf(10), bytesOf(10), NOW);
    await storeOver({ ...fake.cache, put: refuse }, reports).save(KEY, recordOf(10), bytesOf(10), NOW);
    expect(fake.kept.size).toBe(0);
    expect(reports).toEqual(["put: broken"]);
  });

  it("reports a body that failed on its way, and keeps no part of it", async () => {
    const fake = new FakeCache({ keepsCutShort: true });
    const reports: string[] = [];
    await storeOver(fake.cache, reports).save(KEY, recordOf(null), brokenOf(bytesOf(10)), NOW);
    expect(fake.kept.size).toBe(0);
    expect(reports).toEqual(["put: cut short"]);
  });

  it("keeps no part of a body that failed while its record was freshened", async () => {
    const fake = new FakeCache({ keepsCutShort: true });
    const reports: string[] = [];
    await storeOver(fake.cache).save(KEY, recordOf(null), bytesOf(10), NOW);
    const headers = fake.only.headers;
    const match = async () => new Response(brokenOf(bytesOf(5)).stream as BodyInit, { headers });
    await storeOver({ ...fake.cache, match }, reports).freshen(KEY, recordOf(null), NOW);
    expect(fake.kept.size).toBe(0);
    expect(reports).toEqual(["freshen: cut short"]);
  });
});

describe("a record the Cache API did not keep whole", () => {
  type Kept = FakeCache["only"];
  const large = 200 * 1024;

  it.each<[string, number, (entry: Kept) => void]>([
    ["no record field", 10, ({ headers }) => headers.delete("selvedge-record")],
    ["a record field that is not JSON", 10, ({ headers }) => headers.set("selvedge-record", "{")],
    ["a record of another version", 10, ({ headers }) => headers.set("selvedge-record", '{"v":0}')],
    ["a small body cut short", 10, (entry) => resize(entry, 9)],
    ["an empty small body", 10, (entry) => resize(entry, 0)],
    ["a large body cut short", large, (entry) => resize(entry, large - 1)],
    ["a large body cut to a small one", large, (entry) => resize(entry, 10)],
    ["a body longer than stored", 10, (entry) => resize(entry, 11)],
  ])("is a miss and deleted: %s", async (_, length, tamper) => {
    const fake = new FakeCache();
    const reports: string[] = [];
    const store = storeOver(fake.cache, reports);
    const bytes = bytesOf(length);
    await store.save(KEY, recordOf(length), length === large ? arrivingOf(bytes) : bytes, NOW);
    const [first] = fake.kept.values(); // the body, where it stands apart
    if (first) tamper(first);
    expect(await store.lookup(KEY, NOW)).toBeNull();
    expect(fake.kept.size).toBe(0);
    expect(reports).toEqual([]);
  });

  it("is not freshened either", async () => {
    const fake = new FakeCache();
    const store = storeOver(fake.cache);
    await store.save(KEY, recordOf(10), bytesOf(10), NOW);
    resize(fake.only, 9);
    await store.freshen(KEY, recordOf(10), NOW);
    expect(fake.kept.size).toBe(0);
  });

  function resize(entry: Kept, length: number): void {
    entry.body = Buffer.concat([entry.body], length);
  }
});

describe("a part of a body that stands apart", () => {
  const LENGTH = 100_000;
  const PART = { first: 70_000, last: 70_099 };

  async function partOf(fake: FakeCache, part: ByteRange, tamper = () => {}): Promise<StoredBody | null> {
    const store = storeOver(fake.cache);
    await store.save(KEY, recordOf(LENGTH), arrivingOf(bytesOf(LENGTH)), NOW);
    const found = await store.lookup(KEY, NOW);
    if (!found?.apart || !store.bodyOf) throw new Error("it does not stand apart");
    tamper();
    return store.bodyOf(KEY, found, found.apart, part);
  }

  it.each<[ByteRange]>([[PART], [{ first: 0, last: 0 }], [{ first: 99_999, last: 99_999 }]])(
    "is these bytes: %j",
    async (part) => {
      const body = await partOf(new FakeCache(), part);
      expect(await readBody(body)).toEqual(Buffer.from(bytesOf(LENGTH).slice(part.first, part.last + 1)));
    },
  );

  it("is not at hand where the platform answers with the whole", async () => {
    expect(await partOf(new FakeCache({ ignoresRanges: true }), PART)).toBeNull();
  });

  it("is not at hand where what stands there is of another length", async () => {
    const fake = new FakeCache();
    const body = await partOf(fake, PART, () => {
      for (const entry of fake.kept.values()) entry.body = Buffer.concat([entry.body, Buffer.from("x")]);
    });
    expect(body).toBeNull();
  });

  it("is not at hand where the body has gone", async () => {
    const fake = new FakeCache();
    expect(await partOf(fake, PART, () => fake.kept.clear())).toBeNull();
  });
});
