import type { CloudflareZone } from "../config.ts";
import { within } from "../within.ts";
import { bodiesOf } from "./purge-cloudflare-calls.ts";
import type { PurgeValue } from "./purge-values.ts";

/** What became of purging Cloudflare's own cache. */
export type Along =
  | { readonly kind: "ok" }
  /** Nothing of it is known there. */
  | { readonly kind: "skipped"; readonly detail: string }
  /** Not done yet; it is tried again behind the answer. */
  | { readonly kind: "queued"; readonly detail: string }
  | { readonly kind: "failed"; readonly detail: string };

/** What it takes to call Cloudflare. */
export interface AlongOptions {
  readonly zone: CloudflareZone;
  /** After which time all data centres know of the purge. */
  readonly boundMs: number;
  /** Keeps work alive beyond the answer. */
  readonly waitUntil: (work: Promise<unknown>) => void;
  readonly send?: (request: Request) => Promise<Response>;
  readonly pause?: (ms: number) => Promise<void>;
}

const MOST_RETRIES = 3;
const FIRST_PAUSE_MS = 2000;
/** What is left to work behind an answer is 30 s in production. */
const LONGEST_DELAY_MS = 10_000;
const ROUND_LIMIT_MS = 5000;
/** Before those 30 s are over: what the platform ends leaves no line in the log. */
const BEHIND_LIMIT_MS = 27_000;

/**
 * Purges Cloudflare's own cache: at once, and again when all data centres know of the purge, since until then
 * one may hand Cloudflare an old copy. The second time it is tried a few times, where Cloudflare has no time.
 */
export async function purgeAlong(values: readonly PurgeValue[], options: AlongOptions): Promise<Along> {
  const { boundMs, waitUntil, pause = sleep } = options;
  const bodies = bodiesOf(values);
  if (bodies.length === 0) return { kind: "skipped", detail: "Cloudflare knows nothing of rules" };
  const { along, done, left } = await callAll(bodies, options);
  const taken = [...done, ...left];
  const again = async () => {
    await pause(Math.min(boundMs, LONGEST_DELAY_MS));
    return callPatiently(taken, options);
  };
  if (taken.length > 0) waitUntil(inTime(again()).then(told));
  return told(along);
}

function inTime(work: Promise<Along>): Promise<Along> {
  return within(BEHIND_LIMIT_MS, work).catch((error: unknown) => ({
    kind: "failed",
    detail: `given up behind the answer: ${String(error)}`,
  }));
}

function told(along: Along): Along {
  if (along.kind === "failed") console.error(`purging Cloudflare's own cache failed: ${along.detail}`);
  return along;
}

async function callPatiently(bodies: readonly object[], options: AlongOptions): Promise<Along> {
  const { pause = sleep } = options;
  let round = await callAll(bodies, options);
  for (let retry = 0; retry < MOST_RETRIES && round.left.length > 0; retry++) {
    await pause(FIRST_PAUSE_MS * 2 ** retry);
    round = await callAll(round.left, options);
  }
  const { along } = round;
  return along.kind === "queued" ? { kind: "failed", detail: along.detail } : along;
}

interface Round {
  /** What was refused comes before what has to wait. */
  readonly along: Along;
  readonly done: readonly object[];
  /** What may be tried again; not what was refused. */
  readonly left: readonly object[];
}

// One after the other: the free plan allows five calls a minute and some at once.
async function callAll(bodies: readonly object[], options: AlongOptions): Promise<Round> {
  const signal = AbortSignal.timeout(ROUND_LIMIT_MS);
  const done: object[] = [];
  let refused: Along | null = null;
  for (const [index, body] of bodies.entries()) {
    const along = await call(body, signal, options);
    if (along.kind === "queued") return { along: refused ?? along, done, left: bodies.slice(index) };
    if (along.kind === "ok") done.push(body);
    else refused ??= along;
  }
  return { along: refused ?? { kind: "ok" }, done, left: [] };
}

async function call(
  body: object,
  signal: AbortSignal,
  { zone, send = fetchIt }: AlongOptions,
): Promise<Along> {
  try {
    const request = new Request(`${zone.api}/zones/${zone.id}/purge_cache`, {
      method: "POST",
      headers: { authorization: `Bearer ${zone.token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
      redirect: "manual",
      signal,
    });
    // The signal frees the connection; the answer does not depend on its being heeded.
    return await within(ROUND_LIMIT_MS, send(request).then(readAnswer));
  } catch (error) {
    return { kind: "queued", detail: `Cloudflare was not reached: ${String(error)}` };
  }
}

async function readAnswer(response: Response): Promise<Along> {
  const { status } = response;
  const { success, errors } = answerOf(await response.text());
  if (status === 200 && success) return { kind: "ok" };
  const detail = [`Cloudflare answered ${status}`, ...errors].join(": ");
  return { kind: status === 429 || status >= 500 ? "queued" : "failed", detail };
}

interface Answer {
  readonly success: boolean;
  readonly errors: readonly string[];
}

const LONGEST_ERROR = 200;

/** Cloudflare's envelope: `{ success, errors: [{ code, message }] }`. */
function answerOf(text: string): Answer {
  try {
    const { success, errors } = Object(JSON.parse(text));
    const messages = Array.isArray(errors) ? errors.map((error) => String(Object(error).message)) : [];
    return { success: success === true, errors: messages.map((message) => message.slice(0, LONGEST_ERROR)) };
  } catch {
    return { success: false, errors: [] };
  }
}

function fetchIt(request: Request): Promise<Response> {
  return fetch(request);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
