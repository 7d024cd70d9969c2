import { fieldNames } from "../../http/cache-control.ts";
import type { FieldSection } from "../../http/field-section.ts";
import { isFileOf } from "../../http/file-types.ts";
import { extensionOf } from "../../http/uri.ts";
import { freshnessLifetime } from "../freshness.ts";
import { responseDirectives, staleAllowance } from "../lifetime/directives.ts";
import { explicitLifetime, isHeuristicallyCacheable } from "../lifetime/origin-lifetime.ts";
import { ttlOfStatus } from "../lifetime/ttl.ts";
import type { Policy, Scope } from "../policy.ts";
import type { Reason } from "../reasons.ts";
import type { RequestHead, StoredResponse } from "../types.ts";
import { validatorsOf } from "../validation.ts";
import { isBeyondComparison } from "./comparable.ts";
import { hasTooMany } from "./tags.ts";

// RFC 9110 §15, the final status codes whose meaning for caches is known here. 206 and 304 are handled
// apart: by range and by validation.
const UNDERSTOOD = new Set([
  200, 201, 202, 203, 204, 205, 206, 300, 301, 302, 303, 307, 308, 400, 401, 402, 403, 404, 405, 406, 407,
  408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 421, 422, 426, 428, 429, 431, 451, 500, 501, 502, 503,
  504, 505, 511,
]);

/** Why a response must not be stored, or null where it may be. RFC 9111 §3, in its own order. */
export function whyNotStorable(
  request: RequestHead,
  response: StoredResponse,
  policy: Policy,
): Reason | null {
  const { directives } = responseDirectives(response.headers);
  const understood = UNDERSTOOD.has(response.status);
  if (request.method !== "GET") return "head-only";
  if (response.status < 200 || response.status === 304) return "status-uncacheable";
  if (directives.has("must-understand") && !understood) return "status-not-understood";
  // RFC 9111 §5.2.2.3: must-understand, where understood, silences no-store.
  if (directives.has("no-store") && !directives.has("must-understand")) return "no-store";
  if (isMeantForOne(response) && policy.scope.kind !== "user") return "private";
  if (freshnessLifetime(response, policy).source === "never") return "status-never";
  if (isUnsharedAuthorized(request, response, policy)) return "authorization";
  if (isUnsharedWithCookies(request, response, policy)) return "request-cookies";
  if (mayBeDueToRange(request, response)) return "range-answer";
  if (!mayBeKept(response, policy)) return "status-uncacheable";
  if (isBeyondComparison(response.headers, policy)) return "vary-star";
  if (isErrorOfRequest(request, response, policy)) return "error-of-request";
  if (isNoSuchFile(request, response, policy)) return "media-type-mismatch";
  if (response.headers.has("set-cookie")) return "set-cookie";
  if (isEventStream(response.headers)) return "event-stream";
  if (hasTooMany(response.tags)) return "too-many-tags";
  return isReusable(response, policy) ? null : "no-lifetime";
}

// Errors about the fields, the content or the connection of one request, and not about its target (RFC 9110 §15.5; of
// 428, 429, 431 and 511 RFC 6585 says that they must not be stored).
const ERRORS_OF_REQUEST = new Set([
  406, 408, 411, 412, 413, 415, 416, 417, 421, 425, 426, 428, 429, 431, 511,
]);

// Any other error is what the origin says to everybody, where it gives it a lifetime; but origins that put one on all
// they send put it also on what a field has provoked that they could not read.
function isErrorOfRequest(request: RequestHead, { status }: StoredResponse, { edgeTtl }: Policy): boolean {
  if (status < 400 || ttlOfStatus(edgeTtl, status) !== null) return false;
  return ERRORS_OF_REQUEST.has(status) || !isOrdinary(request.headers);
}

/** The least that servers take of all fields together is 8 KB, and what stands before them may have added some. */
const ORDINARY_CHARACTERS = 4_096;

// RFC 9110 §5.5: what is neither visible nor blank is read differently by different servers.
function isOrdinary(headers: FieldSection): boolean {
  let characters = 0;
  for (const [name, value] of headers) {
    characters += name.length + value.length;
    if (/[^\t\x20-\x7e]/.test(value)) return false;
  }
  return characters <= ORDINARY_CHARACTERS;
}

