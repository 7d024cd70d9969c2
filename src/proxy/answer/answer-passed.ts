import { finishFields } from "../../cache/outgoing/reply-fields.ts";
import type { Reason } from "../../cache/reasons.ts";
import { type FieldSection, toHeaders } from "../../http/field-section.ts";
import { endToEnd } from "../../http/fields.ts";
import type { Exchange } from "../shell.ts";
import { type Answer, NULL_BODY_STATUSES, responseWith, type Stored, setCacheStatus } from "./answer.ts";

/** RFC 9211 §2.2: how each reason to go to the origin is called in Cache-Status. */
const FORWARDS: Partial<Record<Reason, string>> = {
  "uri-miss": "uri-miss",
  "vary-miss": "vary-miss",
  partial: "partial",
  "method-unsafe": "method",
  "method-uncacheable": "method",
  "rule-pass": "bypass",
  "ambiguous-path": "bypass",
  "no-identity": "bypass",
  "body-too-large": "bypass",
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

/** The origin's answer as it came, less the fields that end at this hop. */
export function answerPassed(
  response: Response,
  headers: FieldSection,
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

function passedResponse(response: Response, fields: FieldSection): Response {
  const { status, statusText, webSocket } = response;
  if (webSocket) return new Response(null, { status, headers: toHeaders(fields), webSocket });
  const body = NULL_BODY_STATUSES.has(status) ? null : response.body;
  return responseWith(fields, body, { status, statusText });
}
