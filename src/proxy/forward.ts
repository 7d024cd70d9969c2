import type { Reason } from "../cache/reasons.ts";
import type { FieldSection } from "../http/field-section.ts";
import type { Answer } from "./answer/answer.ts";
import { answerFailure } from "./answer/answer-own.ts";
import { answerPassed, forwardToken } from "./answer/answer-passed.ts";
import { askOrigin } from "./origin/origin.ts";
import type { Exchange, Shell } from "./shell.ts";

/** What was passed on, and what the origin said besides what clients may see. */
export interface Forwarded {
  readonly answer: Answer;
  /** The origin's own fields, or null where it did not answer. */
  readonly fields: FieldSection | null;
}

/** Sends the client's request on as it is, and its answer back; nothing is looked up or stored. */
export async function forward(exchange: Exchange, shell: Shell, reason: Reason): Promise<Forwarded> {
  const { head, request, policy } = exchange;
  const asking = { method: head.method, body: exchange.content ?? request.body, fields: {} };
  const { answer, response } = await askOrigin(exchange, asking, shell);
  const fwd = forwardToken(reason);
  if (response === null || answer.kind === "failure")
    return { answer: answerFailure(answer, fwd), fields: null };
  const member = { fwd, fwdStatus: response.status, rule: policy.rule ?? undefined, detail: reason };
  const fields = answer.arrival.headers;
  const told = { policy, member, outcome: "PASS", reason } as const;
  return { answer: answerPassed(response, fields, told), fields };
}
