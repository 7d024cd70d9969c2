import type { FieldSection } from "../http/field-section.ts";
import { mayServeStaleOnError } from "./lifetime/stale-on-error.ts";
import type { Policy } from "./policy.ts";
import type { Reason } from "./reasons.ts";
import { changedHead } from "./request/request.ts";
import { isGone, isInvalidated, isStaleByPurge, type Standing } from "./standing.ts";
import { type Arrival, factsOf, factsOfArrived, fieldsForClient, freshenedFacts } from "./storing/facts.ts";
import { combinesWith } from "./storing/partial.ts";
import { isPersonal, whyNotStorable } from "./storing/storable.ts";
import type { RequestHead, StoredResponse } from "./types.ts";
import { confirms, headAgrees, strongValidator } from "./validation.ts";

/** What came of asking the origin. */
export type OriginAnswer =
  | { readonly kind: "response"; readonly arrival: Arrival }
  | {
      readonly kind: "failure";
      readonly failure: "origin-unreachable" | "origin-timeout" | "origin-busy" | "circuit-open";
      /** When it may be worth to ask again, or null where nobody knows. */
      readonly retryAfterSeconds: number | null;
    };

/** What of the stored response took part in the request to the origin. */
export interface Asked extends Standing {
  /** The method sent to the origin. */
  readonly method: "GET" | "HEAD";
  /** The stored response at hand, or null. */
  readonly stored: StoredResponse | null;
  /** True where its validators were sent, so that a 304 speaks of it. */
  readonly conditional: boolean;
  /** True where only the bytes that the stored part lacks were asked for. */
  readonly completing: boolean;
}

/** The third decision: what is kept of the origin's answer, and what the client gets. */
export type StorageDecision =
  /** `fields` are for the client that asked: with those that may not be stored, or not be reused. */
  | {
      readonly kind: "store";
      readonly reason: Reason;
      readonly response: StoredResponse;
      readonly fields: FieldSection;
    }
  /** The stored body is the answer; the stored copy gets the new fields, or must go, or is left alone. */
  | {
      readonly kind: "freshen";
      readonly reason: Reason;
      readonly response: StoredResponse;
      readonly copy: "update" | "forget" | "leave";
    }
  /** The stored part and the one that arrived make up `response`. */
  | {
      readonly kind: "combine";
      readonly reason: Reason;
      readonly response: StoredResponse;
      readonly fields: FieldSection;
    }
  | { readonly kind: "serve-stale"; readonly reason: Reason }
  /** The answer goes to the client; `update` are new facts for what is stored (after a HEAD). */
  | { readonly kind: "pass-through"; readonly reason: Reason; readonly update: StoredResponse | null }
  | { readonly kind: "refetch"; readonly reason: Reason }
  | { readonly kind: "fail"; readonly reason: Reason };

// RFC 5861 §4
const ERROR_STATUSES = new Set([500, 502, 503, 504]);

/** RFC 9111 §3, §4.3.3 to §4.3.5; RFC 5861 §4. "Why was it not stored?" is answered here. */
export function decideStorage(
  request: RequestHead,
  answer: OriginAnswer,
  given: Asked,
  policy: Policy,
  now: number,
): StorageDecision {
  const asked = withoutGone(given);
  const failed = answer.kind === "failure" || ERROR_STATUSES.has(answer.arrival.status);
  if (failed && mayServeStaleOnError(request, asked, policy, now)) {
    return { kind: "serve-stale", reason: "stale-if-error" };
  }
  if (answer.kind === "failure") return { kind: "fail", reason: answer.failure };
  const { arrival } = answer;
  if (arrival.status === 304) return decideNotModified(request, arrival, asked, policy);
  if (asked.method === "HEAD") return decideHead(request, arrival, asked, policy);
  return asked.completing && arrival.status !== 200
    ? decideCompletion(request, arrival, asked, policy)
    : decideFull(request, arrival, asked, policy);
}

// What a hard purge has removed meanwhile neither stands in for an answer nor is confirmed or completed by one.
function withoutGone(asked: Asked): Asked {
  return asked.stored !== null && isGone(asked, asked.stored) ? { ...asked, stored: null } : asked;
}