// A URL that ends like that of a file says nothing of what the origin makes of it: `/user/x.css` may be the user's page. A
// redirect has no content of its own; what an error page is, the rule that names its status knows.
function isNoSuchFile(
  { url }: RequestHead,
  { status, headers }: StoredResponse,
  { extensions, edgeTtl }: Policy,
): boolean {
  if (extensions.length === 0 || (status >= 300 && status < 400)) return false;
  if (status >= 400 && ttlOfStatus(edgeTtl, status) !== null) return false;
  const extension = extensionOf(url.pathname);
  return (
    extension !== null && extensions.includes(extension) && !isFileOf(extension, headers.get("content-type"))
  );
}

// A key knows nothing of the Range: what it alone may have caused is no answer for others.
function mayBeDueToRange(request: RequestHead, { status }: StoredResponse): boolean {
  return status === 416 || (request.headers.has("range") && status !== 200 && status !== 206);
}

/**
 * True where the reason lies with the credentials of this one request: its answer says nothing of the copy that
 * all others share.
 */
export function isPersonal(reason: Reason): boolean {
  return reason === "authorization" || reason === "request-cookies";
}

// RFC 9111 §5.2.2.7
function isMeantForOne({ headers }: StoredResponse): boolean {
  return fieldNames(responseDirectives(headers).directives, "private") === true;
}

// RFC 9111 §3.5
function isUnsharedAuthorized(request: RequestHead, response: StoredResponse, { scope }: Policy): boolean {
  if (!request.headers.has("authorization") || keyHoldsAuthorization(scope)) return false;
  return !sharesAuthorized(response);
}

/** True where the key tells apart whom the Authorization field names: each has a cache of their own then. */
function keyHoldsAuthorization(scope: Scope): boolean {
  switch (scope.kind) {
    case "shared":
      return false;
    case "claims":
      return scope.jwt.cookie === null;
    case "user":
      return scope.identity.kind === "claim"
        ? scope.identity.jwt.cookie === null
        : scope.identity.kind === "authorization";
    default:
      return scope satisfies never;
  }
}

// The origin that gives a lifetime knows of cookies. Our own word may not stand for its: a page of one session
// would become everybody's.
function isUnsharedWithCookies(request: RequestHead, response: StoredResponse, policy: Policy): boolean {
  const cookies = request.headers.get("cookie");
  if (cookies === null || policy.scope.kind === "user" || keyHoldsCookies(cookies, policy)) return false;
  if ((explicitLifetime(response)?.seconds ?? 0) > 0) return false;
  // A client that may accept what is stale gets it unvalidated too.
  return policy.clientDirectives === "honor" || isReusedUnvalidated(response, policy);
}

function keyHoldsCookies(cookies: string, { key, scope }: Policy): boolean {
  const keyed = new Set(key.cookies.map(({ name }) => name));
  if (scope.kind === "claims" && scope.jwt.cookie !== null) keyed.add(scope.jwt.cookie);
  return cookies.split(";").every((pair) => keyed.has(cookieName(pair)));
}

// RFC 6265 §5.4: pairs are divided by ";", a name ends at the first "=".
function cookieName(pair: string): string {
  return (pair.split("=", 1)[0] ?? "").trim();
}

function sharesAuthorized(response: StoredResponse): boolean {
  const { directives } = responseDirectives(response.headers);
  return directives.has("public") || directives.has("s-maxage") || directives.has("must-revalidate");
}

// RFC 9111 §3, the last item of its list: what allows to keep this response at all.
function mayBeKept(response: StoredResponse, policy: Policy): boolean {
  const { directives } = responseDirectives(response.headers);
  return (
    directives.has("public") ||
    isMeantForOne(response) ||
    explicitLifetime(response) !== null ||
    freshnessLifetime(response, policy).source === "rule" ||
    isHeuristicallyCacheable(response.status)
  );
}

function isEventStream(headers: FieldSection): boolean {
  return headers.get("content-type")?.toLowerCase().startsWith("text/event-stream") ?? false;
}

// Storing costs: what has neither a lifetime nor a validator nor a stale window could never be used.
function isReusable(response: StoredResponse, policy: Policy): boolean {
  return validatorsOf(response) !== null || isReusedUnvalidated(response, policy);
}

function isReusedUnvalidated(response: StoredResponse, policy: Policy): boolean {
  const { directives } = responseDirectives(response.headers);
  const lifetime = freshnessLifetime(response, policy);
  if (lifetime.seconds > 0) return true;
  const onError = staleAllowance(directives, "stale-if-error", policy.staleIfError);
  if (onError.seconds > 0 && !onError.forbidden) return true;
  const window = staleAllowance(directives, "stale-while-revalidate", policy.staleWhileRevalidate);
  return lifetime.source !== "none" && window.seconds > 0 && !window.forbidden;
}
