const UNRESERVED = /[A-Za-z0-9\-._~]/;

/**
 * RFC 3986 §6.2.2: a path in its one normal spelling. Octets that need no encoding are decoded, and the
 * hexadecimal digits of the others are upper-case. Encoded delimiters stay as they are: `%2F` is not `/`.
 */
export function normalisePath(path: string): string {
  if (!path.includes("%")) return path;
  return path.replace(/%[0-9A-Fa-f]{2}/g, (encoded) => {
    const character = String.fromCharCode(Number.parseInt(encoded.slice(1), 16));
    return UNRESERVED.test(character) ? character : encoded.toUpperCase();
  });
}

/** The URL with its path in its normal spelling, and its host without the dot of the root (RFC 3986 §3.2.2). */
export function normaliseUrl(url: URL): URL {
  const path = normalisePath(url.pathname);
  const { hostname } = url;
  const isRooted = hostname.length > 1 && hostname.endsWith(".");
  if (path === url.pathname && !isRooted) return url;
  const normal = new URL(url);
  normal.pathname = path;
  if (isRooted) normal.hostname = hostname.slice(0, -1);
  return normal;
}

/** How a path is folded, beyond what RFC 3986 says is the same. */
export interface PathFolding {
  readonly pathCase: "sensitive" | "insensitive";
  readonly trailingSlash: "keep" | "strip";
}

/** The path in the one spelling that a folding leaves; the same text where it changes nothing. */
export function foldPath(path: string, { pathCase, trailingSlash }: PathFolding): string {
  // ASCII letters only; the digits of percent-encodings go back to their normal case.
  const folded = pathCase === "insensitive" ? normalisePath(path.toLowerCase()) : path;
  return trailingSlash === "strip" ? withoutTrailingSlashes(folded) : folded;
}

/** The path without slashes at its end; the first one stays. */
export function withoutTrailingSlashes(path: string): string {
  let end = path.length;
  while (end > 1 && path[end - 1] === "/") end--;
  return path.slice(0, end);
}

/** Lower case, what follows the last dot of the last segment; null where nothing stands before or after it. */
export function extensionOf(path: string): string | null {
  // Most paths have none, and this tells soonest. In its normal spelling a path has no encoded dot.
  if (!path.includes(".")) return null;
  const segment = decoded(path.slice(path.lastIndexOf("/") + 1));
  const dot = segment.lastIndexOf(".");
  return dot < 1 || dot === segment.length - 1 ? null : segment.slice(dot + 1).toLowerCase();
}

/** A segment without its percent-encoding; as it is where that is none of UTF-8. */
export function decoded(segment: string): string {
  if (!segment.includes("%")) return segment;
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
