import { type FieldSection, Fields, fieldsOf } from "../../http/field-section.ts";
import { isToken, splitTokens } from "../../http/syntax.ts";
import type { CorsPolicy } from "../policy.ts";
import type { RequestHead } from "../types.ts";

/** Fetch §3.3.2: whether a browser asks beforehand if it may send the actual request. */
export function isPreflight({ method, headers }: RequestHead): boolean {
  return method === "OPTIONS" && headers.has("origin") && headers.has("access-control-request-method");
}

/** The fields of the 204 that answers a preflight. To an origin that is not allowed they allow nothing. */
export function preflightFields(request: RequestHead, cors: CorsPolicy): Fields {
  const fields = allowFields(request, cors);
  if (fields.has("access-control-allow-origin")) {
    setList(fields, "access-control-allow-methods", cors.methods);
    setList(fields, "access-control-allow-headers", allowedFields(request, cors));
    if (cors.maxAgeSeconds !== null) fields.set("access-control-max-age", String(cors.maxAgeSeconds));
  }
  // The first two decide whether this is a preflight at all, the last is what "*" repeats.
  fields.set("vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers");
  return fields;
}

/**
 * A copy of an answer's fields that says who may read it, for this one request: what the origin server said of
 * that was said to somebody else. Its own `Vary` stays as it is; `Origin` is added where the answer depends on it.
 */
export function withCors(headers: FieldSection, request: RequestHead, cors: CorsPolicy): Fields {
  const fields = new Fields(headers);
  for (const name of headers.keys()) {
    if (name.startsWith("access-control-")) fields.delete(name);
  }
  const allowed = allowFields(request, cors);
  if (allowed.has("access-control-allow-origin")) {
    setList(allowed, "access-control-expose-headers", cors.exposeHeaders);
  }
  for (const [name, value] of allowed) fields.set(name, value);
  if (cors.origins !== "*") addVaryOrigin(fields);
  return fields;
}

/** Fetch §3.3.5. Any origin with credentials would be every site with this user's: "*" is never both. */
function allowFields({ headers }: RequestHead, { origins, credentials }: CorsPolicy): Fields {
  if (origins === "*") return fieldsOf({ "access-control-allow-origin": "*" });
  const origin = headers.get("origin");
  if (origin === null || !origins.some((pattern) => originMatches(origin, pattern))) return new Fields();
  const fields = fieldsOf({ "access-control-allow-origin": origin });
  if (credentials) fields.set("access-control-allow-credentials", "true");
  return fields;
}

// "*" in Access-Control-Allow-Headers means nothing to requests with credentials, and never Authorization: what was
// asked for is repeated instead (Fetch §3.3.5).
function allowedFields(request: RequestHead, { headers }: CorsPolicy): readonly string[] {
  if (headers !== "*") return headers;
  const asked = splitTokens(request.headers.get("access-control-request-headers") ?? "");
  return [...new Set(asked.filter(isToken))];
}

function setList(fields: Fields, name: string, members: readonly string[]): void {
  if (members.length > 0) fields.set(name, members.join(", "));
}

const LABELS = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;

/**
 * Serialised origins are compared byte for byte (RFC 6454 §6.2; "null" is one of them). `https://*.example.com`
 * is each of its subdomains, with this scheme and port, and not itself.
 */
function originMatches(origin: string, pattern: string): boolean {
  const star = pattern.indexOf("*");
  if (star === -1) return origin === pattern;
  const [before, after] = [pattern.slice(0, star), pattern.slice(star + 1)];
  if (!origin.startsWith(before) || !origin.endsWith(after)) return false;
  return LABELS.test(origin.slice(before.length, origin.length - after.length));
}

function addVaryOrigin(fields: Fields): void {
  const names = splitTokens(fields.get("vary") ?? "");
  if (!names.includes("*") && !names.includes("origin")) fields.append("vary", "Origin");
}
