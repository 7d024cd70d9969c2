import { deltaSeconds } from "../http/cache-control.ts";
import { parseRange, resolveRange } from "../http/range.ts";
import { currentAge, freshnessLifetime } from "./freshness.ts";
import {
  demandsValidation,
  forbidsStale,
  requestDirectives,
  responseDirectives,
  staleAllowance,
} from "./lifetime/directives.ts";
import type { Policy } from "./policy.ts";
import type { Reason } from "./reasons.ts";
import { isGone, isInvalidated, isOutwritten, type Standing, secondsSincePurge } from "./standing.ts";
import type { RequestHead, StoredResponse } from "./types.ts";
import { ifRangeHolds, type Validators, validatorsOf } from "./validation.ts";

/** The second decision: whether the request is answered from what is stored. */
export type ReuseDecision =
  | { readonly kind: "serve"; readonly reason: Reason }
  | { readonly kind: "serve-stale"; readonly reason: Reason; readonly refresh: boolean }
  | { readonly kind: "revalidate"; readonly reason: Reason; readonly validators: Validators }
  | { readonly kind: "fetch"; readonly reason: Reason }
  | { readonly kind: "refuse"; readonly reason: Reason };

/** What a look-up found for one request. */
export interface Candidate extends Standing {
  /** The stored response that `Vary` selects, or null. */
  readonly response: StoredResponse | null;
  /** True where other variants of the URL are stored. */
  readonly hasOthers: boolean;
}

/** RFC 9111 §4 and §5.2.1, RFC 5861 §3. "Why was this a miss?" is answered here. */
export function decideReuse(
  request: RequestHead,
  found: Candidate,
  policy: Policy,
  now: number,
): ReuseDecision {
  const decision = decideByResponse(request, found, policy, now);
  const reachesOrigin = decision.kind === "fetch" || decision.kind === "revalidate";
  if (
    reachesOrigin &&
    policy.clientDirectives === "honor" &&
    requestDirectives(request.headers).has("only-if-cached")
  ) {
    return { kind: "refuse", reason: "only-if-cached" };
  }
  return decision;
}

function decideByResponse(
  request: RequestHead,
  found: Candidate,
  policy: Policy,
  now: number,
): ReuseDecision {
  const stored = found.response;
  if (stored === null) return { kind: "fetch", reason: found.hasOthers ? "vary-miss" : "uri-miss" };
  if (isGone(found, stored)) return { kind: "fetch", reason: "purged" };
  if (isInvalidated(found, stored)) return validateOrFetch(stored, "invalidated");
  if (!holdsBytesFor(request, stored)) return { kind: "fetch", reason: "partial" };
  if (stored.suspect) return validateOrFetch(stored, "suspect");
  const { directives } = responseDirectives(stored.headers);
  if (demandsValidation(directives)) return validateOrFetch(stored, "no-cache");
  if (isOutwritten(found, stored)) return validateOrFetch(stored, "read-your-writes");
  const age = currentAge(stored, now);
  const lifetime = freshnessLifetime(stored, policy);
  if (lifetime.source === "never") return validateOrFetch(stored, "status-never");
  const purgedFor = secondsSincePurge(found, stored, now);
  const left = Math.min(lifetime.seconds - age, purgedFor === null ? Number.POSITIVE_INFINITY : -purgedFor);
  if (policy.clientDirectives === "honor") {
    const demanded = clientDemand(request, age, left, !forbidsStale(directives));
    if (demanded === "accept-stale")
      return { kind: "serve-stale", reason: "request-max-stale", refresh: false };
    if (demanded !== null) return validateOrFetch(stored, demanded);
  }
  // RFC 9111 §4.2: fresh while the lifetime is greater than the age.
  if (left > 0) return { kind: "serve", reason: "fresh" };
  // A window extends a lifetime: where nobody gave one, not even zero, there is nothing to extend.
  const staleSeconds = lifetime.source === "none" ? Number.POSITIVE_INFINITY : -left;
  return decideStale(stored, staleSeconds, policy, purgedFor !== null);
}

// RFC 9111 §4.2.4, RFC 5861 §3
function decideStale(
  stored: StoredResponse,
  staleSeconds: number,
  policy: Policy,
  isPurged: boolean,
): ReuseDecision {
  const { directives } = responseDirectives(stored.headers);
  const window = staleAllowance(directives, "stale-while-revalidate", policy.staleWhileRevalidate);
  const within = staleSeconds < window.seconds;
  if (within && !window.forbidden) {
    const reason = isPurged ? "purged-soft" : "stale-while-revalidate";
    return { kind: "serve-stale", reason, refresh: true };
  }
  if (isPurged) return validateOrFetch(stored, "purged-soft");
  return validateOrFetch(stored, within && window.source === "rule" ? "stale-forbidden" : "stale");
}

function validateOrFetch(stored: StoredResponse, reason: Reason): ReuseDecision {
  const validators = stored.range === null ? validatorsOf(stored) : null;
  return validators ? { kind: "revalidate", reason, validators } : { kind: "fetch", reason };
}

// RFC 9111 §5.2.1: what the client asks of the age of its answer, where the rules honour it.
function clientDemand(
  request: RequestHead,
  age: number,
  left: number,
  mayBeStale: boolean,
): Reason | "accept-stale" | null {
  const asked = requestDirectives(request.headers);
  if (asked.has("no-cache")) return "request-no-cache";
  const maxAge = deltaSeconds(asked, "max-age");
  const minFresh = deltaSeconds(asked, "min-fresh");
  if (typeof maxAge === "number" && age > maxAge) return "request-max-age";
  if (typeof minFresh === "number" && left < minFresh) return "request-min-fresh";
  if (left <= 0 && mayBeStale && acceptsStaleness(asked, -left)) return "accept-stale";
  return null;
}

// RFC 9111 §5.2.1.2: without a value any staleness is accepted.
function acceptsStaleness(asked: ReturnType<typeof requestDirectives>, staleSeconds: number): boolean {
  const maxStale = asked.get("max-stale");
  if (maxStale === undefined) return false;
  if (maxStale[0] === true) return true;
  const limit = deltaSeconds(asked, "max-stale");
  return typeof limit === "number" && staleSeconds <= limit;
}

/** RFC 9111 §3.3: a stored part answers only requests for bytes that lie within it. */
function holdsBytesFor(request: RequestHead, stored: StoredResponse): boolean {
  if (stored.range === null) return true;
  if (request.method !== "GET" || !ifRangeHolds(request, stored)) return false;
  const specs = parseRange(request.headers.get("range"));
  const [only] = specs ?? [];
  if (specs?.length !== 1 || only === undefined) return false;
  const wanted = resolveRange(only, stored.range.length);
  return wanted !== null && wanted.first >= stored.range.first && wanted.last <= stored.range.last;
}
