/**
 * RFC 6265 §5.4: the value of a cookie as it was sent, or null where there is none, or where it was sent
 * twice with different values: nobody can tell which one the origin believes.
 */
export function cookieValue(headers: Headers, name: string): string | null {
  const values = new Set<string>();
  for (const pair of (headers.get("cookie") ?? "").split(";")) {
    const at = pair.indexOf("=");
    if (at !== -1 && pair.slice(0, at).trim() === name) values.add(pair.slice(at + 1).trim());
  }
  const [value] = values;
  return value !== undefined && values.size === 1 ? value : null;
}
