import { REASONS, type Reason } from "../../cache/reasons.ts";
import type { OriginAnswer } from "../../cache/storage.ts";
import type { CacheStatusMember } from "../../http/cache-status.ts";
import { problemWith } from "../../http/problem.ts";
import { type Answer, setCacheStatus } from "./answer.ts";

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
