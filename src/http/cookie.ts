import type { FieldSection } from "./field-section.ts";

/**
 * The `Cookie` request field (RFC 6265 §5.4), read leniently as servers do: pairs apart by ";", white space
 * around names and values dropped, quotation marks kept. A pair without "=" names nothing and is passed over.
 */

/** The values that each name was sent with, in the order they came in. Names are case-sensitive. */
export function cookiesOf(headers: FieldSection): ReadonlyMap<string, readonly string[]> {
  const cookies = new Map<string, string[]>();
  for (const [name, value] of pairsOf(headers.get("cookie"))) {
    const values = cookies.get(name);
    if (values === undefined) cookies.set(name, [value]);
    else values.push(value);
  }
  return cookies;
}

/**
 * The value of a cookie as it was sent, or null where there is none, or where it was sent twice with
 * different values: nobody can tell which one the origin believes.
 */
export function cookieValue(headers: FieldSection, name: string): string | null {
  const [value, ...others] = cookiesOf(headers).get(name) ?? [];
  return value !== undefined && others.every((other) => other === value) ? value : null;
}

/** A `Cookie` field of those cookies alone that are to be kept, in the order they came in; null: none is left. */
export function filterCookies(field: string | null, keep: (name: string) => boolean): string | null {
  const kept = pairsOf(field).filter(([name]) => keep(name));
  return kept.length === 0 ? null : kept.map(([name, value]) => `${name}=${value}`).join("; ");
}

function pairsOf(field: string | null): readonly (readonly [name: string, value: string])[] {
  return (field ?? "").split(";").flatMap((pair) => {
    const at = pair.indexOf("=");
    return at === -1 ? [] : [[pair.slice(0, at).trim(), pair.slice(at + 1).trim()] as const];
  });
}
