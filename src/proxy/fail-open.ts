import type { Answer } from "./answer/answer.ts";
import { answerPassed } from "./answer/answer-passed.ts";
import { askOrigin } from "./origin/origin.ts";
import type { Exchange, Shell } from "./shell.ts";

/** The origin's own answer in place of one that the cache could not give; null where there is none, or none any more. */
export async function failOpen(exchange: Exchange, shell: Shell): Promise<Answer | null> {
  const { request, head, policy } = exchange;
  if (request.bodyUsed) return null;
  const asking = { method: head.method, body: request.body, fields: {} };
  const { answer, response } = await askOrigin(exchange, asking, shell);
  if (answer.kind === "failure" || response === null) return null;
  const member = { fwd: "bypass", detail: "cache-failed" };
  const said = { policy, member, outcome: "PASS", reason: "cache-failed" } as const;
  return answerPassed(response, answer.arrival.headers, said);
}
