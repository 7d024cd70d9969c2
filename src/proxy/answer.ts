import { REASONS, type Reason } from "../cache/reasons.ts";
import { buildReply } from "../cache/reply.ts";
import { finishFields } from "../cache/reply-fields.ts";
import type { OriginAnswer } from "../cache/storage.ts";
import type { StoredResponse } from "../cache/types.ts";
import { type CacheStatusMember, formatCacheStatus } from "../http/cache-status.ts";
import { endToEnd } from "../http/fields.ts";
import { problemWith } from "../http/problem.ts";
import { discard } from "../store/discard.ts";
import type { Selected } from "../store/select.ts";
import type { StoredBody } from "../store/store.ts";
import { sliceBody } from "./body.ts";
import type { Exchange } from "./shell.ts";

/** An answer and how it came about; the event and the Cache-Status field say the same. */
export interface Answer {
  readonly response: Response;
  readonly outcome: Outcome;
  /** Why it was a hit, or why the origin was asked. */
  readonly reason: Reason;
  /** What became of the origin's answer, or null where it was not asked, or not on behalf of the cache. */
  readonly storage: Reason | null;
  /** Seconds, or null where nothing stored was used. */
  readonly ageSeconds: number | null;
  /** What it was made from, where that was fresh and nothing else was asked. */
  readonly from?: Reusable;
}

/** What was selected for a request, and is fresh. */
export interface Reusable {
  readonly uri: string;
  readonly selected: Selected;
}

export type Outcome = "HIT" | "STALE" | "MISS" | "REVALIDATED" | "PASS" | "WRITE" | "OWN" | "ERROR";

const CACHE_NAME = "selvedge";
/** Answers with one of these have no content. */
export const NULL_BODY_STATUSES: ReadonlySet<number> = new Set([101, 204, 205, 304]);

/** RFC 9211 §2.2: how each reason to go to the origin is called in Cache-Status. */
const FORWARDS: Partial<Record<Reason, string>> = {
  "uri-miss": "uri-miss",
  "vary-miss": "vary-miss",
  partial: "partial",
  "method-unsafe": "method",
  "method-uncacheable": "method",
  "rule-pass": "bypass",
  upgrade: "bypass",
  "request-body": "bypass",
  precondition: "bypass",
  "request-no-store": "request",
  "request-no-cache": "request",
  "request-max-age": "request",
  "request-min-fresh": "request",
};

export function forwardToken(reason: Reason): string {
  return FORWARDS[reason] ?? "stale";
}

/** What is to be answered from, and what Cache-Status says of it. */
export interface Stored {
  readonly response: StoredResponse;
  readonly body: StoredBody | null;
  readonly member: CacheStatusMember;
  readonly outcome: Outcome;
  readonly reason: Reason;
  /** False for a response that has just arrived. */
  readonly reused: boolean;
}

/** An answer from a stored (or just arrived) response: conditional, range and HEAD requests included. */
export function answerStored(exchange: Exchange, stored: Stored, now: number): Answer {
  const { head, policy } = exchange;
  const { response, reused, outcome, reason } = stored;
  const reply = buildReply({ request: head, response, policy, now, reused });
  setCacheStatus(reply.headers, stored.member, response.headers.get("cache-status"));
  const body = replyBody(reply.body, stored.body);
  const sent = new Response(NULL_BODY_STATUSES.has(reply.status) ? null : body, {
    status: reply.status,
    headers: reply.headers,
    ...encoding(reply.headers),
  });
  const age = reply.headers.get("age");
  return { response: sent, outcome, reason, storage: null, ageSeconds: age === null ? null : Number(age) };
}

function replyBody(
  wanted: ReturnType<typeof buildReply>["body"],
  body: StoredBody | null,
): StoredBody | null {
  if (body === null || wanted === "whole") return body;
  if (wanted !== "none") return sliceBody(body, wanted);
  discard(body);
  return null;
}

// Stored and forwarded bytes are already encoded as their Content-Encoding says.
export function encoding(headers: Headers): { encodeBody?: "manual" } {
  return headers.has("content-encoding") ? { encodeBody: "manual" } : {};
}

/** The origin's answer as it came, less the fields that end at this hop. */
export function answerPassed(
  response: Response,
  headers: Headers,
  {
    policy,
    member,
    outcome,
    reason,
  }: Pick<Stored, "member" | "outcome" | "reason"> & Pick<Exchange, "policy">,
): Answer {
  const fields = endToEnd(headers, ["cf-cache-status"]);
  finishFields(fields, policy);
  setCacheStatus(fields, member, headers.get("cache-status"));
  return { response: passedResponse(response, fields), outcome, reason, storage: null, ageSeconds: null };
}

function passedResponse(response: Response, headers: Headers): Response {
  const { status, statusText, webSocket } = response;
  if (webSocket) return new Response(null, { status, headers, webSocket });
  const body = NULL_BODY_STATUSES.has(status) ? null : response.body;
  return new Response(body, { status, statusText, headers, ...encoding(headers) });
}

/** A response that was made here, with its Cache-Status. */
export function withCacheStatus(response: Response, member: CacheStatusMember): Response {
  setCacheStatus(response.headers, member, null);
  return response;
}

/** An error of our own, with the reason. */
export function answerProblem(status: number, reason: Reason, member: CacheStatusMember): Answer {
  const response = problemWith(status, REASONS[reason].text, reason);
  setCacheStatus(response.headers, member, null);
  return { response, outcome: "ERROR", reason, storage: null, ageSeconds: null };
}

/** What a client is told when the origin could not be asked. */
export function answerFailure(answer: OriginAnswer, fwd: string): Answer {
  if (answer.kind === "response") throw new Error("a failure without one");
  return answerFailed(answer.failure, answer.retryAfterSeconds, { fwd, detail: answer.failure });
}

/** An error of our own in place of the origin's answer, with when to ask again where that is known. */
export function answerFailed(
  reason: Reason,
  retryAfterSeconds: number | null,
  member: CacheStatusMember,
): Answer {
  const answer = answerProblem(statusOf(reason), reason, member);
  // RFC 9110 §10.2.3
  if (retryAfterSeconds !== null) answer.response.headers.set("retry-after", String(retryAfterSeconds));
  return answer;
}

// RFC 9110 §15.6: no answer, none in time, and none asked for.
function statusOf(reason: Reason): number {
  if (reason === "origin-timeout") return 504;
  return reason === "origin-busy" || reason === "circuit-open" ? 503 : 502;
}

/** Says in an answer how it came about. `earlier` is what caches nearer the origin have said. */
export function setCacheStatus(headers: Headers, member: CacheStatusMember, earlier: string | null): void {
  headers.set("cache-status", formatCacheStatus(CACHE_NAME, member, earlier));
}
