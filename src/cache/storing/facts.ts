import { fieldNames } from "../../http/cache-control.ts";
import { formatHttpDate } from "../../http/date.ts";
import { type FieldSection, Fields } from "../../http/field-section.ts";
import { dropFields, endToEnd } from "../../http/fields.ts";
import { parseContentRange } from "../../http/range.ts";
import { parseVary } from "../../http/vary.ts";
import { responseDirectives } from "../lifetime/directives.ts";
import type { Policy } from "../policy.ts";
import type { RequestHead, ResponseHead, StoredRange, StoredResponse } from "../types.ts";
import { nominate } from "../variants.ts";
import { tagsOf } from "./tags.ts";

/** A response head of the origin and the two instants that its age is counted from. */
export interface Arrival extends ResponseHead {
  readonly requestedAt: number;
  readonly respondedAt: number;
}

// Added by the platform to what `fetch` returns: of no meaning to a client of this cache.
const FOREIGN_FIELDS = ["cf-cache-status"];

/** What is kept of a response: its facts, less the fields that may not be stored (RFC 9111 §3.1). */
export function factsOf(request: RequestHead, arrival: Arrival, policy: Policy): StoredResponse {
  return factsOfArrived(request, arrival, fieldsForClient(arrival, policy), policy);
}

/** The same, where the fields for the client are at hand: often they are all kept, and are then the same object. */
export function factsOfArrived(
  request: RequestHead,
  arrival: Arrival,
  fields: FieldSection,
  policy: Policy,
): StoredResponse {
  const headers = withoutListed(fields);
  const vary = parseVary(headers.get("vary"));
  const range = arrival.status === 206 ? rangeOf(headers) : null;
  return {
    uri: uriOf(request),
    rule: policy.rule,
    status: arrival.status,
    headers,
    requestedAt: arrival.requestedAt,
    respondedAt: arrival.respondedAt,
    nominated: vary === "*" ? [] : nominate(vary, request.headers),
    // A part is as long as its Content-Range says, or it has not arrived whole.
    bodyLength: range ? range.last - range.first + 1 : lengthOf(headers.get("content-length")),
    range,
    // From the stored fields: a tag keeps nothing that may not be kept.
    tags: tagsOf(policy, { request, response: { status: arrival.status, headers }, variables: {} }),
    suspect: false,
  };
}

// Fields that a 304 does not update: they describe the stored bytes, not the representation (RFC 9111 §3.2).
const BOUND_TO_BODY = new Set(["content-encoding", "content-length", "content-range"]);

/** The stored facts once a 304 or a HEAD response has freshened them (RFC 9111 §3.2, §4.3.4, §4.3.5). */
export function freshenedFacts(
  request: RequestHead,
  stored: StoredResponse,
  arrival: Arrival,
  policy: Policy,
): StoredResponse {
  const headers = dropFields(arrival.headers, ["set-cookie"]);
  const update = withoutListed(fieldsForClient({ ...arrival, headers }, policy));
  const merged = new Fields(stored.headers);
  // RFC 9111 §5.1: the age of the old response says nothing of the confirmation.
  merged.delete("age");
  for (const [name, value] of update) {
    if (!BOUND_TO_BODY.has(name)) merged.set(name, value);
  }
  const fresh = factsOf(request, { ...arrival, status: stored.status, headers: merged }, policy);
  return { ...fresh, bodyLength: stored.bodyLength, range: stored.range };
}

// RFC 9110 §4.2.5: a fragment is no part of the target.
function uriOf({ url }: RequestHead): string {
  return url.origin + url.pathname + url.search;
}

/** Without the fields that `no-cache` or `private` keep from all others (§5.2.2.4, §5.2.2.7); the same where none is. */
export function withoutListed(headers: FieldSection): FieldSection {
  const { directives } = responseDirectives(headers);
  const named = [fieldNames(directives, "no-cache"), fieldNames(directives, "private")].flatMap(listed);
  return named.length === 0 ? headers : dropFields(headers, named);
}

/** The fields for the client that asked: also those that `private` or `no-cache` keep from all others. */
export function fieldsForClient(arrival: Arrival, policy: Policy): Fields {
  const headers = endToEnd(arrival.headers, FOREIGN_FIELDS);
  if (policy.setCookie === "strip") headers.delete("set-cookie");
  // RFC 9110 §6.6.1: a recipient with a clock dates what came without.
  if (!headers.has("date")) headers.set("date", formatHttpDate(arrival.respondedAt));
  return headers;
}

// What decides on storing, selection and age: without them the rest would be kept against the origin's word.
const GOVERNING_FIELDS = new Set([
  "age",
  "cache-control",
  "cdn-cache-control",
  "cloudflare-cdn-cache-control",
  "date",
  "expires",
  "vary",
]);

function listed(names: readonly string[] | true | null): readonly string[] {
  return names === null || names === true ? [] : names.filter((name) => !GOVERNING_FIELDS.has(name));
}

function lengthOf(value: string | null): number | null {
  return value !== null && /^\d{1,15}$/.test(value) ? Number(value) : null;
}

function rangeOf(headers: FieldSection): StoredRange | null {
  const range = parseContentRange(headers.get("content-range"));
  if (range === null || !("first" in range) || range.length === null) return null;
  return { first: range.first, last: range.last, length: range.length };
}
