import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { StoredResponse } from "../../src/cache/types.ts";
import { decodeRecord, encodeRecord } from "../../src/store/codec.ts";
import type { StoredRecord, VariantIndex } from "../../src/store/store.ts";
import { plainRecord, recordOf } from "./support.ts";

const text = fc.string({ unit: "binary", maxLength: 20 });
const natural = fc.maxSafeNat();
const orNull = <Value>(some: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> => fc.option(some);

const fieldValue = fc.string({ unit: latin1() });
const headers = fc.tuple(fc.array(fieldValue), orNull(fieldValue)).map(([cookies, city]) => {
  const fields = new Headers(city === null ? {} : { "x-city": city });
  for (const cookie of cookies) fields.append("set-cookie", cookie);
  return fields;
});

const range = fc
  .tuple(fc.nat(), fc.nat(), fc.nat())
  .map(([first, more, rest]) => ({ first, last: first + more, length: first + more + 1 + rest }));

const response: fc.Arbitrary<StoredResponse> = fc.record({
  uri: text,
  rule: orNull(text),
  status: fc.integer({ min: 200, max: 599 }),
  headers,
  requestedAt: natural,
  respondedAt: natural,
  nominated: fc.array(fc.tuple(text, orNull(text))),
  bodyLength: orNull(natural),
  range: orNull(range),
  tags: fc.array(text),
  suspect: fc.boolean(),
});

const index: fc.Arbitrary<VariantIndex> = fc.record(
  { nominations: fc.array(fc.array(text)), variants: fc.array(text), invalidatedAt: orNull(natural) },
  { noNullPrototype: true },
);

const record: fc.Arbitrary<StoredRecord> = fc.record({ index: orNull(index), response: orNull(response) });

// What a field value may hold where it is a byte string.
function latin1(): fc.Arbitrary<string> {
  return fc.integer({ min: 0x20, max: 0xff }).map((unit) => String.fromCharCode(unit));
}

describe("a record as a header value", () => {
  it("comes back as it was", () => {
    fc.assert(
      fc.property(record, (some) => {
        const decoded = decodeRecord(encodeRecord(some));
        expect(decoded && plainRecord(decoded)).toEqual(plainRecord(some));
      }),
    );
  });

  it("is visible ASCII, whatever the fields contain", () => {
    fc.assert(fc.property(record, (some) => /^[\x20-\x7e]+$/.test(encodeRecord(some))));
  });

  it("survives a header field", () => {
    fc.assert(
      fc.property(record, (some) => {
        const encoded = encodeRecord(some);
        expect(new Headers({ record: encoded }).get("record")).toBe(encoded);
      }),
    );
  });
});

describe("what is not a record", () => {
  const good = JSON.parse(
    encodeRecord({ ...recordOf(10), index: { nominations: [], variants: [], invalidatedAt: 1 } }),
  );
  const withResponse = (facts: object): unknown => ({ ...good, response: { ...good.response, ...facts } });

  it("is told from one", () => {
    expect(decodeRecord(JSON.stringify(good))).not.toBeNull();
  });

  it.each<[string, unknown]>([
    ["another version", { ...good, v: good.v + 1 }],
    ["no version", { ...good, v: undefined }],
    ["a version of another type", { ...good, v: String(good.v) }],
    ["a list", [good]],
    ["null", null],
    ["a number", 1],
    ["no response", { ...good, response: undefined }],
    ["no index", { ...good, index: undefined }],
    ["nominations that are no lists", { ...good, index: { ...good.index, nominations: ["accept"] } }],
    ["variants that are no texts", { ...good, index: { ...good.index, variants: [1] } }],
    ["an index of text", { ...good, index: "accept" }],
    ["an instant of text", withResponse({ requestedAt: "1" })],
    ["no status", withResponse({ status: undefined })],
    ["headers as an object", withResponse({ headers: { etag: '"v1"' } })],
    ["a field without a value", withResponse({ headers: [["etag"]] })],
    ["a field name that is none", withResponse({ headers: [["e tag", "v1"]] })],
    ["nominated fields without a value", withResponse({ nominated: [["accept"]] })],
    ["a length of text", withResponse({ bodyLength: "10" })],
    ["a status that no response can have", withResponse({ status: 99 })],
    ["a status between two", withResponse({ status: 200.5 })],
    ["a negative length", withResponse({ bodyLength: -1 })],
    ["a range that ends before it begins", withResponse({ range: { first: 9, last: 5, length: 10 } })],
    ["a range beyond its representation", withResponse({ range: { first: 0, last: 10, length: 10 } })],
    ["a doubt that is neither true nor false", withResponse({ suspect: "yes" })],
    ["no word on doubt", withResponse({ suspect: undefined })],
    ["half a range", withResponse({ range: { first: 0, last: 9 } })],
    ["tags of numbers", withResponse({ tags: [1] })],
  ])("is null: %s", (_, value) => {
    expect(decodeRecord(JSON.stringify(value))).toBeNull();
  });

  it("is null where an instant is beyond all numbers", () => {
    const endless = JSON.stringify(good).replace(/"requestedAt":\d+/, '"requestedAt":1e999');
    expect(endless).toContain("1e999");
    expect(decodeRecord(endless)).toBeNull();
  });

  it("is null, and never an exception, whatever the text", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (some) => decodeRecord(some) === null));
    fc.assert(fc.property(fc.json(), (some) => decodeRecord(some) === null));
  });

  it("is null where a record is cut short", () => {
    const encoded = encodeRecord(recordOf(10));
    for (let length = 0; length < encoded.length; length++)
      expect(decodeRecord(encoded.slice(0, length))).toBeNull();
  });
});
