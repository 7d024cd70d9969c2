import { type Directives, deltaSeconds, fieldNames, parseCacheControl } from "../../http/cache-control.ts";
import { keepDirectives, setDirective } from "../../http/directive-list.ts";
import type { ChangeableFields } from "../../http/field-section.ts";
import { expiresSeconds } from "../lifetime/origin-lifetime.ts";
import { ttlOfStatus } from "../lifetime/ttl.ts";
import type { TtlPolicy } from "../policy.ts";
import type { StoredResponse } from "../types.ts";

/** What of a response the browser's lifetime depends on. */
type Told = Pick<StoredResponse, "status" | "headers" | "respondedAt">;

/** What an override leaves of the origin's directives: they are not about time. */
const TIMELESS = new Set(["private", "no-transform"]);

/**
 * Writes into `headers`, a copy of the response's own, how long the rule lets browsers keep it. Errors only where
 * the rule names their status.
 */
export function setBrowserTtl(headers: ChangeableFields, response: Told, ttl: TtlPolicy): void {
  const isSuccess = response.status >= 200 && response.status < 300;
  const chosen = ttlOfStatus(ttl, response.status) ?? (isSuccess ? ttl.overrideSeconds : null);
  if (chosen !== null) replaceLifetime(headers, chosen);
  else if (isSuccess) boundLifetime(headers, response, ttl);
}

function replaceLifetime(headers: ChangeableFields, seconds: number | "never"): void {
  const kept = keepDirectives(headers.get("cache-control"), TIMELESS);
  // First, since a quote that is left open behind "private" would swallow it.
  headers.set("cache-control", [lifetimeDirective(seconds), ...kept].join(", "));
  headers.delete("expires");
}

function lifetimeDirective(seconds: number | "never"): string {
  if (seconds === "never") return "no-store";
  return seconds === 0 ? "no-cache" : `max-age=${seconds}`;
}

function boundLifetime(headers: ChangeableFields, response: Told, ttl: TtlPolicy): void {
  if (ttl.fallbackSeconds === null && ttl.minSeconds === null && ttl.maxSeconds === null) return;
  const value = response.headers.get("cache-control");
  const directives = parseCacheControl(value);
  // Only an override speaks against the origin that forbids clients to keep or to reuse what they get.
  if (directives.has("no-store") || fieldNames(directives, "no-cache") === true) return;
  const own = ownLifetime(response, directives);
  const wanted = boundedSeconds(own, fieldNames(directives, "private") === true, ttl);
  if (wanted === null || wanted === own) return;
  headers.set("cache-control", setDirective(value, "max-age", wanted).join(", "));
  headers.delete("expires");
}

/** Null: neither origin nor rule says anything, and the browser may guess. */
function boundedSeconds(own: number | null, isPrivate: boolean, ttl: TtlPolicy): number | null {
  // What is for one user may be kept more briefly than the origin says, never for longer.
  const seconds = isPrivate ? own : (own ?? ttl.fallbackSeconds);
  if (seconds === null) return null;
  const raised = isPrivate ? seconds : Math.max(seconds, ttl.minSeconds ?? 0);
  return Math.min(raised, ttl.maxSeconds ?? raised);
}

// RFC 9111 §4.2.1 as a private cache reads it: without s-maxage and targeted fields. Invalid is zero.
function ownLifetime(response: Told, directives: Directives): number | null {
  const seconds = deltaSeconds(directives, "max-age");
  if (seconds !== null) return seconds === "invalid" ? 0 : seconds;
  return response.headers.has("expires") ? expiresSeconds(response) : null;
}
