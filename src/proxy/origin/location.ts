import { type FieldSection, Fields } from "../../http/field-section.ts";
import type { Upstream } from "./upstreams.ts";

const LOCATIONS = ["location", "content-location"];

/**
 * The fields of an answer with the origin's own address replaced by the one that the client knows, so that
 * a redirect does not lead around the cache. An empty `publicOrigin` leaves a path, for whatever host the client
 * is on. Returns the same object where there is nothing to replace.
 */
export function publicLocations(
  headers: FieldSection,
  publicOrigin: string,
  { origin, path }: Upstream,
): FieldSection {
  const base = origin + path;
  const found = LOCATIONS.filter((name) => isBelow(headers.get(name), base));
  if (found.length === 0) return headers;
  const rewritten = new Fields(headers);
  for (const name of found) {
    const rest = (headers.get(name) ?? "").slice(base.length);
    rewritten.set(name, publicOrigin === "" ? absolutePath(rest) : publicOrigin + rest);
  }
  return rewritten;
}

// RFC 3986 §4.2: "//" would begin with a host, and browsers read "\\" as "/".
function absolutePath(rest: string): string {
  if (/^\/[/\\]/.test(rest)) return `/.${rest}`;
  return rest.startsWith("/") ? rest : `/${rest}`;
}

function isBelow(location: string | null, base: string): boolean {
  if (location === null || !location.startsWith(base)) return false;
  return location.length === base.length || "/?#".includes(location.charAt(base.length));
}
