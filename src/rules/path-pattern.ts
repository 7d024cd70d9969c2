import { normalisePath } from "../http/uri.ts";
import { decoded } from "./condition-target.ts";

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

export type PathParams = Readonly<Record<string, string>>;

export const NO_PARAMS: PathParams = Object.freeze(Object.create(null));

// The characters that have a meaning in a pattern.
const SPECIAL = /[:*+?(){}\\]/;
const PARAMETER = /^:[A-Za-z_$][\w$]*$/;

/** Compiles a pattern in URLPattern's pathname syntax. Throws the platform's TypeError where it is none. */
export function compilePath(source: string): PathPattern {
  const pattern = new URLPattern({ pathname: normalSpelling(source) });
  // URLPattern's own normal form: percent-encoded, and without dot segments, as a request's path is.
  const { pathname } = pattern;
  const written = pathname.slice(1).split("/");
  const shape = simpleShape(written);
  if (shape === null) return complexPattern(source, pattern, leadOf(written));
  const literal = SPECIAL.test(pathname) ? null : pathname;
  return { source, literal, shape, accepts: testOf(shape), capture: captureOf(written) };
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
