import { describe, expect, it } from "vitest";
import type { CacheStore, StoredRecord } from "../../src/store/store.ts";
import {
  arrivingOf,
  brokenOf,
  bytesOf,
  KEY,
  NOW,
  plainFound,
  plainOf,
  readBody,
  recordOf,
} from "./support.ts";

interface ContractOptions {
  /** What becomes of a body that comes as a stream: it is kept, or left to another tier. */
  readonly streams?: "kept" | "left-out";
}

const OTHER_KEY = "https://api.example.com/products?page=3";
const MEGABYTE = 1024 * 1024;

/** What every store promises. */
export function storeContract(
  name: string,
  makeStore: () => CacheStore,
  { streams = "kept" }: ContractOptions = {},
): void {
  describe(`${name} as a store`, () => {
    it("does not find what was never saved", async () => {
      expect(await makeStore().lookup(KEY, NOW)).toBeNull();
    });

    it.each<[string, StoredRecord]>([
      ["a plain response", recordOf(1000)],
      ["several Set-Cookie and non-ASCII field values", recordOf(1000, { headers: awkwardHeaders() })],
      ["nominated fields, some of them absent", recordOf(1000, { nominated: nominated() })],
      ["a part", recordOf(1000, { status: 206, range: { first: 5, last: 1004, length: 5000 } })],
      ["an error", recordOf(1000, { status: 404 })],
      ["tags", recordOf(1000, { tags: ["products", "größe", "製品"] })],
      ["a suspect response", recordOf(1000, { suspect: true })],
      ["a response with the index", { ...recordOf(1000), index: index() }],
      ["a response of unknown length", recordOf(null)],
    ])("returns %s as it was saved", async (_, record) => {
      const store = makeStore();
      await store.save(KEY, record, bytesOf(1000), NOW);
      expect(await plainFound(await store.lookup(KEY, NOW))).toEqual(plainOf(record, bytesOf(1000)));
    });

    it("returns a record any number of times", async () => {
      const store = makeStore();
      await store.save(KEY, recordOf(1000), bytesOf(1000), NOW);
      for (let time = 0; time < 3; time++)
        expect(await readBody((await store.lookup(KEY, NOW))?.body ?? null)).toEqual(
          Buffer.from(bytesOf(1000)),
        );
    });

    it("returns an empty body", async () => {
      const store = makeStore();
      await store.save(KEY, recordOf(0), bytesOf(0), NOW);
      expect(await plainFound(await store.lookup(KEY, NOW))).toEqual(plainOf(recordOf(0), bytesOf(0)));
    });

    it.each([
      ["nominations", index()],
      ["an invalidation alone", { nominations: [], variants: [], invalidatedAt: NOW }],
      ["nominations never invalidated", { ...index(), invalidatedAt: null }],
    ])("keeps an index without a response: %s", async (_, kept) => {
      const store = makeStore();
      const record = { index: kept, response: null };
      await store.save(KEY, record, null, NOW);
      expect(await store.lookup(KEY, NOW)).toEqual({ ...record, body: null });
    });

    it("replaces a record and its body", async () => {
      const store = makeStore();
      await store.save(KEY, recordOf(1000), bytesOf(1000), NOW);
      await store.save(KEY, recordOf(20, { status: 404 }), bytesOf(20), NOW);
      const expected = plainOf(recordOf(20, { status: 404 }), bytesOf(20));
      expect(await plainFound(await store.lookup(KEY, NOW))).toEqual(expected);
    });

    it("keeps keys apart", async () => {
      const store = makeStore();
      await store.save(KEY, recordOf(10), bytesOf(10), NOW);
      await store.save(OTHER_KEY, recordOf(20), bytesOf(20), NOW);
      await store.remove(OTHER_KEY);
      expect(await plainFound(await store.lookup(KEY, NOW))).toEqual(plainOf(recordOf(10), bytesOf(10)));
      expect(await store.lookup(OTHER_KEY, NOW)).toBeNull();
    });

    it("removes, and minds no record that is not there", async () => {
      const store = makeStore();
      await store.save(KEY, recordOf(10), bytesOf(10), NOW);
      await store.remove(KEY);
      await store.remove(KEY);
      expect(await store.lookup(KEY, NOW)).toBeNull();
    });

    it("freshens the facts and keeps the body", async () => {
      const store = makeStore();
      const fresher = recordOf(1000, { respondedAt: NOW + 5, headers: new Headers({ etag: '"v2"' }) });
      await store.save(KEY, recordOf(1000), bytesOf(1000), NOW);
      await store.freshen(KEY, fresher, NOW);
      expect(await plainFound(await store.lookup(KEY, NOW))).toEqual(plainOf(fresher, bytesOf(1000)));
    });

    it("freshens nothing where there is no record", async () => {
      const store = makeStore();
      await store.freshen(KEY, recordOf(1000), NOW);
      expect(await store.lookup(KEY, NOW)).toBeNull();
    });

    it.each([
      ["a small", 1000, 5000],
      ["a large", 100 * 1024, 200 * 1024],
      ["an unannounced", 1000, null],
    ])("keeps nothing of %s body that fails on its way, nor what was there", async (_, arrived, length) => {
      const store = makeStore();
      await store.save(KEY, recordOf(10), bytesOf(10), NOW);
      await store.save(KEY, recordOf(length), brokenOf(bytesOf(arrived)), NOW);
      expect(await store.lookup(KEY, NOW)).toBeNull();
    });

    if (streams === "left-out") {
      it("leaves out a streamed body", async () => {
        const store = makeStore();
        await store.save(KEY, recordOf(MEGABYTE), arrivingOf(bytesOf(MEGABYTE)), NOW);
        expect(await store.lookup(KEY, NOW)).toBeNull();
      });
      return;
    }

    it.each([
      ["announced", MEGABYTE],
      ["unannounced", null],
    ])("returns a streamed body of 1 MB, its length %s", async (_, length) => {
      const store = makeStore();
      await store.save(KEY, recordOf(length), arrivingOf(bytesOf(MEGABYTE)), NOW);
      const found = await store.lookup(KEY, NOW);
      expect(await plainFound(found)).toEqual(plainOf(recordOf(length), bytesOf(MEGABYTE)));
    });

    it("freshens a record with a streamed body", async () => {
      const store = makeStore();
      const fresher = recordOf(MEGABYTE, { respondedAt: NOW + 5 });
      await store.save(KEY, recordOf(MEGABYTE), arrivingOf(bytesOf(MEGABYTE)), NOW);
      await store.freshen(KEY, fresher, NOW);
      expect(await plainFound(await store.lookup(KEY, NOW))).toEqual(plainOf(fresher, bytesOf(MEGABYTE)));
    });
  });
}

function awkwardHeaders(): Headers {
  const headers = new Headers({ "x-city": "Zürich \u00a7\u007e", "x-tab": "a\tb", "x-quoted": '"\\"' });
  headers.append("set-cookie", "a=1; Expires=Thu, 01 Jan 2026 12:00:00 GMT");
  headers.append("set-cookie", "b=2, 3");
  return headers;
}

function nominated(): readonly (readonly [string, string | null])[] {
  return [
    ["accept", "text/html"],
    ["accept-language", null],
    ["x-empty", ""],
  ];
}

function index() {
  return {
    nominations: [["accept", "accept-language"], ["origin"], []],
    variants: [`${KEY}\nvary:[]`],
    invalidatedAt: NOW - 5,
  };
}
