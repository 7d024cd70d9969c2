import type { StoredResponse } from "../cache/types.ts";
import { parseEntityTag, weakMatch } from "../http/etag.ts";

/**
 * Whether new facts can speak of the body that is kept. While the origin was asked, another request may have
 * stored another body under the key, to which a confirmation of the older one must not be put.
 */
export function isSameBody(kept: StoredResponse | null, facts: StoredResponse | null): boolean {
  if (kept === null || facts === null) return kept === facts;
  if (kept.bodyLength !== facts.bodyLength || kept.range?.first !== facts.range?.first) return false;
  const [tag, other] = [kept, facts].map(({ headers }) => parseEntityTag(headers.get("etag")));
  if (tag && other) return weakMatch(tag, other); // as weakly as a 304 confirms
  const [modified, otherModified] = [kept, facts].map(({ headers }) => headers.get("last-modified"));
  return !modified || !otherModified || modified === otherModified;
}
