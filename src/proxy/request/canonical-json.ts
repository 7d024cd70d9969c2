/** What JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/**
 * One spelling for one parsed JSON value: members of objects by name, no white space. Null for what JSON cannot
 * say, and for a whole number that cannot be told from its neighbour once it is parsed (RFC 8259 §6).
 */
export function canonicalJson(value: unknown): string | null {
  if (Array.isArray(value)) return wrapped("[", value.map(canonicalJson), "]");
  if (typeof value === "object" && value !== null)
    return wrapped("{", Object.entries(value).sort(byName).map(member), "}");
  if (typeof value === "number" && !isExact(value)) return null;
  const scalar = value === null || ["string", "number", "boolean"].includes(typeof value);
  return scalar ? JSON.stringify(value) : null;
}

function isExact(value: number): boolean {
  return Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value);
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : 1;
}

function member([name, value]: [string, unknown]): string | null {
  const written = canonicalJson(value);
  return written === null ? null : `${JSON.stringify(name)}:${written}`;
}

function wrapped(open: string, members: readonly (string | null)[], close: string): string | null {
  return members.includes(null) ? null : open + members.join(",") + close;
}
