import type { CorsPolicy } from "../../cache/policy.ts";
import { either, list, object } from "../shape/compound.ts";
import { boolean, byDefault, choice, type Shape, text } from "../shape/shape.ts";
import { refuse } from "../shape/spot.ts";
import { duration, fieldName, method } from "../shape/texts.ts";

const ORIGINS_ALLOWED =
  'a list of origins, such as "https://app.example.com" or "https://*.example.com", at least one';

const corsOrigin: Shape<string> = text({
  allowed: 'scheme, host and port of an origin, such as "https://app.example.com" or "https://*.example.com"',
  parse: (written) => (serialised(written) === written ? written : null),
  suggest: (written) => (written === "*" ? null : serialised(written)),
  pattern: /^[a-z][a-z0-9+.-]*:\/\/[^/?#@]+$/,
});

const WILDCARD = "wildcard--label";

// RFC 6454 §6.2. Browsers write the origin of an app of their own, which URL calls opaque, likewise.
function serialised(written: string): string | null {
  const url = URL.parse(written.replace("://*.", `://${WILDCARD}.`));
  if (url === null || url.host === "" || url.host.includes("*")) return null;
  return `${url.protocol}//${url.host}`.replace(`//${WILDCARD}.`, "//*.");
}

/** The Fetch standard's CORS protocol, answered at the edge. */
export const cors: Shape<CorsPolicy> = object(
  "CorsInput",
  {
    origins: either<"*" | readonly string[]>(choice("*"), list(corsOrigin, ORIGINS_ALLOWED, 1)),
    methods: byDefault(["GET", "HEAD", "POST"], list(method, "a list of methods")),
    headers: either<"*" | readonly string[]>(choice("*"), list(fieldName, "a list of header fields")),
    exposeHeaders: list(fieldName, "a list of header fields"),
    credentials: byDefault(false, boolean),
    maxAge: duration,
  },
  (values, spot) => {
    const { origins, credentials } = values;
    if (origins === undefined) return undefined;
    // Fetch §3.3.5: browsers refuse the two together, and any origin with credentials is any origin at all.
    if (origins === "*" && credentials)
      return refuse(spot, 'a list of origins where credentials is true, not "*"');
    return Object.freeze<CorsPolicy>({
      origins,
      methods: values.methods ?? SIMPLE_METHODS,
      headers: values.headers ?? NONE,
      exposeHeaders: values.exposeHeaders ?? NONE,
      credentials: credentials ?? false,
      maxAgeSeconds: values.maxAge ?? null,
    });
  },
  { required: ["origins"] },
);

const SIMPLE_METHODS = Object.freeze(["GET", "HEAD", "POST"]);
const NONE: readonly never[] = Object.freeze([]);
