import { decoded, normalisePath } from "../../http/uri.ts";

/** A path pattern, compiled to the cheapest test that decides as URLPattern would. */
export interface PathPattern {
  /** As the operator wrote it. */
  readonly source: string;
  /** The one path that it accepts, or null where it accepts several. */
  readonly literal: string | null;
  /** With what every accepted path begins, segment by segment. */
  readonly shape: PathShape;
  readonly accepts: (path: string) => boolean;
  /** What the named parameters stand for in a path that it accepts, percent-decoded. */
  readonly capture: (path: string) => PathParams;
}

/** `/shops/:shop/a*` is ["shops", null], then "a". */
export interface PathShape {
  /** Whole segments. Null: any that is not empty. */
  readonly segments: readonly (string | null)[];
  /** What the path goes on with after their "/", and anything behind it; null: the path has ended. */
  readonly tail: string | null;
  /** Whether every path of this shape is accepted. */
  readonly isExact: boolean;
}

/** Values by the names that a pattern gives them. */
export type PathParams = Readonly<Record<string, string>>;

/** Of a pattern without names. */
export const NO_PARAMS: PathParams = Object.freeze(Object.create(null));

// The characters that have a meaning in a pattern.
const SPECIAL = /[:*+?(){}\\]/;
const PARAMETER = /^:[A-Za-z_$][\w$]*$/;

/** Compiles a pattern in URLPattern's pathname syntax. Throws the platform's TypeError where it is none. */
export function compilePath(source: string): PathPattern {
  const plain = plainSegments(source);
  const shape = plain && simpleShape(plain);
  return plain && shape ? simplePattern(source, plain, shape) : compileByURLPattern(source);
}

/**
 * The segments of a pattern that is URLPattern's own normal form as it stands, as nearly all are; else null. A
 * URLPattern takes 0.1 ms to make, and every new isolate would feel it.
 */
function plainSegments(source: string): readonly string[] | null {
  if (!PLAIN.test(source)) return null;
  const segments = source.slice(1).split("/");
  const names = segments.filter((segment) => segment.startsWith(":"));
  return segments.some(isDotSegment) || hasEquals(names) ? null : segments;
}

// Unreserved characters (RFC 3986 §2.3), ":" for parameters, and "*" at the end.
const PLAIN = /^\/[\w.~/:-]*\*?$/;

function isDotSegment(segment: string): boolean {
  return segment === "." || segment === "..";
}

function hasEquals(names: readonly string[]): boolean {
  return names.length > 1 && new Set(names).size < names.length;
}

function compileByURLPattern(source: string): PathPattern {
  const pattern = new URLPattern({ pathname: normalSpelling(source) });
  // URLPattern's own normal form: percent-encoded, and without dot segments, as a request's path is.
  const written = pattern.pathname.slice(1).split("/");
  const shape = simpleShape(written);
  return shape === null
    ? complexPattern(source, pattern, leadOf(written))
    : simplePattern(source, written, shape);
}

// A request's path is in its normal spelling (RFC 3986 §6.2.2) when it comes here: `/%61` would match nothing.
function normalSpelling(source: string): string {
  return source.replace(/%[0-9A-Fa-f]{2}/g, (octet) => {
    const normal = normalisePath(octet);
    if (normal.length > 1) return normal;
    // Escaped, so that it is no part of a parameter's name. Within an expression it would mean something else.
    return source.includes("(") ? octet.toUpperCase() : `\\${normal}`;
  });
}

// Literal segments, parameters that are a whole segment, and at most one "*", which is the very end.
function simpleShape(written: readonly string[]): PathShape | null {
  const last = written.at(-1) ?? "";
  const tail = last.endsWith("*") ? last.slice(0, -1) : null;
  const whole = tail === null ? written : written.slice(0, -1);
  const isSimple = whole.every((segment) => !SPECIAL.test(segment) || PARAMETER.test(segment));
  if (!isSimple || (tail !== null && SPECIAL.test(tail))) return null;
  const segments = whole.map((segment) => (PARAMETER.test(segment) ? null : segment));
  return { segments, tail, isExact: true };
}

// The "/" before `:id?` is optional with it, so `/a/:id?b` accepts "/ab": the last segment is no lead.
function leadOf(written: readonly string[]): PathShape {
  const end = written.findIndex((segment) => SPECIAL.test(segment));
  return { segments: written.slice(0, Math.max(0, end - 1)), tail: "", isExact: false };
}

function simplePattern(source: string, written: readonly string[], shape: PathShape): PathPattern {
  const { segments, tail } = shape;
  const literal = tail === null && !segments.includes(null) ? `/${segments.join("/")}` : null;
  // Made when they are first asked for: what the index finds by such a shape need not be tested.
  const accepts = whenAsked(() => testOf(shape));
  const capture = whenAsked(() => captureOf(written));
  return { source, literal, shape, accepts, capture };
}

function whenAsked<Answer>(make: () => (path: string) => Answer): (path: string) => Answer {
  let made: ((path: string) => Answer) | null = null;
  return (path) => {
    made ??= make();
    return made(path);
  };
}

function testOf({ segments, tail }: PathShape): PathPattern["accepts"] {
  const end = tail === null ? [] : [`${escaped(tail)}.*`];
  const parts = segments.map((segment) => (segment === null ? "[^/]+" : escaped(segment)));
  const expression = new RegExp(`^/${[...parts, ...end].join("/")}$`, "s");
  return (path) => expression.test(path);
}

function escaped(literal: string): string {
  return literal.replace(/[$.[\]^|]/g, "\\$&");
}

function captureOf(written: readonly string[]): PathPattern["capture"] {
  const places = written.flatMap((segment, index) =>
    PARAMETER.test(segment) ? [[index, segment.slice(1)] as const] : [],
  );
  if (places.length === 0) return () => NO_PARAMS;
  return (path) => {
    const segments = path.slice(1).split("/");
    return paramsOf(places.map(([index, name]) => [name, segments[index]]));
  };
}

function complexPattern(source: string, pattern: URLPattern, shape: PathShape): PathPattern {
  return {
    source,
    literal: null,
    shape,
    accepts: (path) => pattern.test({ pathname: path }),
    capture: (path) => paramsOf(Object.entries(pattern.exec({ pathname: path })?.pathname.groups ?? {})),
  };
}

// Groups without a name are numbered. A part that is optional may be missing.
function paramsOf(groups: readonly (readonly [name: string, value: string | undefined])[]): PathParams {
  const params: Record<string, string> = Object.create(null);
  for (const [name, value] of groups) {
    if (value !== undefined && !/^\d/.test(name)) params[name] = decoded(value);
  }
  return params;
}
