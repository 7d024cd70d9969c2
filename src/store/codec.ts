import type { NominatedField, StoredRange, StoredResponse } from "../cache/types.ts";
import { type FieldSection, Fields } from "../http/field-section.ts";
import { isToken } from "../http/syntax.ts";
import type { StoredRecord, VariantIndex } from "./store.ts";

/** Raised with every change of the format: records of another version are misses. */
const VERSION = 3;

/** A record as one header value: JSON in visible ASCII, whatever the fields contain. */
export function encodeRecord({ index, response }: StoredRecord): string {
  const plain = {
    v: VERSION,
    index,
    response: response && { ...response, headers: pairsOf(response.headers) },
  };
  return JSON.stringify(plain).replace(/[^\x20-\x7e]/g, escapeUnit);
}

function pairsOf(headers: FieldSection): readonly (readonly [name: string, value: string])[] {
  const pairs: [string, string][] = [];
  headers.forEach((value, name) => {
    pairs.push([name, value]);
  });
  return pairs;
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** The record of a header value, or null where it is none of this version. */
export function decodeRecord(text: string): StoredRecord | null {
  try {
    const plain: unknown = JSON.parse(text);
    if (!isObject(plain) || plain["v"] !== VERSION) return null;
    return { index: decodeIndex(plain["index"]), response: decodeResponse(plain["response"]) };
  } catch {
    return null;
  }
}

// What does not fit throws, and the record is a miss.
function decodeIndex(plain: unknown): VariantIndex | null {
  if (plain === null) return null;
  const { nominations, variants, invalidatedAt } = object(plain);
  return {
    nominations: array(nominations).map((names) => array(names).map(string)),
    variants: array(variants).map(string),
    invalidatedAt: orNull(invalidatedAt, number),
  };
}

function decodeResponse(plain: unknown): StoredResponse | null {
  if (plain === null) return null;
  const fields = object(plain);
  return {
    uri: string(fields["uri"]),
    rule: orNull(fields["rule"], string),
    status: status(fields["status"]),
    headers: headers(fields["headers"]),
    requestedAt: number(fields["requestedAt"]),
    respondedAt: number(fields["respondedAt"]),
    nominated: array(fields["nominated"]).map(nominated),
    bodyLength: orNull(fields["bodyLength"], count),
    range: orNull(fields["range"], range),
    tags: array(fields["tags"]).map(string),
    suspect: boolean(fields["suspect"]),
  };
}

function range(plain: unknown): StoredRange {
  const { first, last, length } = object(plain);
  const held = { first: count(first), last: count(last), length: count(length) };
  if (held.first > held.last || held.last >= held.length) throw new TypeError("not a range");
  return held;
}

function headers(plain: unknown): Fields {
  const fields = new Fields();
  for (const pair of array(plain)) {
    const [name, value] = array(pair);
    fields.append(fieldName(name), fieldValue(value));
  }
  return fields;
}

const BEYOND_LATIN_1 = /[^\0-\xff]/;

// What an answer's `Headers` would refuse later.
function fieldName(value: unknown): string {
  if (!isToken(string(value))) throw new TypeError("not a field name");
  return string(value);
}

function fieldValue(value: unknown): string {
  const isRefused = ["\0", "\r", "\n"].some((character) => string(value).includes(character));
  if (isRefused || BEYOND_LATIN_1.test(string(value))) throw new TypeError("not a field value");
  return string(value);
}

function nominated(plain: unknown): NominatedField {
  const [name, value] = array(plain);
  return [string(name), orNull(value, string)];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function object(value: unknown): Record<string, unknown> {
  if (!isObject(value)) throw new TypeError("not an object");
  return value;
}

function array(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new TypeError("not a list");
  return value;
}

function string(value: unknown): string {
  if (typeof value !== "string") throw new TypeError("not a string");
  return value;
}

function number(value: unknown): number {
  // JSON has no infinity, but 1e999 is read as one.
  if (typeof value !== "number" || !Number.isFinite(value)) throw new TypeError("not a number");
  return value;
}

function count(value: unknown): number {
  if (!Number.isSafeInteger(value) || number(value) < 0) throw new TypeError("not a count");
  return number(value);
}

// What `new Response` would refuse later.
function status(value: unknown): number {
  const code = count(value);
  if (code < 200 || code > 599) throw new TypeError("not a status");
  return code;
}

function boolean(value: unknown): boolean {
  if (typeof value !== "boolean") throw new TypeError("not a boolean");
  return value;
}

function orNull<Value>(value: unknown, decode: (value: unknown) => Value): Value | null {
  return value === null ? null : decode(value);
}
