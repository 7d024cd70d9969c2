import { splitMembers, trimOws } from "./syntax.ts";

/** RFC 9110 §8.8.3. `opaque` is what stands between the quotes. */
export interface EntityTag {
  readonly weak: boolean;
  readonly opaque: string;
}

const ENTITY_TAG = /^(W\/)?"([\x21\x23-\x7e\u0080-\uffff]*)"$/;

/** The tag of an `ETag` value; null where it is absent or malformed, an unquoted one included. */
export function parseEntityTag(value: string | null): EntityTag | null {
  if (value === null) return null;
  const match = ENTITY_TAG.exec(trimOws(value));
  return match === null ? null : { weak: match[1] !== undefined, opaque: match[2] ?? "" };
}

/** The tags of `If-Match` or `If-None-Match` (RFC 9110 §13.1): malformed members skipped, null where absent. */
export function parseEntityTagList(value: string | null): readonly EntityTag[] | "*" | null {
  if (value === null) return null;
  if (trimOws(value) === "*") return "*";
  return splitMembers(value, "verbatim")
    .map(parseEntityTag)
    .filter((tag) => tag !== null);
}

/** RFC 9110 §8.8.3.2: the same opaque text, whether weak or not. */
export function weakMatch(a: EntityTag, b: EntityTag): boolean {
  return a.opaque === b.opaque;
}

/** RFC 9110 §8.8.3.2: the same opaque text, and neither is weak. */
export function strongMatch(a: EntityTag, b: EntityTag): boolean {
  return !a.weak && !b.weak && a.opaque === b.opaque;
}
