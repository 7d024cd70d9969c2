/**
 * Whether a path is the operator's, however it is spelled: encoding (also of itself), case, dot segments, doubled
 * slashes, backslashes, parameters behind ";", dots or blanks at the end of a segment, control characters. Such
 * paths are never cached and never reach the origin. `prefix` is in lower case.
 */
export function isControlPath(pathname: string, prefix: string): boolean {
  if (!SPELLED.test(pathname)) return isBelow(pathname, prefix);
  const path = pathname.toLowerCase();
  // Nothing but an encoding can hide a name itself.
  if (!path.includes("%") && !path.includes(prefix.slice(prefix.lastIndexOf("/") + 1))) return false;
  return readingsOf(path).some((reading) => isBelow(reading, prefix));
}

/** Whether a path below the prefix is in its one spelling, which alone is answered. */
export function isPlainPath(pathname: string, prefix: string): boolean {
  return isBelow(pathname, prefix) && !/[^\w./~-]|\/\/|\/$/.test(pathname);
}

// What could hide the prefix; without any of it, a path is what it seems.
const SPELLED = /[%;\\.A-Z]|\/\//;

function isBelow(path: string, prefix: string): boolean {
  return path.startsWith(prefix) && (path.length === prefix.length || path[prefix.length] === "/");
}

const MOST_DECODINGS = 5;

// Origins differ in what they undo, and how often: the path is the operator's if any of them could take it so.
function readingsOf(pathname: string): readonly string[] {
  const readings: string[] = [];
  let path = pathname;
  for (let round = 0; round <= MOST_DECODINGS; round++) {
    readings.push(...plainOf(path), ...plainOf(path.replace(CONTROLS, "")));
    const next = decoded(path);
    if (next === path) break;
    path = next;
  }
  return readings;
}

const CONTROLS = /[\0-\x20\x7f]/g;
/** Behind these, some read no further in a segment. */
const CUT_OFF = /[;?#\0].*/s;

/** The path without what does not count in its segments: with its dot segments left out, and with them resolved. */
function plainOf(path: string): readonly string[] {
  const segments = path.split(/[/\\]+/).map((segment) => segment.replace(CUT_OFF, ""));
  const resolved: string[] = [];
  for (const segment of segments) {
    if (segment === "..") resolved.pop();
    else resolved.push(segment);
  }
  return [joined(segments), joined(resolved)];
}

function joined(segments: readonly string[]): string {
  return `/${segments
    .map(withoutEnd)
    .filter((name) => name !== "")
    .join("/")}`;
}

// An expression would begin anew at each dot of a path full of them.
function withoutEnd(segment: string): string {
  let end = segment.length;
  while (end > 0 && /[.\s]/.test(segment.charAt(end - 1))) end--;
  return segment.slice(0, end);
}

// A percent sign may itself be encoded any number of times.
function decoded(path: string): string {
  return path
    .replace(/%(?:25)+/g, "%")
    .replace(/%([0-9a-f]{2})/g, (_, digits) =>
      String.fromCharCode(Number.parseInt(digits, 16)).toLowerCase(),
    );
}
