import type { Reason } from "../../cache/reasons.ts";
import { buildReply } from "../../cache/reply.ts";
import type { StoredResponse } from "../../cache/types.ts";
import { type CacheStatusMember, formatCacheStatus } from "../../http/cache-status.ts";
import { appendAll, type ChangeableFields, type FieldSection } from "../../http/field-section.ts";
import { discard } from "../../store/discard.ts";
import type { Selected } from "../../store/select.ts";
import type { StoredBody } from "../../store/store.ts";
import { type PartReader, sliceBody } from "../refresh/body.ts";
import type { Exchange } from "../shell.ts";

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

/** What is to be answered from, and what Cache-Status says of it. */
export interface Stored {
  readonly response: StoredResponse;
  readonly body: StoredBody | null;
  /** Null where the body has to be read from its beginning. */
  readonly readPart: PartReader | null;
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
  const body = replyBody(reply.body, stored);
  const content = NULL_BODY_STATUSES.has(reply.status) ? null : body;
  const sent = responseWith(reply.headers, content, { status: reply.status });
  const age = reply.headers.get("age");
  return { response: sent, outcome, reason, storage: null, ageSeconds: age === null ? null : Number(age) };
}

function replyBody(
  wanted: ReturnType<typeof buildReply>["body"],
  { response, body, readPart }: Stored,
): StoredBody | null {
  if (body === null || wanted === "whole") return body;
  if (wanted === "none") {
    discard(body);
    return null;
  }
  const isAll = wanted.first === 0 && wanted.last + 1 === response.bodyLength;
  return isAll ? body : sliceBody(body, wanted, readPart);
}

/** A response with these fields; to add them one by one costs less than to have them copied out of a `Headers`. */
export function responseWith(fields: FieldSection, body: BodyInit | null, init: ResponseInit): Response {
  const response = new Response(body, { ...init, ...encoding(fields) });
  appendAll(fields, response.headers);
  return response;
}

// Stored and forwarded bytes are already encoded as their Content-Encoding says.
export function encoding(headers: FieldSection): { encodeBody?: "manual" } {
  return headers.has("content-encoding") ? { encodeBody: "manual" } : {};
}

/** Says in an answer how it came about. `earlier` is what caches nearer the origin have said. */
export function setCacheStatus(
  headers: ChangeableFields,
  member: CacheStatusMember,
  earlier: string | null,
): void {
  headers.set("cache-status", formatCacheStatus(CACHE_NAME, member, earlier));
}
