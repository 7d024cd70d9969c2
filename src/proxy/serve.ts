import { canonicalRequest } from "../cache/canonical.ts";
import { invalidatedUris } from "../cache/invalidation.ts";
import { NO_MATERIAL, primaryKey } from "../cache/key.ts";
import { planRequest } from "../cache/plan.ts";
import type { Reason } from "../cache/reasons.ts";
import { type Answer, answerFailure, answerPassed, answerProblem, forwardToken } from "./answer.ts";
import { serveCacheable } from "./cacheable.ts";
import { askOrigin } from "./origin.ts";
import type { Exchange, Shell } from "./shell.ts";
import { storeKey } from "./store-key.ts";

/** The client's half of the proxy: one request, one answer. */
export async function serve(exchange: Exchange, shell: Shell): Promise<Answer> {
  const plan = planRequest(exchange.head, exchange.policy);
  switch (plan.kind) {
    // Not answered here yet.
    case "respond":
    case "preflight":
      return answerProblem(501, plan.reason, { fwd: "bypass", detail: plan.reason });
    case "bypass":
      return forward(exchange, shell, plan.reason);
    case "write-through":
      return writeThrough(exchange, shell, plan.reason);
    case "lookup":
      return serveCacheable({ exchange: { ...exchange, head: plan.head }, shell, ...plan.key });
    default:
      return plan satisfies never;
  }
}

async function forward(exchange: Exchange, shell: Shell, reason: Reason): Promise<Answer> {
  const { head, request, policy } = exchange;
  const asking = { method: head.method, body: request.body, fields: {} };
  const { answer, response } = await askOrigin(exchange, asking, shell);
  const fwd = forwardToken(reason);
  if (answer.kind === "failure" || response === null) return answerFailure(answer, fwd);
  const member = { fwd, fwdStatus: response.status, rule: policy.rule ?? undefined, detail: reason };
  return answerPassed(response, answer.arrival.headers, { policy, member, outcome: "PASS", reason });
}

// RFC 9111 §4.4. The invalidation is in force before the client hears of its success.
async function writeThrough(exchange: Exchange, shell: Shell, reason: Reason): Promise<Answer> {
  const answer = await forward(exchange, shell, reason);
  if (answer.outcome === "ERROR") return answer;
  const uris = invalidatedUris(exchange.head, answer.response);
  await Promise.all(uris.map((url) => invalidate(url, exchange, shell)));
  return { ...answer, outcome: "WRITE" };
}

async function invalidate(url: URL, exchange: Exchange, shell: Shell): Promise<void> {
  const read = { ...exchange.head, method: "GET", url };
  const policy = shell.policyFor(read);
  const { uri } = primaryKey(canonicalRequest(read, policy), policy, NO_MATERIAL);
  const now = shell.clock();
  shell.invalidations.record(uri, now);
  // Written also where nothing is stored yet: another isolate may have a response on its way.
  const record = { index: { nominations: [], invalidatedAt: now }, response: null };
  await shell.store.save(await storeKey(uri), record, null, now);
}
