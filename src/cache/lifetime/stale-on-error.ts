import { deltaSeconds } from "../../http/cache-control.ts";
import { currentAge, freshnessLifetime } from "../freshness.ts";
import type { Policy } from "../policy.ts";
import { isInvalidated, isOutwritten, type Standing, secondsSincePurge } from "../standing.ts";
import type { RequestHead, StoredResponse } from "../types.ts";
import { forbidsStale, requestDirectives, responseDirectives, staleAllowance } from "./directives.ts";

/** What could be served in place of an error. */
export interface Fallback extends Standing {
  readonly stored: StoredResponse | null;
}

/** RFC 5861 §4, RFC 9111 §4.2.4; a client that the rules honour may ask for a window of its own. */
export function mayServeStaleOnError(
  request: RequestHead,
  asked: Fallback,
  policy: Policy,
  now: number,
): boolean {
  const { stored } = asked;
  if (stored === null || stored.range !== null || stored.suspect) return false;
  if (isInvalidated(asked, stored) || isOutwritten(asked, stored)) return false;
  const { directives } = responseDirectives(stored.headers);
  const window = staleAllowance(directives, "stale-if-error", policy.staleIfError);
  if (window.forbidden) return false;
  // RFC 9111 §5.2.1.4: also an error does not make an unvalidated answer acceptable to this client.
  const honoured = policy.clientDirectives === "honor" ? requestDirectives(request.headers) : null;
  if (honoured?.has("no-cache")) return false;
  // What a rule may override a client may not.
  const asksFor = forbidsStale(directives) ? 0 : clientWindow(request, policy);
  return staleSeconds(asked, stored, policy, now) < Math.max(window.seconds, asksFor);
}

function staleSeconds(asked: Fallback, stored: StoredResponse, policy: Policy, now: number): number {
  const { seconds, source } = freshnessLifetime(stored, policy);
  if (source === "never") return Number.POSITIVE_INFINITY;
  const purgedFor = secondsSincePurge(asked, stored, now) ?? Number.NEGATIVE_INFINITY;
  return Math.max(currentAge(stored, now) - seconds, purgedFor);
}

function clientWindow(request: RequestHead, policy: Policy): number {
  if (policy.clientDirectives === "ignore") return 0;
  const seconds = deltaSeconds(requestDirectives(request.headers), "stale-if-error");
  return typeof seconds === "number" ? seconds : 0;
}
