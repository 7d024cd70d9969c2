import { Fields, fieldsOf } from "../http/field-section.ts";
import {
  type ByteRange,
  formatContentRange,
  formatUnsatisfied,
  parseRange,
  resolveRange,
} from "../http/range.ts";
import { currentAge } from "./freshness.ts";
import { setBrowserTtl } from "./outgoing/browser-ttl.ts";
import { finishFields } from "./outgoing/reply-fields.ts";
import type { Policy } from "./policy.ts";
import type { RequestHead, StoredResponse } from "./types.ts";
import { ifRangeHolds, isNotModified } from "./validation.ts";

/** The head of an answer, and which bytes of the body at hand go with it. */
export interface Reply {
  readonly status: number;
  readonly headers: Fields;
  /** Offsets into the stored body, "whole", or "none". */
  readonly body: ByteRange | "whole" | "none";
}

/** What a reply is made from. */
export interface ReplyInput {
  readonly request: RequestHead;
  readonly response: StoredResponse;
  readonly policy: Policy;
  readonly now: number;
  /** True where the response was in a store or was validated: then its Age is ours to say. */
  readonly reused: boolean;
}

/** Conditionals, range and HEAD, in the order of RFC 9110 §13.2.2; then the fields that are ours. */
export function buildReply(input: ReplyInput): Reply {
  const { request, response } = input;
  const lasting = lastingFields(response, input.policy);
  // RFC 9110 §13.2.1: preconditions count only where the answer would be a success.
  if (isSuccess(response.status) && isNotModified(request, response)) {
    return { status: 304, headers: withAge(notModifiedFields(lasting), input), body: "none" };
  }
  const headers = withAge(lasting, input);
  if (request.method === "HEAD") return { status: response.status, headers, body: "none" };
  return rangeReply(request, response, headers) ?? { status: response.status, headers, body: "whole" };
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

// RFC 9110 §14.2, §15.3.7, §15.5.17: one range from a whole 200; for several, the whole is a right answer too.
function rangeReply(request: RequestHead, response: StoredResponse, headers: Fields): Reply | null {
  const { range, bodyLength } = response;
  const length = range === null ? bodyLength : range.length;
  const specs = parseRange(request.headers.get("range"));
  const [only] = specs ?? [];
  if (length === null || specs?.length !== 1 || only === undefined) return null;
  if (range === null && (response.status !== 200 || !ifRangeHolds(request, response))) return null;
  const wanted = resolveRange(only, length);
  if (wanted === null) return unsatisfied(headers, length);
  // A part that has just arrived and is not quite what was asked for says itself which bytes it is.
  if (range !== null && (wanted.first < range.first || wanted.last > range.last)) return null;
  headers.set("content-range", formatContentRange(wanted, length));
  headers.set("content-length", String(wanted.last - wanted.first + 1));
  const offset = range?.first ?? 0;
  return { status: 206, headers, body: { first: wanted.first - offset, last: wanted.last - offset } };
}

function unsatisfied(headers: Fields, length: number): Reply {
  const fields = fieldsOf({ "content-range": formatUnsatisfied(length), "content-length": "0" });
  copyFields(["date", "age", "vary", "cache-control"], headers, fields);
  return { status: 416, headers: fields, body: "none" };
}

// RFC 9110 §15.4.5; Last-Modified guides the client's update where there is no ETag, and harms nowhere.
const NOT_MODIFIED_FIELDS = [
  "age",
  "cache-control",
  "cdn-cache-control",
  "content-location",
  "date",
  "etag",
  "expires",
  "last-modified",
  "vary",
];

const notModified = new WeakMap<Fields, Fields>();

/** Those of lasting fields that a 304 has. Not to be changed either. */
function notModifiedFields(lasting: Fields): Fields {
  const known = notModified.get(lasting);
  if (known !== undefined) return known;
  const kept = new Fields();
  copyFields(NOT_MODIFIED_FIELDS, lasting, kept);
  notModified.set(lasting, kept);
  return kept;
}

function copyFields(names: readonly string[], from: Fields, to: Fields): void {
  for (const name of names) {
    const value = from.get(name);
    if (value !== null) to.set(name, value);
  }
}

function withAge(lasting: Fields, { response, now, reused }: ReplyInput): Fields {
  const headers = new Fields(lasting);
  // RFC 9111 §5.1: Age says that the response was not made or validated for this request.
  if (reused) headers.set("age", String(currentAge(response, now)));
  return headers;
}

// A stored response answers many requests under one policy: what is the same for all of them is made once.
const lastingOf = new WeakMap<StoredResponse, { readonly policy: Policy; readonly headers: Fields }>();

/** The fields of every answer from a response under a policy. Not to be changed. */
function lastingFields(response: StoredResponse, policy: Policy): Fields {
  const known = lastingOf.get(response);
  if (known?.policy === policy) return known.headers;
  const headers = new Fields(response.headers);
  setBrowserTtl(headers, response, policy.browserTtl);
  finishFields(headers, policy);
  lastingOf.set(response, { policy, headers });
  return headers;
}
