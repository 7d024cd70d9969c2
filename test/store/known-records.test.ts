import { expect, test } from "vitest";
import { encodeRecord } from "../../src/store/codec.ts";
import { KnownRecords } from "../../src/store/known-records.ts";
import type { StoredRecord } from "../../src/store/store.ts";

const EMPTY: StoredRecord = { index: null, response: null };
const INVALIDATED: StoredRecord = {
  index: { nominations: [], variants: [], invalidatedAt: 1 },
  response: null,
};
const LONG: StoredRecord = {
  index: { nominations: [], variants: ["a".repeat(5_000)], invalidatedAt: null },
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

test("what is long is decoded each time: it would take the room of many", () => {
  const records = new KnownRecords();
  const text = records.encode("a", LONG);
  expect(records.decode("a", text)).toEqual(LONG);
  expect(records.decode("a", text)).not.toBe(LONG);
});

test("as many are known as fit", () => {
  const records = new KnownRecords();
  const text = records.encode("first", INVALIDATED);
  for (let other = 0; other < 1_000; other++) records.encode(`other ${other}`, EMPTY);
  expect(records.decode("first", text)).not.toBe(INVALIDATED);
});
