/** The paths below this prefix are the operator's: they are never cached and never reach the origin. */
export const CONTROL_PREFIX = "/__selvedge";

/** Whether a path is the operator's, however it is spelled: encoding, case, doubled slashes. */
export function isControlPath(pathname: string): boolean {
  if (!pathname.includes("_") && !pathname.includes("%")) return false;
  const plain = decode(pathname)
    .replace(/[/\\]+/g, "/")
    .toLowerCase();
  return plain === CONTROL_PREFIX || plain.startsWith(`${CONTROL_PREFIX}/`);
}

// Twice encoded is once too often for an honest client, and some origins decode twice.
function decode(pathname: string): string {
  let path = pathname;
  for (let round = 0; round < 2 && path.includes("%"); round++) {
    try {
      path = decodeURIComponent(path);
    } catch {
      return path;
    }
  }
  return path;
}
