import { expect, it } from "vitest";
import { memoryStore } from "../../src/store/memory.ts";
import { isSameBody } from "../../src/store/same-body.ts";
import { bytesOf, KEY, NOW, recordOf } from "./support.ts";

const factsOf = (length: number, fields: Record<string, string> = {}) =>
  recordOf(length, { headers: new Headers(fields) }).response;

const etag = (value: string) => factsOf(10, { etag: value });
const modified = (value: string) => factsOf(10, { "last-modified": value });

it.each([
  ["the same ETag", etag('"v1"'), etag('"v1"'), true],
  ["a tag that became strong, as a 304 may send it", etag('W/"v1"'), etag('"v1"'), true],
  ["another ETag", etag('"v2"'), etag('"v1"'), false],
  ["an ETag where there was none", factsOf(10), etag('"v1"'), true],
  ["another Last-Modified", modified("Thu, 01 Jan 2026 12:00:00 GMT"), modified("later"), false],
  ["no validators", factsOf(10), factsOf(10), true],
  ["another length", factsOf(11), factsOf(10), false],
  ["no response any more", null, factsOf(10), false],
  ["no response in either", null, null, true],
])("facts and the body kept: %s", (_, kept, facts, expected) => {
  expect(isSameBody(kept, facts)).toBe(expected);
});

it("a confirmation of the older body is not put to the one that memory keeps since", async () => {
  const store = memoryStore({ maxBytes: 100_000, maxBodyBytes: 1000, maxAgeMs: 5000, renewAfterMs: 5000 });
  await store.save(KEY, { index: null, response: etag('"v2"') }, bytesOf(10), NOW);
  await store.freshen(KEY, { index: null, response: etag('"v1"') }, NOW);
  expect((await store.lookup(KEY, NOW))?.response?.headers.get("etag")).toBe('"v2"');
});
