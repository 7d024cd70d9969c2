import type { RequestPlan } from "../cache/plan.ts";
import type { Answer } from "./answer/answer.ts";
import { answerFixed, answerPreflight } from "./answer/respond.ts";
import { forward } from "./forward.ts";
import type { Exchange, Shell } from "./shell.ts";
import { writeThrough } from "./write/write.ts";

/** The plans for which nothing is looked up. */
type Unlooked = Exclude<RequestPlan, { kind: "lookup" }>;

/** Answers what no stored response may answer: by the rule itself, or from the origin. */
export async function answerUnlooked(exchange: Exchange, plan: Unlooked, shell: Shell): Promise<Answer> {
  switch (plan.kind) {
    case "respond":
      return answerFixed(exchange, plan.answer, plan.reason);
    case "preflight":
      return answerPreflight(exchange);
    case "bypass":
      return (await forward(exchange, shell, plan.reason)).answer;
    case "write-through":
      return writeThrough(exchange, shell, plan.reason);
    default:
      return plan satisfies never;
  }
}
