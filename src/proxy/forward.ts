import type { Reason } from "../cache/reasons.ts";
import { type Answer, answerFailure, answerPassed, forwardToken } from "./answer.ts";
import { askOrigin } from "./origin/origin.ts";
import type { Exchange, Shell } from "./shell.ts";

/** Sends the client's request on as it is, and its answer back; nothing is looked up or stored. */
export async function forward(exchange: Exchange, shell: Shell, reason: Reason): Promise<Answer> {
  const { head, request, policy } = exchange;
  const asking = { method: head.method, body: exchange.content ?? request.body, fields: {} };
  const { answer, response } = await askOrigin(exchange, asking, shell);
  const fwd = forwardToken(reason);
  if (response === null || answer.kind === "failure") return answerFailure(answer, fwd);
  const member = { fwd, fwdStatus: response.status, rule: policy.rule ?? undefined, detail: reason };
  return answerPassed(response, answer.arrival.headers, { policy, member, outcome: "PASS", reason });
}
