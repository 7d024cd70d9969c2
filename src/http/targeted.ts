import {
  type BareItem,
  type Dictionary,
  type InnerList,
  type Item,
  parseDictionary,
  Token,
} from "structured-headers";
import type { Directives } from "./cache-control.ts";
import type { FieldSection } from "./field-section.ts";

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
  const dictionary = value === null ? null : tryDictionary(value);
  if (value === null || dictionary === null || dictionary.size === 0) return null;
  const directives = new Map<string, readonly (string | true)[]>();
  for (const [name, member] of dictionary) {
    const argument = toArgument(member);
    // The parser reads 1.0 as the integer 1, but a decimal is no delta-seconds.
    const decimal = value.includes(`${name}=${argument}.`);
    if (argument !== false) directives.set(name, [decimal ? `${argument}.0` : argument]);
  }
  return directives;
}

/** The parser throws on what it cannot read. */
function tryDictionary(value: string): Dictionary | null {
  try {
    return parseDictionary(value);
  } catch {
    return null;
  }
}

function toArgument([item]: Item | InnerList): string | boolean {
  const bare: BareItem | Item[] = item;
  if (typeof bare === "boolean") return bare;
  // Seconds are Integers: a String of digits is of the wrong type, a String of field names is not.
  if (typeof bare === "string") return /^\d+$/.test(bare) ? MISTYPED : bare;
  if (typeof bare === "number") return String(bare);
  return bare instanceof Token ? bare.toString() : MISTYPED;
}
