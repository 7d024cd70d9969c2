import { type KeyMaterial, NO_MATERIAL } from "../cache/key.ts";
import { planRequest } from "../cache/plan.ts";
import { isBodyRead } from "../cache/request/request.ts";
import type { RequestHead } from "../cache/types.ts";
import { hideCredentials } from "./access/credentials.ts";
import { isLimited } from "./access/rate-limit.ts";
import type { Answer } from "./answer/answer.ts";
import { serveCacheable } from "./cacheable.ts";
import type { Exchange, Shell } from "./shell.ts";

/** The client's half of the proxy: one request, one answer. */
export async function serve(asked: Exchange, shell: Shell): Promise<Answer> {
  const limit = asked.policy.rateLimit;
  if (limit !== null && (await isLimited(asked.head, limit, shell.config))) {
    const { answerLimited } = shell.beyondHits.atHand ?? (await shell.beyondHits.load());
    return answerLimited(limit);
  }
  const { exchange, material } = needsMaterial(asked)
    ? await gatherMaterial(asked, shell)
    : { exchange: asked, material: NO_MATERIAL };
  const plan = planRequest(exchange.head, exchange.policy, material);
  if (plan.kind === "lookup")
    return serveCacheable({ exchange: await discreet(exchange, plan.head, shell), shell, ...plan.key });
  const { answerUnlooked } = shell.beyondHits.atHand ?? (await shell.beyondHits.load());
  return answerUnlooked(exchange, plan, shell);
}

// Where copies are for some and not for others, what says who is asking is not stored with them.
async function discreet(exchange: Exchange, head: RequestHead, { config }: Shell): Promise<Exchange> {
  if (exchange.policy.scope.kind === "shared") return { ...exchange, head };
  return { ...exchange, ...(await hideCredentials(head, config)) };
}

// Not for writes, and not where the rule decides alone: they must not wait for a key set.
function needsMaterial({ policy, head }: Exchange): boolean {
  if (policy.action !== "cache" || policy.respond !== null) return false;
  const isRead = head.method === "GET" || head.method === "HEAD";
  return isBodyRead(head, policy) || (isRead && policy.scope.kind !== "shared");
}

// Few rules ask who it is, and it takes tokens and their keys to know.
async function identityIn({ head, policy }: Exchange, { config, clock }: Shell): Promise<string | null> {
  if (policy.scope.kind === "shared") return null;
  const { identityOf } = await import("./access/identity.ts");
  return identityOf(head, policy.scope, config, clock);
}

/** What the key needs and only hashing can tell. A body that was read goes along with the exchange. */
async function gatherMaterial(
  exchange: Exchange,
  shell: Shell,
): Promise<{ readonly exchange: Exchange; readonly material: KeyMaterial }> {
  const { head, policy, request } = exchange;
  const identity = await identityIn(exchange, shell);
  if (policy.key.body === null || !isBodyRead(head, policy)) {
    return { exchange, material: { identity, body: null } };
  }
  const { readBody } = shell.beyondHits.atHand ?? (await shell.beyondHits.load());
  const content = await readBody(request, policy.key.body.maxBytes);
  if (content.kind === "too-long") {
    return { exchange: { ...exchange, content: content.body }, material: { identity, body: null } };
  }
  return { exchange: { ...exchange, content: content.bytes }, material: { identity, body: content.hash } };
}
