import { preflightFields } from "../../cache/outgoing/cors.ts";
import type { FixedAnswer, RateLimit } from "../../cache/policy.ts";
import type { Reason } from "../../cache/reasons.ts";
import { renderUrl } from "../../cache/template/url-template.ts";
import type { Exchange } from "../shell.ts";
import type { Answer } from "./answer.ts";
import { answerProblem, withCacheStatus } from "./answer-own.ts";

/** The answer that a rule gives by itself. */
export function answerFixed(exchange: Exchange, fixed: FixedAnswer, reason: Reason): Answer {
  return fixed.kind === "redirect" ? redirect(exchange, fixed, reason) : answerText(exchange, fixed, reason);
}

function redirect(
  exchange: Exchange,
  { to, status }: Extract<FixedAnswer, { kind: "redirect" }>,
  reason: Reason,
): Answer {
  const location = renderUrl(to, { request: exchange.head, response: null, variables: {} });
  // Validation allows only places that every request of the rule has a value for, or a query parameter.
  if (location === null) return answerProblem(404, reason, { detail: reason });
  return ownAnswer(exchange, new Response(null, { status, headers: { location } }), reason);
}

function answerText(
  exchange: Exchange,
  { kind, status, fields, body }: Exclude<FixedAnswer, { kind: "redirect" }>,
  reason: Reason,
): Answer {
  const headers = new Headers(fields.map(([name, value]) => [name, value]));
  // What is said today of who may come in must not be remembered once the rule is gone.
  if (kind !== "fixed") headers.set("cache-control", "no-store");
  return ownAnswer(
    exchange,
    new Response(hasNoContent(exchange, status) ? null : body, { status, headers }),
    reason,
  );
}

// RFC 9110 §6.4.1
function hasNoContent({ head }: Exchange, status: number): boolean {
  return head.method === "HEAD" || status === 204 || status === 205 || status === 304;
}

/** The answer to a CORS preflight: the origin is not asked. */
export function answerPreflight(exchange: Exchange): Answer {
  const { cors } = exchange.policy;
  if (cors === null) throw new Error("a preflight without a CORS policy");
  const headers = preflightFields(exchange.head, cors);
  return ownAnswer(exchange, new Response(null, { status: 204, headers }), "preflight");
}

/** The answer to who is not let in. */
export function answerRefused(
  { policy }: Exchange,
  { status, reason }: { readonly status: number; readonly reason: Reason },
): Answer {
  return answerProblem(status, reason, { rule: policy.rule ?? undefined, detail: reason });
}

/** 429 of our own, with what the client may do. */
export async function answerLimited(limit: RateLimit): Promise<Answer> {
  const { limitedFields } = await import("../access/limited-fields.ts");
  const answer = answerProblem(429, "rate-limited", { detail: "rate-limited" });
  for (const [name, value] of limitedFields(limit)) answer.response.headers.set(name, value);
  return answer;
}

function ownAnswer({ policy }: Exchange, response: Response, reason: Reason): Answer {
  const answered = withCacheStatus(response, { rule: policy.rule ?? undefined, detail: reason });
  return { response: answered, outcome: "OWN", reason, storage: null, ageSeconds: null };
}
