import { secondsLeft } from "../../cache/freshness.ts";
import type { StorageDecision } from "../../cache/storage.ts";
import type { StoredResponse } from "../../cache/types.ts";
import type { FieldSection } from "../../http/field-section.ts";
import { forget, keep, keepFacts, letGo } from "../../store/keep.ts";
import type { ArrivingBody, StoredBody } from "../../store/store.ts";
import { isHardPurged } from "../standing.ts";
import { joinBodies } from "./body.ts";
import type { Landing } from "./flights.ts";
import type { Answered, Refreshed } from "./job.ts";
import { type Save, split } from "./split.ts";

const LARGEST_SHARED_BYTES = 16 * 1024 * 1024;

/** Passes the response on and stores it at the same time, under the eyes of those who wait for the key. */
export function storeBehind(
  decision: Extract<StorageDecision, { kind: "store" | "combine" }>,
  job: Answered,
  source: StoredBody | null,
): Refreshed {
  const { land } = job;
  const { response, reason } = decision;
  const shared = wasFresh(response, job);
  if (!shared) landUnshared(job);
  // It reaches the store no faster than this client reads: too long a wait for others.
  else if ((response.bodyLength ?? 0) > LARGEST_SHARED_BYTES) land({ kind: "not-shared" });
  const save: Save = (body) => saveUnlessInvalidated(job, withLength(response, body), body);
  const { client, kept } =
    source instanceof ReadableStream ? split(source, response.bodyLength, save) : atHand(source, save);
  // Those who wait need not wait for the store.
  if (shared && source instanceof ArrayBuffer) land({ kind: "stored", response, bytes: source }, kept);
  const settled = kept.then<Landing, Landing>(
    (bytes) => ({ kind: "stored", response: withLength(response, bytes), bytes }),
    () => ({ kind: "not-shared" }), // cut short: each who waits asks for itself
  );
  job.exchange.waitUntil(settled.then(land));
  const originStatus = job.reply.response?.status ?? 0;
  return {
    kind: "response",
    reason,
    response: withFields(response, decision.fields),
    body: client,
    originStatus,
    stored: true,
    validated: false,
    settled,
  };
}

// As those who wait for it judge it: it may be used as it was when it came, however short its lifetime.
function wasFresh(response: StoredResponse, { exchange }: Answered): boolean {
  return secondsLeft(response, exchange.policy, response.respondedAt) > 0;
}

function atHand(body: ArrayBuffer | null, save: Save) {
  const bytes = body ?? new ArrayBuffer(0);
  return { client: body, kept: save(bytes).then(() => bytes) };
}

async function saveUnlessInvalidated(
  job: Answered,
  response: StoredResponse,
  body: ArrayBuffer | ArrivingBody,
): Promise<void> {
  const { shell, exchange } = job;
  if (isInvalidated(job, response)) return letGo(body);
  const isGone = (standing: StoredResponse) => isHardPurged(standing, exchange, shell);
  await keep(shell.store, job, response, body, { clock: shell.clock, isGone });
}

function isInvalidated({ shell, uri, selected }: Answered, response: StoredResponse): boolean {
  const latest = shell.invalidations.latest(uri, selected.invalidatedAt);
  return latest !== null && response.requestedAt <= latest;
}

// The same object where nothing changes: what is worked out of a response is remembered with it.
function withLength(response: StoredResponse, body: ArrayBuffer | ArrivingBody | null): StoredResponse {
  if (!(body instanceof ArrayBuffer) || body.byteLength === response.bodyLength) return response;
  return { ...response, bodyLength: body.byteLength };
}

function withFields(response: StoredResponse, headers: FieldSection): StoredResponse {
  return headers === response.headers ? response : { ...response, headers };
}

/** The stored part and the one that has arrived, in the order of their bytes. */
export function combinedBody(response: StoredResponse, job: Answered): ReadableStream<Uint8Array> | null {
  const arrived = job.reply.body;
  const { body, response: stored } = job.selected;
  if (arrived === null || body === null || !stored?.range) return null;
  const storedIsFirst = stored.range.first === (response.range?.first ?? 0);
  return storedIsFirst ? joinBodies(body, arrived) : joinBodies(arrived, body);
}

/** Answers from the stored body with the confirmed fields, and stores those, or forgets both. */
export function freshenBehind(
  decision: Extract<StorageDecision, { kind: "freshen" }>,
  job: Answered,
): Refreshed {
  const { land } = job;
  const { response, reason, copy } = decision;
  const { body } = job.selected;
  const kept = keepConfirmed(decision, job);
  const bytes = body instanceof ArrayBuffer ? body : null;
  const stored = copy === "update";
  const shared = stored && wasFresh(response, job);
  if (!shared && copy === "leave") land({ kind: "personal" });
  else if (!shared) landUnshared(job);
  const settled = kept.then<Landing, Landing>(
    () => ({ kind: "stored", response, bytes }),
    () => ({ kind: "not-shared" }),
  );
  job.exchange.waitUntil(settled.then(land));
  return { kind: "response", reason, response, body, originStatus: 304, stored, validated: true, settled };
}

function keepConfirmed(
  { copy, response }: Extract<StorageDecision, { kind: "freshen" }>,
  job: Answered,
): Promise<void> {
  switch (copy) {
    case "update":
      return updateFacts(job, response);
    case "forget":
      return forgetSelected(job);
    case "leave":
      return Promise.resolve();
    default:
      return copy satisfies never;
  }
}

/** Replaces the facts of the stored response, if there is one and no write has invalidated it meanwhile. */
export async function updateFacts(job: Answered, response: StoredResponse): Promise<void> {
  const { selected, key, shell } = job;
  if (!isInvalidated(job, response)) {
    await keepFacts(shell.store, selected, key, response, shell.clock());
  }
}

export async function forgetSelected({ shell, selected, key }: Answered): Promise<void> {
  await forget(shell.store, selected, key, shell.clock());
}

/** Sends those who wait on their own way, and those who come next without waiting. */
export function landUnshared({ exchange, key, shell, land }: Answered): void {
  if (exchange.head.method === "GET") shell.flights.markUnshared(key, shell.clock());
  land({ kind: "not-shared" });
}
