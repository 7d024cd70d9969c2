import { secondsLeft } from "../cache/freshness.ts";
import { planCompletion } from "../cache/partial.ts";
import type { Reason } from "../cache/reasons.ts";
import { type Asked, decideStorage, type StorageDecision } from "../cache/storage.ts";
import type { StoredResponse } from "../cache/types.ts";
import type { Validators } from "../cache/validation.ts";
import type { StoredBody } from "../store/store.ts";
import { discard, joinBodies, split } from "./body.ts";
import type { Landing } from "./flights.ts";
import { askOrigin, type OriginReply } from "./origin.ts";
import { forget, keep, keepFacts, type Selected } from "./select.ts";
import type { Exchange, Shell } from "./shell.ts";

/** One request to the origin on behalf of a stored response, or of the lack of one. */
export interface Job {
  readonly exchange: Exchange;
  readonly primary: string;
  /** The query that the origin gets. */
  readonly search: string;
  readonly selected: Selected;
  readonly invalidatedAt: number | null;
  /** Sent where the stored response is to be validated. */
  readonly validators: Validators | null;
  /** True where answers to this key were not storable of late: the client's own conditions go along. */
  readonly unshared: boolean;
}

/** What the fetch half hands to the client's half. */
export type Refreshed =
  | {
      readonly kind: "response";
      readonly reason: Reason;
      readonly response: StoredResponse;
      readonly body: StoredBody | null;
      readonly originStatus: number;
      readonly stored: boolean;
      /** True where the origin confirmed what was stored. */
      readonly validated: boolean;
    }
  | { readonly kind: "stale"; readonly reason: Reason; readonly originStatus: number | null }
  | {
      readonly kind: "passed";
      readonly reason: Reason;
      readonly response: Response;
      readonly headers: Headers;
    }
  | { readonly kind: "failed"; readonly reason: Reason };

/**
 * Asks the origin, decides what to keep and keeps it, behind the answer. `land` is told, once, what others
 * who wait for the same key may share.
 */
export async function refresh(job: Job, shell: Shell, land: (landing: Landing) => void): Promise<Refreshed> {
  const { exchange, selected } = job;
  const completion = job.validators === null ? planCompletion(exchange.head, selected.response) : null;
  const fields = originFields(job, completion);
  const method = exchange.head.method;
  const reply = await askOrigin(
    exchange,
    { method, search: job.search, body: null, fields },
    shell.config,
    shell.clock,
  );
  const asked: Asked = {
    method: method === "HEAD" ? "HEAD" : "GET",
    stored: selected.response,
    conditional: job.validators !== null,
    completing: completion !== null,
    invalidatedAt: job.invalidatedAt,
  };
  const decision = decideStorage(exchange.head, reply.answer, asked, exchange.policy, shell.clock());
  return act(decision, { ...job, reply }, shell, land);
}

type Answered = Job & { readonly reply: OriginReply };

