import { parseAge } from "../http/age.ts";
import { type Directives, deltaSeconds } from "../http/cache-control.ts";
import { parseHttpDate } from "../http/date.ts";
import { responseDirectives } from "./directives.ts";
import type { Policy } from "./policy.ts";
import type { StoredResponse } from "./types.ts";

export type LifetimeSource = "rule" | "s-maxage" | "max-age" | "expires" | "heuristic" | "none";

/** How long a response is fresh from its generation on, in seconds, and what says so. */
export interface Lifetime {
  readonly seconds: number;
  readonly source: LifetimeSource;
}

/** What of a stored response freshness depends on. */
export type Dated = Pick<StoredResponse, "status" | "headers" | "requestedAt" | "respondedAt">;

const HEURISTIC_FRACTION = 0.1;
const HEURISTIC_CAP_SECONDS = 86_400;

// RFC 9110 §15.1
const HEURISTICALLY_CACHEABLE = new Set([200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501]);

// The statuses a rule's TTL applies to: an error stays in the cache only as long as its origin says.
const RULE_TTL_STATUSES = new Set([200, 203, 204, 206, 300, 301, 308]);

export function isHeuristicallyCacheable(status: number): boolean {
  return HEURISTICALLY_CACHEABLE.has(status);
}

/** RFC 9111 §4.2.1: the rule, s-maxage, max-age, Expires, and if allowed a guess; the first one counts. */
export function freshnessLifetime(response: Dated, policy: Policy): Lifetime {
  if (policy.edgeTtl.overrideSeconds !== null && RULE_TTL_STATUSES.has(response.status)) {
    // The operator counts from the arrival at the edge, whatever age the response had by then.
    const seconds = policy.edgeTtl.overrideSeconds + currentAge(response, response.respondedAt);
    return { seconds, source: "rule" };
  }
  const { source, directives } = responseDirectives(response.headers);
  const explicit = directiveLifetime(directives, "s-maxage") ?? directiveLifetime(directives, "max-age");
  if (explicit) return explicit;
  // RFC 9213 §2.2: a targeted field takes the place of Expires also.
  if (source === "cache-control" && response.headers.has("expires")) return expiresLifetime(response);
  return policy.heuristicFreshness ? heuristicLifetime(response, directives) : NO_LIFETIME;
}

const NO_LIFETIME: Lifetime = { seconds: 0, source: "none" };

/** True where the origin itself says how long, be it zero or unreadable (RFC 9111 §4.2.2). */
export function hasExplicitLifetime(headers: Headers): boolean {
  const { source, directives } = responseDirectives(headers);
  return (
    directives.has("s-maxage") ||
    directives.has("max-age") ||
    (source === "cache-control" && headers.has("expires"))
  );
}

/** RFC 9111 §4.2.3, in seconds. Grows while the response rests in a store. */
export function currentAge(response: Dated, now: number): number {
  const apparent = Math.max(0, response.respondedAt - dateOf(response));
  const delay = response.respondedAt - response.requestedAt;
  const corrected = (parseAge(response.headers.get("age")) ?? 0) * 1000 + delay;
  const resident = Math.max(0, now - response.respondedAt);
  return Math.floor((Math.max(apparent, corrected) + resident) / 1000);
}

/** Seconds until the response turns stale; negative once it has. */
export function secondsLeft(response: Dated, policy: Policy, now: number): number {
  return freshnessLifetime(response, policy).seconds - currentAge(response, now);
}

function directiveLifetime(directives: Directives, name: "s-maxage" | "max-age"): Lifetime | null {
  const seconds = deltaSeconds(directives, name);
  if (seconds === null) return null;
  // RFC 9111 §4.2.1: invalid freshness information makes a response stale.
  return { seconds: seconds === "invalid" ? 0 : seconds, source: name };
}

function expiresLifetime(response: Dated): Lifetime {
  const expiresAt = parseHttpDate(response.headers.get("expires"), response.respondedAt);
  if (expiresAt === null) return { seconds: 0, source: "expires" };
  return { seconds: Math.max(0, Math.floor((expiresAt - dateOf(response)) / 1000)), source: "expires" };
}

function heuristicLifetime(response: Dated, directives: Directives): Lifetime {
  if (!isHeuristicallyCacheable(response.status) && !directives.has("public")) return NO_LIFETIME;
  const modifiedAt = parseHttpDate(response.headers.get("last-modified"), response.respondedAt);
  if (modifiedAt === null) return NO_LIFETIME;
  const unchangedSeconds = Math.max(0, (dateOf(response) - modifiedAt) / 1000);
  const guess = Math.floor(unchangedSeconds * HEURISTIC_FRACTION);
  return { seconds: Math.min(guess, HEURISTIC_CAP_SECONDS), source: "heuristic" };
}

function dateOf(response: Dated): number {
  return parseHttpDate(response.headers.get("date"), response.respondedAt) ?? response.respondedAt;
}
