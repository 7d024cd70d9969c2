import { type FieldSection, Fields } from "../../http/field-section.ts";
import { type ByteRange, formatContentRange, parseRange, resolveRange } from "../../http/range.ts";
import type { RequestHead, StoredRange, StoredResponse } from "../types.ts";
import { strongValidator } from "../validation.ts";
import { withoutListed } from "./facts.ts";

/** The bytes still missing, as a Range for the origin, and the validator that its answer must carry. */
export interface Completion {
  readonly range: string;
  readonly ifRange: string;
}

/**
 * How a stored part is completed to what the request asks for (RFC 9111 §3.4), or null where another
 * request is simpler: the gap must lie on one side, so that both parts make one contiguous range.
 */
export function planCompletion(request: RequestHead, stored: StoredResponse | null): Completion | null {
  if (stored === null || stored.range === null || stored.suspect || request.method !== "GET") return null;
  const ifRange = strongValidator(stored);
  const wanted = wantedBytes(request, stored.range.length);
  if (ifRange === null || wanted === null) return null;
  const gap = gapBeside(stored.range, wanted);
  return gap && { range: `bytes=${gap.first}-${gap.last}`, ifRange };
}

function wantedBytes(request: RequestHead, length: number): ByteRange | null {
  if (!request.headers.has("range")) return { first: 0, last: length - 1 };
  if (request.headers.has("if-range")) return null;
  const specs = parseRange(request.headers.get("range"));
  const [only] = specs ?? [];
  return specs?.length === 1 && only ? resolveRange(only, length) : null;
}

function gapBeside(have: StoredRange, wanted: ByteRange): ByteRange | null {
  const before = wanted.first < have.first;
  const after = wanted.last > have.last;
  if (before === after) return null;
  return before ? { first: wanted.first, last: have.first - 1 } : { first: have.last + 1, last: wanted.last };
}

/** The facts of both parts together, or null where they do not belong or fit together (RFC 9111 §3.4). */
export function combinesWith(stored: StoredResponse, part: StoredResponse): StoredResponse | null {
  const [a, b] = [stored.range, part.range];
  if (a === null || b === null || a.length !== b.length) return null;
  const validator = strongValidator(stored);
  if (validator === null || validator !== strongValidator(part)) return null;
  if (b.first !== a.last + 1 && a.first !== b.last + 1) return null;
  const range = { first: Math.min(a.first, b.first), last: Math.max(a.last, b.last), length: a.length };
  const bodyLength = range.last - range.first + 1;
  const headers = combinedFields(stored.headers, part.headers);
  headers.set("content-length", String(bodyLength));
  if (bodyLength === range.length) {
    headers.delete("content-range");
    return { ...part, status: 200, headers, range: null, bodyLength };
  }
  headers.set("content-range", formatContentRange(range, range.length));
  return { ...part, headers, range, bodyLength };
}

// RFC 9111 §3.4: the stored fields, updated by those of the newer part.
function combinedFields(stored: FieldSection, newer: FieldSection): Fields {
  const headers = new Fields(stored);
  headers.delete("age");
  for (const [name, value] of newer) headers.set(name, value);
  // The newer part may keep to itself what the older one had for all.
  return new Fields(withoutListed(headers));
}