// RFC 9111 §3.4: what does not complete the stored part answers a question that the client did not ask.
function decideCompletion(
  request: RequestHead,
  arrival: Arrival,
  asked: Asked,
  policy: Policy,
): StorageDecision {
  const response = factsOf(request, arrival, policy);
  const combined = asked.stored && combinesWith(asked.stored, response);
  const storable = whyNotStorable(request, response, policy) === null;
  return combined && storable
    ? { kind: "combine", reason: "completed", response: combined, fields: combined.headers }
    : { kind: "refetch", reason: "bad-range" };
}

function decideFull(request: RequestHead, arrival: Arrival, asked: Asked, policy: Policy): StorageDecision {
  const fields = fieldsForClient(arrival, policy);
  const response = factsOfArrived(request, arrival, fields, policy);
  const reason = whyNotStorable(request, response, policy);
  if (reason) return passThrough(reason);
  if (response.status !== 206) return { kind: "store", reason: "stored", response, fields };
  if (response.range === null || strongValidator(response) === null) return passThrough("bad-range");
  // A whole response, even stale, is worth more than a part.
  if (asked.stored !== null && asked.stored.range === null) return passThrough("bad-range");
  return { kind: "store", reason: "stored-partial", response, fields };
}

// RFC 9111 §4.3.3, §4.3.4
function decideNotModified(
  request: RequestHead,
  arrival: Arrival,
  asked: Asked,
  policy: Policy,
): StorageDecision {
  if (asked.conditional && asked.stored === null) return { kind: "refetch", reason: "purged" };
  if (!asked.conditional || asked.stored === null) return decideUnasked304(request);
  if (!confirms(arrival, asked.stored)) return { kind: "refetch", reason: "mismatched-304" };
  const response = freshenedFacts(request, asked.stored, arrival, policy);
  const reason = whyNotStorable(changedHead(request, { method: "GET" }), response, policy);
  return { kind: "freshen", reason: "freshened", response, copy: fateOfCopy(reason) };
}

// What one client's credentials brought back says nothing of the copy that all others share.
function fateOfCopy(reason: Reason | null): "update" | "forget" | "leave" {
  if (reason === null) return "update";
  return isPersonal(reason) ? "leave" : "forget";
}

// RFC 9110 §15.4.5: a 304 without a condition to answer is no answer.
function decideUnasked304({ headers }: RequestHead): StorageDecision {
  const isAsked = headers.has("if-none-match") || headers.has("if-modified-since");
  return isAsked ? passThrough("not-modified") : { kind: "fail", reason: "mismatched-304" };
}

// RFC 9111 §4.3.5: a 200 to HEAD freshens what it agrees with, and puts in doubt what it contradicts.
function decideHead(request: RequestHead, arrival: Arrival, asked: Asked, policy: Policy): StorageDecision {
  const { stored } = asked;
  if (stored === null || stored.range !== null) return passThrough("head-only");
  // RFC 9111 §4.4: what must be validated is not by a HEAD response, which may carry no validator at all.
  if (arrival.status >= 500 || mustBeValidated(asked, stored)) return passThrough("head-only");
  if (arrival.status !== stored.status || !headAgrees(arrival, stored)) {
    return { kind: "pass-through", reason: "head-contradicts", update: { ...stored, suspect: true } };
  }
  const update = freshenedFacts(request, stored, arrival, policy);
  const reason = whyNotStorable(changedHead(request, { method: "GET" }), update, policy);
  if (reason !== null && isPersonal(reason)) return passThrough(reason);
  return {
    kind: "pass-through",
    reason: "head-freshened",
    update: reason === null ? update : { ...stored, suspect: true },
  };
}

// A soft purge, too, is lifted by an answer that speaks of the body, or by none.
function mustBeValidated(asked: Asked, stored: StoredResponse): boolean {
  return stored.suspect || isInvalidated(asked, stored) || isStaleByPurge(asked, stored);
}

function passThrough(reason: Reason): StorageDecision {
  return { kind: "pass-through", reason, update: null };
}
