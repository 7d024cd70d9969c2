import { secondsLeft } from "../cache/freshness.ts";
import type { StorageDecision } from "../cache/storage.ts";
import type { StoredResponse } from "../cache/types.ts";
import type { ArrivingBody } from "../store/store.ts";
import { discard, joinBodies, type Save, split } from "./body.ts";
import type { Landing } from "./flights.ts";
import type { Answered, Refreshed } from "./job.ts";
import { forget, keep, keepFacts } from "./select.ts";

/** Passes the response on and stores it at the same time, under the eyes of those who wait for the key. */
export function storeBehind(
  decision: Extract<StorageDecision, { kind: "store" | "combine" }>,
  job: Answered,
  source: ReadableStream<Uint8Array> | null,
): Refreshed {
  const { shell, land } = job;
  const { response, reason } = decision;
  const shared = secondsLeft(response, job.exchange.policy, shell.clock()) > 0;
  if (!shared) landUnshared(job);
  const save: Save = (body) => saveUnlessInvalidated(job, withLength(response, body), body);
  const { client, kept } = source === null ? emptyBody(save) : split(source, response.bodyLength, save);
  const settled = kept.then<Landing, Landing>(
    (bytes) => ({ kind: "stored", response: withLength(response, bytes), bytes }),
    () => ({ kind: "not-shared" }), // cut short: each who waits asks for itself
  );
  job.exchange.waitUntil(settled.then(land));
  const originStatus = job.reply.response?.status ?? 0;
  return { kind: "response", reason, response, body: client, originStatus, stored: true, validated: false };
}

function emptyBody(save: Save): {
  client: null;
  kept: Promise<ArrayBuffer | null>;
} {
  const bytes = new ArrayBuffer(0);
  return { client: null, kept: save(bytes).then(() => bytes) };
}

async function saveUnlessInvalidated(
  job: Answered,
  response: StoredResponse,
  body: ArrayBuffer | ArrivingBody,
): Promise<void> {
  const { primary, selected, shell } = job;
  const invalidatedAt = shell.invalidations.latest(primary, job.invalidatedAt);
  if (invalidatedAt !== null && response.requestedAt <= invalidatedAt)
    return body instanceof ArrayBuffer ? undefined : discard(body.stream);
  await keep(shell.store, { primary, index: selected.index, invalidatedAt }, response, body, shell.clock());
}

function withLength(response: StoredResponse, body: ArrayBuffer | ArrivingBody | null): StoredResponse {
  return body instanceof ArrayBuffer ? { ...response, bodyLength: body.byteLength } : response;
}

/** The stored part and the one that has arrived, in the order of their bytes. */
export function combinedBody(response: StoredResponse, job: Answered): ReadableStream<Uint8Array> | null {
  const arrived = job.reply.response?.body;
  const { body, response: stored } = job.selected;
  if (!arrived || body === null || !stored?.range) return null;
  const storedIsFirst = stored.range.first === (response.range?.first ?? 0);
  return storedIsFirst ? joinBodies(body, arrived) : joinBodies(arrived, body);
}

/** Answers from the stored body with the confirmed fields, and stores those, or forgets both. */
export function freshenBehind(
  decision: Extract<StorageDecision, { kind: "freshen" }>,
  job: Answered,
): Refreshed {
  const { shell, land } = job;
  const { response, reason, retain } = decision;
  const { body } = job.selected;
  const kept = retain ? updateFacts(job, response) : forgetSelected(job);
  const bytes = body instanceof ArrayBuffer ? body : null;
  const shared = retain && secondsLeft(response, job.exchange.policy, shell.clock()) > 0;
  if (!shared) landUnshared(job);
  const settled = kept.then(() => land({ kind: "stored", response, bytes }));
  job.exchange.waitUntil(settled);
  return { kind: "response", reason, response, body, originStatus: 304, stored: retain, validated: true };
}

/** Replaces the facts of the stored response, if there is one. */
export async function updateFacts(job: Answered, response: StoredResponse): Promise<void> {
  const { selected, primary, shell } = job;
  if (selected.key === null) return;
  await keepFacts(shell.store, { ...selected, key: selected.key }, primary, response, shell.clock());
}

export async function forgetSelected(job: Answered): Promise<void> {
  if (job.selected.key !== null) await forget(job.shell.store, job.selected.key);
}

/** Sends those who wait on their own way, and those who come next without waiting. */
export function landUnshared({ exchange, primary, shell, land }: Answered): void {
  if (exchange.head.method === "GET") shell.flights.markUnshared(primary, shell.clock());
  land({ kind: "not-shared" });
}
