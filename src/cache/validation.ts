import { parseHttpDate } from "../http/date.ts";
import { type EntityTag, parseEntityTag, parseEntityTagList, strongMatch, weakMatch } from "../http/etag.ts";
import type { RequestHead, ResponseHead, StoredResponse } from "./types.ts";

/** The fields of a conditional request to the origin (RFC 9111 §4.3.1). */
export interface Validators {
  readonly ifNoneMatch: string | null;
  readonly ifModifiedSince: string | null;
}

/** The validators that a stored response offers, or null where it has none. */
export function validatorsOf(stored: StoredResponse): Validators | null {
  const ifNoneMatch = stored.headers.get("etag");
  const ifModifiedSince = stored.headers.get("last-modified");
  return ifNoneMatch === null && ifModifiedSince === null ? null : { ifNoneMatch, ifModifiedSince };
}

/** Whether the client already has what is stored, so that 304 answers it (RFC 9110 §13.1, §13.2.2). */
export function isNotModified(request: RequestHead, stored: StoredResponse): boolean {
  const wanted = parseEntityTagList(request.headers.get("if-none-match"));
  // RFC 9110 §13.1.3: If-None-Match takes precedence over If-Modified-Since.
  if (wanted === null) return isUnmodifiedSince(request, stored);
  if (wanted === "*") return true;
  const tag = parseEntityTag(stored.headers.get("etag"));
  return tag !== null && wanted.some((each) => weakMatch(each, tag));
}

// RFC 9111 §4.3.2: without Last-Modified the Date stands in, else the moment of arrival.
function isUnmodifiedSince(request: RequestHead, stored: StoredResponse): boolean {
  const since = parseHttpDate(request.headers.get("if-modified-since"), stored.respondedAt);
  if (since === null) return false;
  const modified =
    parseHttpDate(stored.headers.get("last-modified"), stored.respondedAt) ??
    parseHttpDate(stored.headers.get("date"), stored.respondedAt) ??
    stored.respondedAt;
  return modified <= since;
}

/** Whether a Range may be answered from this response (RFC 9110 §13.1.5). */
export function ifRangeHolds(request: RequestHead, stored: StoredResponse): boolean {
  const condition = request.headers.get("if-range");
  if (condition === null) return true;
  const tag = parseEntityTag(condition);
  if (tag) return matchesStrongly(tag, stored.headers.get("etag"));
  return hasStrongDate(stored) && condition === stored.headers.get("last-modified");
}

/** A strong validator by which parts of one representation are known (RFC 9111 §3.4), or null. */
export function strongValidator(stored: Pick<StoredResponse, "headers" | "respondedAt">): string | null {
  const tag = parseEntityTag(stored.headers.get("etag"));
  if (tag) return tag.weak ? null : stored.headers.get("etag");
  return hasStrongDate(stored) ? stored.headers.get("last-modified") : null;
}

/** Whether a 304 confirms the response whose validators were sent (RFC 9111 §4.3.4). */
export function confirms(notModified: ResponseHead, stored: StoredResponse): boolean {
  // Weakly, against §4.3.4: servers that compress send W/"x" with the 200 and "x" with its 304 (nginx).
  const answered = parseEntityTag(notModified.headers.get("etag"));
  const tag = parseEntityTag(stored.headers.get("etag"));
  if (answered) return tag !== null && weakMatch(answered, tag);
  const modified = notModified.headers.get("last-modified");
  return modified === null || modified === stored.headers.get("last-modified");
}

/** Whether a HEAD response speaks of the same representation as the stored GET (RFC 9111 §4.3.5). */
export function headAgrees(head: ResponseHead, stored: StoredResponse): boolean {
  return ["etag", "last-modified", "content-length"].every((name) => {
    const value = head.headers.get(name);
    return value === null || value === stored.headers.get(name);
  });
}

function matchesStrongly(tag: EntityTag, other: string | null): boolean {
  const parsed = parseEntityTag(other);
  return parsed !== null && strongMatch(tag, parsed);
}

// RFC 9110 §8.8.2.2: a date is strong if the response was generated at least a second after it.
function hasStrongDate(stored: Pick<StoredResponse, "headers" | "respondedAt">): boolean {
  const modifiedAt = parseHttpDate(stored.headers.get("last-modified"), stored.respondedAt);
  const date = parseHttpDate(stored.headers.get("date"), stored.respondedAt);
  return modifiedAt !== null && date !== null && date - modifiedAt >= 1000;
}
