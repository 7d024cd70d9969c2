import { type Asked, decideStorage, type StorageDecision } from "../../cache/storage.ts";
import { planCompletion } from "../../cache/storing/partial.ts";
import { isPersonal } from "../../cache/storing/storable.ts";
import { discard } from "../../store/discard.ts";
import type { OriginReply } from "../origin/attempt.ts";
import { askOrigin } from "../origin/origin.ts";
import type { OriginRequest } from "../origin/origin-request.ts";
import { type Exchange, hasUnkeyedCredentials, type Shell } from "../shell.ts";
import { standingOf } from "../standing.ts";
import type { Land } from "./flights.ts";
import type { Answered, Job, Refreshed } from "./job.ts";
import {
  combinedBody,
  forgetSelected,
  freshenBehind,
  landUnshared,
  storeBehind,
  updateFacts,
} from "./keep-behind.ts";

/**
 * Asks the origin, decides what to keep and keeps it, behind the answer. `land` is told, once, what others
 * who wait for the same key may share.
 */
export async function refresh(job: Job, shell: Shell, land: Land): Promise<Refreshed> {
  const { exchange, selected } = job;
  const completion = job.validators === null ? planCompletion(exchange.head, selected.response) : null;
  const fields = originFields(job, completion);
  const reply = await askOrigin(exchange, originRequest(exchange, fields), shell);
  const decision = decideOn(reply, job, completion !== null, shell);
  const length = oneFlight(decision);
  if (length === null) return act(decision, { ...job, reply, shell, land });
  // Nothing of it has been sent on yet: what breaks off can still be made good.
  const whole = await reply.whole(length);
  const hasFailed = whole.answer.kind === "failure";
  const outcome = hasFailed ? decideOn(whole, job, completion !== null, shell) : decision;
  return act(outcome, { ...job, reply: whole, shell, land });
}

function decideOn({ answer }: OriginReply, job: Job, completing: boolean, shell: Shell): StorageDecision {
  const { exchange, selected, validators } = job;
  const asked: Asked = {
    method: exchange.head.method === "HEAD" ? "HEAD" : "GET",
    stored: selected.response,
    conditional: validators !== null,
    completing,
    ...standingOf(job, shell),
  };
  return decideStorage(exchange.head, answer, asked, exchange.policy, shell.clock());
}

/** RFC 6928 §2: what an origin sends before it hears of its first byte. */
const ONE_FLIGHT_BYTES = 14_600;

// The length of a body to be stored that is on its way with its head: to wait for all of it takes no time. Else null.
function oneFlight(decision: StorageDecision): number | null {
  const { bodyLength } = decision.kind === "store" ? decision.response : { bodyLength: null };
  return bodyLength !== null && bodyLength <= ONE_FLIGHT_BYTES ? bodyLength : null;
}

const CONTENT_FIELDS = ["content-type", "content-encoding", "content-language"];

// A read with a body is a GET to the engine; the origin gets what the client sent (RFC 9110 §9.3.3).
function originRequest({ head, request, content }: Exchange, fields: OriginRequest["fields"]): OriginRequest {
  if (content === null) return { method: head.method, body: null, fields };
  const described = CONTENT_FIELDS.map((name) => [name, request.headers.get(name)]);
  return { method: request.method, body: content, fields: { ...fields, ...Object.fromEntries(described) } };
}

async function act(decision: StorageDecision, job: Answered): Promise<Refreshed> {
  const { reply, selected, land } = job;
  const originStatus = reply.response?.status ?? null;
  switch (decision.kind) {
    case "store":
      discard(selected.body);
      return storeBehind(decision, job, reply.body);
    case "combine":
      return storeBehind(decision, job, combinedBody(decision.response, job));
    case "freshen":
      discard(reply.body);
      return freshenBehind(decision, job);
    case "serve-stale":
      discard(reply.body);
      landFailed(job);
      return { kind: "stale", reason: decision.reason, originStatus };
    case "refetch":
      discard(reply.body);
      discard(selected.body);
      return refresh(plainly(job), job.shell, land);
    case "pass-through":
      return passThrough(decision, job);
    case "fail":
      landFailed(job);
      return { kind: "failed", reason: decision.reason, retryAfterSeconds: retryAfter(reply) };
    default:
      return decision satisfies never;
  }
}

function landFailed({ exchange, reply, land }: Answered): void {
  land({ kind: "failed", answer: reply.answer, isPersonal: hasUnkeyedCredentials(exchange) });
}

function retryAfter({ answer }: OriginReply): number | null {
  return answer.kind === "failure" ? answer.retryAfterSeconds : null;
}

// RFC 9111 §4.3.4: once more, without conditions and as if nothing were stored.
function plainly(job: Job): Job {
  const selected = { ...job.selected, response: null, body: null, key: null };
  return { ...job, unshared: false, validators: null, selected };
}

// RFC 9111 §4.3.1. The client's own conditions are answered here, from what comes back whole.
function originFields(
  job: Job,
  completion: ReturnType<typeof planCompletion>,
): Record<string, string | null> {
  const { selected, validators } = job;
  if (job.unshared && selected.response === null) return {};
  const fields: Record<string, string | null> = {
    "if-none-match": validators?.ifNoneMatch ?? null,
    "if-modified-since": validators?.ifModifiedSince ?? null,
  };
  if (completion) return { ...fields, range: completion.range, "if-range": completion.ifRange };
  // With a whole response at hand, stale or not, the whole is asked for again.
  const wantsWhole = selected.response !== null && selected.response.range === null;
  return wantsWhole ? { ...fields, range: null, "if-range": null } : fields;
}

function passThrough(decision: Extract<StorageDecision, { kind: "pass-through" }>, job: Answered): Refreshed {
  const { answer, response } = job.reply;
  if (answer.kind !== "response" || response === null) throw new Error("passed through without a response");
  discard(job.selected.body);
  // What one client's credentials brought back says nothing of the copy that all others share.
  const personal = isPersonal(decision.reason);
  if (!personal && supersedes(answer.arrival.status, job)) job.exchange.waitUntil(forgetSelected(job));
  if (decision.update) job.exchange.waitUntil(updateFacts(job, decision.update));
  if (answer.arrival.status >= 500) landFailed(job);
  else if (personal) job.land({ kind: "personal" });
  else landUnshared(job);
  return { kind: "passed", reason: decision.reason, response, headers: answer.arrival.headers };
}

// What the origin now says of this URI, and forbids to store, takes the place of the copy all the same.
function supersedes(status: number, job: Job): boolean {
  const definite = (status >= 200 && status < 300 && status !== 206) || status === 404 || status === 410;
  return definite && job.exchange.head.method === "GET" && job.selected.response !== null;
}
