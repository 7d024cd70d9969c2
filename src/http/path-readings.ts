import { normalisePath } from "./uri.ts";

/** A path with more of them has been made up; of a long one, each takes long to work out. */
const MOST_READINGS = 24;
const MOST_CHARACTERS = 65_536;

const NONE: readonly string[] = Object.freeze([]);

// Without one of these, no server reads a path otherwise than as it is.
const AMBIGUOUS = /[%;]|\/\/|\.(?:\/|$)/;

/**
 * The paths, besides itself, that servers are known to take a path in its normal spelling for: with encoded delimiters
 * decoded, parameters cut off, slashes merged, and so on, in every order. Null where there are too many.
 *
 * RFC 3986 §2.2 and §6.2.2 tell them apart. What stands behind us may not.
 */
export function pathReadings(path: string): readonly string[] | null {
  if (!AMBIGUOUS.test(path)) return NONE;
  const most = Math.min(MOST_READINGS, MOST_CHARACTERS / path.length);
  const found = new Set([path]);
  // What is added on the way is visited too.
  for (const known of found) {
    for (const read of READERS) found.add(withoutDotSegments(read(known)));
    if (found.size > most + 1) return null;
  }
  found.delete(path);
  return [...found];
}

const READERS: readonly ((path: string) => string)[] = [
  unwrapped,
  withDelimiters,
  (path) => path.replace(/;[^/]*/g, ""),
  // A string of C ends at NUL; a decoded "?" or "#" begins what is no path any more; expressions stop at line ends.
  (path) => path.replace(/%(?:0[0AD]|23|3F).*/s, ""),
  (path) => path.replace(/%(?:[01][0-9A-F]|7F)/g, ""),
  (path) => path.replace(/\/{2,}/g, "/"),
  (path) => path.split("/").map(withoutTrailingDots).join("/"),
];

/** One layer of encoding less: `%252F`, `%u002F` and the overlong UTF-8 `%C0%AF` and `%E0%80%AF` are `%2F`. */
function unwrapped(path: string): string {
  const plain = path
    .replace(/%25(?=[0-9A-Fa-f]{2})/g, "%")
    .replace(/%u00(?=[0-7][0-9A-Fa-f])/gi, "%")
    .replace(/(?:%C|%E0%8|%F0%80%8)([01])%([89AB][0-9A-F])/g, overlong);
  return normalisePath(plain);
}

// RFC 3629 §3: such a sequence is invalid, "/" has one octet. The two bits of the first are the upper ones.
function overlong(_: string, upper: string, lower: string): string {
  const code = (Number.parseInt(upper, 16) << 6) | (Number.parseInt(lower, 16) & 0x3f);
  return `%${code.toString(16).padStart(2, "0")}`;
}

/** RFC 3986 §2.2: reserved characters decoded that may stand in a path. To some servers a backslash is a slash. */
function withDelimiters(path: string): string {
  return path.replace(/%(?:21|24|2[6-9A-CF]|3[ABD]|40|5[BD]|7C)/g, decodeURIComponent).replace(/%5C/g, "/");
}

// Windows drops them from the names of files.
function withoutTrailingDots(segment: string): string {
  if (segment === "." || segment === "..") return segment;
  let end = segment.length;
  for (;;) {
    if (segment.endsWith(".", end)) end -= 1;
    else if (segment.endsWith("%20", end)) end -= 3;
    else return segment.slice(0, end);
  }
}

/** RFC 3986 §5.2.4, for what has come to be a dot segment; in what a client sends there are none any more. */
function withoutDotSegments(path: string): string {
  if (!/\/\.\.?(?:\/|$)/.test(path)) return path;
  const kept: string[] = [];
  const segments = path.slice(1).split("/");
  for (const segment of segments) {
    if (segment === "..") kept.pop();
    else if (segment !== ".") kept.push(segment);
  }
  const last = segments.at(-1);
  if (last === "." || last === "..") kept.push("");
  return `/${kept.join("/")}`;
}
