import { expect, test } from "vitest";
import { encodeRecord } from "../../src/store/codec.ts";
import { KnownRecords } from "../../src/store/known-records.ts";
import type { StoredRecord } from "../../src/store/store.ts";

const EMPTY: StoredRecord = { index: null, response: null };
const INVALIDATED: StoredRecord = {
  index: { nominations: [], variants: [], invalidatedAt: 1 },
  response: null,
};
test("the same text under the same key is the same object, as it was encoded or decoded", () => {
  const records = new KnownRecords();
  const text = records.encode("a", INVALIDATED);
  expect(records.decode("a", text)).toBe(INVALIDATED);
  const elsewhere = records.decode("b", text);
  expect(elsewhere).toEqual(INVALIDATED);
  expect(elsewhere).not.toBe(INVALIDATED);
  expect(records.decode("b", text)).toBe(elsewhere);
});

test("another text is another object, whatever was there before", () => {
  const records = new KnownRecords();
  records.encode("a", INVALIDATED);
  expect(records.decode("a", encodeRecord(EMPTY))).toEqual(EMPTY);
  expect(records.decode("a", "garbage")).toBeNull();
  expect(records.decode("a", encodeRecord(INVALIDATED))).toEqual(INVALIDATED);
});

test("as many are known as fit", () => {
  const records = new KnownRecords();
  const text = records.encode("first", INVALIDATED);
  const variants = ["a".repeat(16_384)];
  const large: StoredRecord = { index: { nominations: [], variants, invalidatedAt: null }, response: null };
  for (let other = 0; other < 500; other++) records.encode(`other ${other}`, large);
  expect(records.decode("first", text)).not.toBe(INVALIDATED);
});
