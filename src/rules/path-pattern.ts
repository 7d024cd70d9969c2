/** A path pattern, compiled to the cheapest test that decides as URLPattern would. */
export interface PathPattern {
  /** As the operator wrote it. */
  readonly source: string;
  /** The one path that it accepts, or null where it accepts several. */
  readonly literal: string | null;
  /** Whole segments with which every accepted path begins. */
  readonly leading: readonly string[];
  readonly accepts: (path: string) => boolean;
}

// The characters that have a meaning in a pattern.
const SPECIAL = /[:*+?(){}\\]/;
const PARAMETER = /^:[A-Za-z_$][\w$]*$/;

/** Compiles a pattern in URLPattern's pathname syntax. Throws the platform's TypeError where it is none. */
export function compilePath(source: string): PathPattern {
  const pattern = new URLPattern({ pathname: source });
  // URLPattern's own normal form: percent-encoded, and without dot segments, as a request's path is.
  const { pathname } = pattern;
  if (!SPECIAL.test(pathname)) {
    return { source, literal: pathname, leading: [], accepts: (path) => path === pathname };
  }
  const segments = pathname.slice(1).split("/");
  const leading = segments.slice(
    0,
    segments.findIndex((segment) => SPECIAL.test(segment)),
  );
  const accepts = prefixTest(pathname) ?? segmentsTest(segments);
  if (accepts !== null) return { source, literal: null, leading, accepts };
  // The "/" before `:id?` is optional with it, so `/a/:id?b` accepts "/ab": the last segment is no lead.
  return {
    source,
    literal: null,
    leading: leading.slice(0, -1),
    accepts: (path) => pattern.test({ pathname: path }),
  };
}

// `/blog/*`
function prefixTest(pathname: string): PathPattern["accepts"] | null {
  const prefix = pathname.slice(0, -1);
  if (!pathname.endsWith("*") || SPECIAL.test(prefix)) return null;
  return (path) => path.startsWith(prefix);
}

// `/products/:id`, `/shops/:shop/products/*`
function segmentsTest(segments: readonly string[]): PathPattern["accepts"] | null {
  const last = segments.length - 1;
  const parts = segments.map((segment, index) => {
    if (!SPECIAL.test(segment)) return segment.replace(/[$.[\]^|]/g, "\\$&");
    if (PARAMETER.test(segment)) return "[^/]+";
    return segment === "*" && index === last ? ".*" : null;
  });
  if (parts.includes(null)) return null;
  const expression = new RegExp(`^/${parts.join("/")}$`);
  return (path) => expression.test(path);
}
