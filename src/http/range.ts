import { isOws, trimOws } from "./syntax.ts";

/** Offsets into a representation, both inclusive. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** One member of a `Range` value: "0-9", "10-" (`last` is null) or "-5" (the last `length` bytes). */
export type RangeSpec =
  | { readonly kind: "from-to"; readonly first: number; readonly last: number | null }
  | { readonly kind: "suffix"; readonly length: number };

/** What a 206 holds (`length`: the complete length, null where unknown), or the complete length that a 416 tells. */
export type ContentRange =
  | { readonly first: number; readonly last: number; readonly length: number | null }
  | { readonly unsatisfied: number };

/** RFC 9110 §14.2 lets a server refuse or ignore a request for many small ranges. */
const MOST_SPECS = 100;

/**
 * RFC 9110 §14.1.1, §14.2: the byte ranges asked for, never an empty list. Null where the field is absent, or to
 * be ignored: another unit, a syntax error, a last byte before the first, more than 100 ranges.
 */
export function parseRange(value: string | null): readonly RangeSpec[] | null {
  if (value === null) return null;
  const set = /^bytes=(.+)$/i.exec(value)?.[1];
  if (set === undefined || isOws(set, 0)) return null;
  const members = set.split(",", MOST_SPECS + 1).map((member) => trimOws(member));
  const specs = members.filter((member) => member !== "").map(parseSpec);
  if (specs.length === 0 || members.length > MOST_SPECS) return null;
  return specs.every((spec) => spec !== null) ? specs : null;
}

/** RFC 9110 §14.1.2: the bytes a range names of `length` bytes; null where it is unsatisfiable. */
export function resolveRange(spec: RangeSpec, length: number): ByteRange | null {
  // No inclusive offsets name a part of nothing, not even for a suffix.
  if (length === 0) return null;
  switch (spec.kind) {
    case "from-to":
      if (spec.first >= length) return null;
      return { first: spec.first, last: Math.min(spec.last ?? length - 1, length - 1) };
    case "suffix":
      return spec.length === 0 ? null : { first: Math.max(0, length - spec.length), last: length - 1 };
    default:
      return spec satisfies never;
  }
}

/** RFC 9110 §14.4: null where absent, in another unit, malformed or contradicting itself. */
export function parseContentRange(value: string | null): ContentRange | null {
  if (value === null) return null;
  const match = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/i.exec(value);
  if (match === null) return null;
  const length = match[3] === "*" ? null : Number(match[3]);
  if (match[1] === undefined) return length === null ? null : safe({ unsatisfied: length });
  const first = Number(match[1]);
  const last = Number(match[2]);
  if (last < first || (length !== null && length <= last)) return null;
  return safe({ first, last, length });
}

/** The `Content-Range` of a 206; `length` is the complete length. */
export function formatContentRange(range: ByteRange, length: number): string {
  return `bytes ${range.first}-${range.last}/${length}`;
}

/** The `Content-Range` of a 416; `length` is the complete length. */
export function formatUnsatisfied(length: number): string {
  return `bytes */${length}`;
}

function parseSpec(member: string): RangeSpec | null {
  const match = /^(\d*)-(\d*)$/.exec(member);
  if (match === null || member === "-") return null;
  const [, from = "", to = ""] = match;
  if (from === "") return { kind: "suffix", length: Number(to) };
  const first = Number(from);
  const last = to === "" ? null : Number(to);
  return last !== null && last < first ? null : { kind: "from-to", first, last };
}

/** Offsets of stored bytes are computed with: beyond 2^53 they would no longer be exact. */
function safe(range: ContentRange): ContentRange | null {
  const numbers = Object.values(range).filter((part) => part !== null);
  return numbers.every(Number.isSafeInteger) ? range : null;
}
