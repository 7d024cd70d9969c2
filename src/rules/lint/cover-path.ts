import { compilePath, type PathPattern, type PathShape } from "../match/path-pattern.ts";

/** Whether one pattern accepts every path that another accepts; false where that is not certain. */
export function coversPath(general: string, specific: string): boolean {
  if (general === specific) return true;
  const [wide, narrow] = [patternOf(general), patternOf(specific)];
  if (narrow.literal !== null) return wide.accepts(narrow.literal);
  return wide.shape.isExact && coversShape(wide.shape, narrow.shape);
}

// A pattern is compared with many others.
const known = new Map<string, PathPattern>();
const MOST_KNOWN = 10_000;

function patternOf(source: string): PathPattern {
  const found = known.get(source);
  if (found !== undefined) return found;
  if (known.size >= MOST_KNOWN) known.clear();
  const pattern = compilePath(source);
  known.set(source, pattern);
  return pattern;
}

// What a shape that is not exact accepts is among the paths of that shape.
function coversShape(wide: PathShape, narrow: PathShape): boolean {
  if (wide.segments.length > narrow.segments.length) return false;
  if (!wide.segments.every((segment, index) => coversSegment(segment, narrow.segments[index]))) return false;
  const rest = narrow.segments.slice(wide.segments.length);
  if (wide.tail === null) return rest.length === 0 && narrow.tail === null;
  const next = rest.length > 0 ? rest[0] : narrow.tail;
  if (next === undefined || next === null) return rest.length > 0 && wide.tail === "";
  return next.startsWith(wide.tail);
}

function coversSegment(wide: string | null, narrow: string | null | undefined): boolean {
  return wide === null ? narrow !== "" : wide === narrow;
}
