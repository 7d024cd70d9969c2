import { fieldNames } from "../http/cache-control.ts";
import { parseVary } from "../http/vary.ts";
import { responseDirectives, staleWindow } from "./directives.ts";
import { freshnessLifetime, hasExplicitLifetime, isHeuristicallyCacheable } from "./freshness.ts";
import type { Policy } from "./policy.ts";
import type { Reason } from "./reasons.ts";
import type { RequestHead, StoredResponse } from "./types.ts";
import { validatorsOf } from "./validation.ts";

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
  if (fieldNames(directives, "private") === true) return "private";
  if (request.headers.has("authorization") && !sharesAuthorized(response)) return "authorization";
  if (mayBeDueToRange(request, response)) return "range-answer";
  if (!mayBeKept(response, policy)) return "status-uncacheable";
  if (parseVary(response.headers.get("vary")) === "*") return "vary-star";
  if (response.headers.has("set-cookie")) return "set-cookie";
  if (isEventStream(response.headers)) return "event-stream";
  return isReusable(response, policy) ? null : "no-lifetime";
}

// A key knows nothing of the Range: what it alone may have caused is no answer for others.
function mayBeDueToRange(request: RequestHead, { status }: StoredResponse): boolean {
  return status === 416 || (request.headers.has("range") && status !== 200 && status !== 206);
}

// RFC 9111 §3.5
function sharesAuthorized(response: StoredResponse): boolean {
  const { directives } = responseDirectives(response.headers);
  return directives.has("public") || directives.has("s-maxage") || directives.has("must-revalidate");
}

// RFC 9111 §3, the last item of its list: what allows to keep this response at all.
function mayBeKept(response: StoredResponse, policy: Policy): boolean {
  const { directives } = responseDirectives(response.headers);
  return (
    directives.has("public") ||
    hasExplicitLifetime(response.headers) ||
    freshnessLifetime(response, policy).source === "rule" ||
    isHeuristicallyCacheable(response.status)
  );
}

function isEventStream(headers: Headers): boolean {
  return headers.get("content-type")?.toLowerCase().startsWith("text/event-stream") ?? false;
}

// Storing costs: what has neither a lifetime nor a validator nor a stale window could never be used.
function isReusable(response: StoredResponse, policy: Policy): boolean {
  const { directives } = responseDirectives(response.headers);
  const lifetime = freshnessLifetime(response, policy);
  if (lifetime.seconds > 0 || validatorsOf(response) !== null) return true;
  if (staleWindow(directives, "stale-if-error", policy.staleIfError) > 0) return true;
  const window = staleWindow(directives, "stale-while-revalidate", policy.staleWhileRevalidate);
  return lifetime.source !== "none" && window > 0;
}