async function act(
  decision: StorageDecision,
  job: Answered,
  shell: Shell,
  land: (landing: Landing) => void,
): Promise<Refreshed> {
  const { reply, selected } = job;
  const originStatus = reply.response?.status ?? null;
  switch (decision.kind) {
    case "store":
      discard(selected.body);
      return storeBehind(decision, job, reply.response?.body ?? null, shell, land);
    case "combine":
      return storeBehind(decision, job, combinedBody(decision.response, job), shell, land);
    case "freshen":
      discard(reply.response?.body);
      return freshen(decision, job, shell, land);
    case "serve-stale":
      discard(reply.response?.body);
      land({ kind: "failed", answer: reply.answer });
      return { kind: "stale", reason: decision.reason, originStatus };
    case "refetch":
      discard(reply.response?.body);
      discard(selected.body);
      return refresh(
        { ...job, validators: null, selected: { ...selected, response: null, body: null, key: null } },
        shell,
        land,
      );
    case "pass-through":
      return passThrough(decision, job, shell, land);
    case "fail":
      land({ kind: "failed", answer: reply.answer });
      return { kind: "failed", reason: decision.reason };
    default:
      return decision satisfies never;
  }
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

function storeBehind(
  decision: Extract<StorageDecision, { kind: "store" | "combine" }>,
  job: Answered,
  source: ReadableStream<Uint8Array> | null,
  shell: Shell,
  land: (landing: Landing) => void,
): Refreshed {
  const { response, reason } = decision;
  const shared = secondsLeft(response, job.exchange.policy, shell.clock()) > 0;
  if (!shared) landUnshared(job, shell, land);
  const save = (body: StoredBody) => saveUnlessInvalidated(job, withLength(response, body), body, shell);
  const { client, kept } = source === null ? emptyBody(save) : split(source, response.bodyLength, save);
  const settled = kept.then<Landing, Landing>(
    (bytes) => ({ kind: "stored", response: withLength(response, bytes), bytes }),
    () => ({ kind: "not-shared" }), // cut short: each who waits asks for itself
  );
  job.exchange.waitUntil(settled.then(land));
  const originStatus = job.reply.response?.status ?? 0;
  return { kind: "response", reason, response, body: client, originStatus, stored: true, validated: false };
}

function emptyBody(save: (body: StoredBody) => Promise<void>): {
  client: null;
  kept: Promise<ArrayBuffer | null>;
} {
  const bytes = new ArrayBuffer(0);
  return { client: null, kept: save(bytes).then(() => bytes) };
}

async function saveUnlessInvalidated(
  job: Job,
  response: StoredResponse,
  body: StoredBody,
  shell: Shell,
): Promise<void> {
  const { primary, selected } = job;
  const invalidatedAt = shell.invalidations.latest(primary, job.invalidatedAt);
  if (invalidatedAt !== null && response.requestedAt <= invalidatedAt) return discard(body);
  await keep(shell.store, { primary, index: selected.index, invalidatedAt }, response, body, shell.clock());
}

function withLength(response: StoredResponse, body: StoredBody | null): StoredResponse {
  return body instanceof ArrayBuffer ? { ...response, bodyLength: body.byteLength } : response;
}

function combinedBody(response: StoredResponse, job: Answered): ReadableStream<Uint8Array> | null {
  const arrived = job.reply.response?.body;
  const { body, response: stored } = job.selected;
  if (!arrived || body === null || !stored?.range) return null;
  const storedIsFirst = stored.range.first === (response.range?.first ?? 0);
  return storedIsFirst ? joinBodies(body, arrived) : joinBodies(arrived, body);
}

async function freshen(
  decision: Extract<StorageDecision, { kind: "freshen" }>,
  job: Answered,
  shell: Shell,
  land: (landing: Landing) => void,
): Promise<Refreshed> {
  const { response, reason, retain } = decision;
  const { body } = job.selected;
  const kept = retain ? updateFacts(job, response, shell) : forgetSelected(job, shell);
  const bytes = body instanceof ArrayBuffer ? body : null;
  const shared = retain && secondsLeft(response, job.exchange.policy, shell.clock()) > 0;
  if (!shared) landUnshared(job, shell, land);
  const settled = kept.then(() => land({ kind: "stored", response, bytes }));
  job.exchange.waitUntil(settled);
  return { kind: "response", reason, response, body, originStatus: 304, stored: retain, validated: true };
}

async function updateFacts(job: Job, response: StoredResponse, shell: Shell): Promise<void> {
  const { selected, primary } = job;
  if (selected.key === null) return;
  await keepFacts(shell.store, { ...selected, key: selected.key }, primary, response, shell.clock());
}

async function forgetSelected(job: Job, shell: Shell): Promise<void> {
  if (job.selected.key !== null) await forget(shell.store, job.selected.key);
}

function passThrough(
  decision: Extract<StorageDecision, { kind: "pass-through" }>,
  job: Answered,
  shell: Shell,
  land: (landing: Landing) => void,
): Refreshed {
  const { answer, response } = job.reply;
  if (answer.kind !== "response" || response === null) throw new Error("passed through without a response");
  discard(job.selected.body);
  if (supersedes(answer.arrival.status, job)) job.exchange.waitUntil(forgetSelected(job, shell));
  if (decision.update) job.exchange.waitUntil(updateFacts(job, decision.update, shell));
  if (answer.arrival.status >= 500) land({ kind: "failed", answer });
  else landUnshared(job, shell, land);
  return { kind: "passed", reason: decision.reason, response, headers: answer.arrival.headers };
}

// What the origin now says of this URI, and forbids to store, takes the place of the copy all the same.
function supersedes(status: number, job: Job): boolean {
  const definite = (status >= 200 && status < 300 && status !== 206) || status === 404 || status === 410;
  return definite && job.exchange.head.method === "GET" && job.selected.response !== null;
}

function landUnshared(job: Job, shell: Shell, land: (landing: Landing) => void): void {
  if (job.exchange.head.method === "GET") shell.flights.markUnshared(job.primary, shell.clock());
  land({ kind: "not-shared" });
}
