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
