import { type Directives, deltaSeconds } from "../../http/cache-control.ts";
import { parseHttpDate } from "../../http/date.ts";
import type { StoredResponse } from "../types.ts";
import { responseDirectives } from "./directives.ts";

/** "rule": the rule's word, be it an override, a fallback or a bound. "never": it forbids to keep this status. */
export type LifetimeSource = "rule" | "never" | "s-maxage" | "max-age" | "expires" | "heuristic" | "none";

/** How long a response is fresh from its generation on, in seconds, and what says so. */
export interface Lifetime {
  readonly seconds: number;
  readonly source: LifetimeSource;
}

/** What of a stored response freshness depends on. */
export type Dated = Pick<StoredResponse, "uri" | "status" | "headers" | "requestedAt" | "respondedAt">;

export const NO_LIFETIME: Lifetime = { seconds: 0, source: "none" };

const HEURISTIC_FRACTION = 0.1;
const HEURISTIC_CAP_SECONDS = 86_400;

// RFC 9110 §15.1
const HEURISTICALLY_CACHEABLE = new Set([200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501]);

export function isHeuristicallyCacheable(status: number): boolean {
  return HEURISTICALLY_CACHEABLE.has(status);
}

/** RFC 9111 §4.2.1: what the origin says, zero where that is unreadable, or null where it says nothing. */
export function explicitLifetime(response: Dated): Lifetime | null {
  const { source, directives } = responseDirectives(response.headers);
  const told = directiveLifetime(directives, "s-maxage") ?? directiveLifetime(directives, "max-age");
  if (told) return told;
  // RFC 9213 §2.2: a targeted field takes the place of Expires also.
  if (source === "targeted" || !response.headers.has("expires")) return null;
  return { seconds: expiresSeconds(response), source: "expires" };
}

/** RFC 9111 §5.3, in seconds from the generation; zero where the field is unreadable. */
export function expiresSeconds(response: Pick<Dated, "headers" | "respondedAt">): number {
  const expiresAt = parseHttpDate(response.headers.get("expires"), response.respondedAt);
  if (expiresAt === null) return 0;
  return Math.max(0, Math.floor((expiresAt - generatedAt(response)) / 1000));
}

/** RFC 9111 §4.2.2: a tenth of the time that the response had been unchanged, a day at most. */
export function heuristicLifetime(response: Dated): Lifetime {
  const { directives } = responseDirectives(response.headers);
  if (!mayBeGuessed(response.status, directives)) return NO_LIFETIME;
  const modifiedAt = parseHttpDate(response.headers.get("last-modified"), response.respondedAt);
  if (modifiedAt === null) return NO_LIFETIME;
  const unchangedSeconds = Math.max(0, (generatedAt(response) - modifiedAt) / 1000);
  const guess = Math.floor(unchangedSeconds * HEURISTIC_FRACTION);
  return { seconds: Math.min(guess, HEURISTIC_CAP_SECONDS), source: "heuristic" };
}

/** The origin's Date, or the arrival where it is absent or unreadable. */
export function generatedAt(response: Pick<Dated, "headers" | "respondedAt">): number {
  return parseHttpDate(response.headers.get("date"), response.respondedAt) ?? response.respondedAt;
}

function directiveLifetime(directives: Directives, name: "s-maxage" | "max-age"): Lifetime | null {
  const seconds = deltaSeconds(directives, name);
  if (seconds === null) return null;
  // RFC 9111 §4.2.1: invalid freshness information makes a response stale.
  return { seconds: seconds === "invalid" ? 0 : seconds, source: name };
}

const NEVER_GUESSED = new Set([401, 403, 429]);

// Against RFC 9110 §15.1 also 501 is not guessed: an error of the server passes, a copy of it would stay.
function mayBeGuessed(status: number, directives: Directives): boolean {
  if (status >= 500 || NEVER_GUESSED.has(status)) return false;
  return isHeuristicallyCacheable(status) || directives.has("public");
}
