import { parseSeconds, splitTokens } from "./syntax.ts";

/**
 * RFC 9111 §5.1: seconds, at most 2147483648. Of a list the first member counts; null where the field is absent
 * or that member is no non-negative integer, as the field is ignored then.
 */
export function parseAge(value: string | null): number | null {
  if (value === null) return null;
  return parseSeconds(splitTokens(value)[0] ?? "");
}
