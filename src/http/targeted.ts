import type { Directives } from "./cache-control.ts";
import type { FieldSection } from "./field-section.ts";
import { parseDictionary } from "./structured-fields.ts";

/** RFC 9213 §2.2: our target list, the most specific first; the first field that can be used is used alone. */
export const TARGETED_FIELDS = ["cloudflare-cdn-cache-control", "cdn-cache-control"] as const;

/** What stands for an argument of a type that no directive has: neither seconds nor a field name. */
const MISTYPED = "=";

/** The targeted field that governs a response, with its directives; null where `Cache-Control` does. */
export function selectTargeted(headers: FieldSection): { field: string; directives: Directives } | null {
  for (const field of TARGETED_FIELDS) {
    const directives = parseTargeted(headers.get(field));
    if (directives !== null) return { field, directives };
  }
  return null;
}

/**
 * RFC 9213 §2.1: the directives of a targeted field, each with one argument. Null where the field is absent, is
 * empty or does not parse as a Dictionary (RFC 9651), as it is ignored then. Parameters are ignored.
 */
export function parseTargeted(value: string | null): Directives | null {
  const members = value === null ? null : parseDictionary(value);
  if (members === null || members.size === 0) return null;
  const directives = new Map<string, readonly (string | true)[]>();
  for (const [name, item] of members) {
    const argument = toArgument(item);
    if (argument !== false) directives.set(name, [argument]);
  }
  return directives;
}

function toArgument(item: string | null): string | boolean {
  if (item === null || item === "?1") return true;
  if (item === "?0") return false;
  if (item.startsWith('"')) return ofString(item.slice(1, -1).replace(/\\(.)/g, "$1"));
  // A token or a number: a decimal or a negative one is no delta-seconds, which its text tells.
  return /^[A-Za-z*\d-]/.test(item) ? item : MISTYPED;
}

/** Seconds are Integers: a String of digits is of the wrong type, a String of field names is not. */
function ofString(text: string): string {
  return /^\d+$/.test(text) ? MISTYPED : text;
}
