import type { StoredResponse } from "./types.ts";

/** A purge, as far as it concerns one stored response. */
export interface Purge {
  readonly purgedAt: number;
  /** True: stale from then on. False: gone. */
  readonly soft: boolean;
}

/** What has happened to a stored response besides ageing; null where nothing has. The shell finds it out. */
export interface Standing {
  /** Responses requested at or before this instant are invalid (RFC 9111 §4.4). */
  readonly invalidatedAt: number | null;
  /**
   * Of the purges that its facts fall under and that came at or after its request: the hard one before any
   * soft one, and of several soft ones the earliest.
   */
  readonly purge: Purge | null;
  /** This client has written: for it alone, what was requested at or before this instant must be validated. */
  readonly mustBeNewerThanAt: number | null;
}

/** RFC 9111 §4.4. Also what was still on its way at that instant is invalid. */
export function isInvalidated({ invalidatedAt }: Standing, stored: StoredResponse): boolean {
  return invalidatedAt !== null && stored.requestedAt <= invalidatedAt;
}

/** True where a hard purge has removed the response: nothing of it may be used, not even its validators. */
export function isGone({ purge }: Standing, stored: StoredResponse): boolean {
  return purge !== null && !purge.soft && stored.requestedAt <= purge.purgedAt;
}

/** True where the client has written since the response was requested. */
export function isOutwritten({ mustBeNewerThanAt }: Standing, stored: StoredResponse): boolean {
  return mustBeNewerThanAt !== null && stored.requestedAt <= mustBeNewerThanAt;
}

/** True where a soft purge has made the response stale. */
export function isStaleByPurge({ purge }: Standing, stored: StoredResponse): boolean {
  return purge?.soft === true && stored.requestedAt <= purge.purgedAt;
}

/** Seconds since a soft purge made the response stale, or null where none has. */
export function secondsSincePurge(standing: Standing, stored: StoredResponse, now: number): number | null {
  if (standing.purge === null || !isStaleByPurge(standing, stored)) return null;
  return Math.max(0, Math.floor((now - standing.purge.purgedAt) / 1000));
}
