/**
 * Whether a path is the operator's, however it is spelled: encoding (also twice), case, doubled slashes,
 * backslashes, parameters behind ";", dots at the end of a segment. Such paths are never cached and never reach the
 * origin; only the plain spelling is answered. `prefix` is in lower case.
 */
export function isControlPath(pathname: string, prefix: string): boolean {
  if (!SPELLED.test(pathname)) return isBelow(pathname, prefix);
  const plain = decoded(pathname)
    .toLowerCase()
    .replace(/\0[^/\\]*/g, "")
    .replace(/[/\\]+/g, "/")
    .replace(/;[^/]*/g, "")
    .replace(/\.+(?=\/|$)/g, "");
  return isBelow(plain, prefix);
}

// What could hide the prefix; without any of it, a path is what it seems.
const SPELLED = /[%;\\.A-Z]|\/\//;

function isBelow(path: string, prefix: string): boolean {
  return path.startsWith(prefix) && (path.length === prefix.length || path[prefix.length] === "/");
}

// Twice encoded is once too often for an honest client, and some origins decode twice.
function decoded(pathname: string): string {
  let path = pathname;
  for (let round = 0; round < 3 && path.includes("%"); round++) {
    path = path.replace(/%([0-9a-f]{2})/gi, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)));
  }
  return path;
}
