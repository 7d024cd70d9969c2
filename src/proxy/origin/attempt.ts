import type { OriginAnswer } from "../../cache/storage.ts";
import { ANY_HOST } from "../../cache/types.ts";
import { Fields, toHeaders } from "../../http/field-section.ts";
import { parseRetryAfter } from "../../http/retry-after.ts";
import type { StoredBody } from "../../store/store.ts";
import type { Exchange, Shell } from "../shell.ts";
import type { Sent } from "./authenticate.ts";
import { publicLocations } from "./location.ts";
import { askedAt, fieldsFor, type OriginRequest, urlFor } from "./origin-request.ts";
import { probe } from "./probe.ts";
import type { Slot } from "./slots.ts";
import { addAuthentication, type Upstream } from "./upstreams.ts";
import { watchedBody } from "./watched-body.ts";

/** What the origin answered, with its body as it came: still encoded, not yet read. */
export interface OriginReply {
  readonly answer: OriginAnswer;
  /** Null where the origin could not be asked. Carries the body, or the WebSocket of an upgrade. */
  readonly response: Response | null;
  readonly body: StoredBody | null;
  /**
   * The same once a body of this length has been read, in bytes; a failure where it breaks off, is of another length,
   * or takes longer than the head might have taken for both.
   */
  readonly whole: (length: number) => Promise<OriginReply>;
  /** The name of the origin that this is the answer of. */
  readonly origin: string;
}

const BUSY_SECONDS = 1;
/** Also behind a head that came at the last moment. Those who wait for both have more patience (collapse.ts). */
const LEAST_BODY_MS = 1_000;
/** What counts as an origin that is not well. */
const ILL_STATUSES = new Set([500, 502, 503, 504]);

/** Asks one origin once, unless it is known to be ill or busy. */
export async function attempt(
  upstream: Upstream,
  exchange: Exchange,
  request: OriginRequest,
  shell: Shell,
): Promise<OriginReply> {
  const reply = await sendIfWell(upstream, exchange, request, shell);
  count(upstream, reply, shell);
  return reply;
}

// It may be the answer to a write, which cannot be sent again.
function count({ settings }: Upstream, { answer }: OriginReply, { stats }: Shell): void {
  try {
    stats.asked(settings.name, answer);
  } catch (error) {
    console.error(`counting a request failed: ${String(error)}`);
  }
}

async function sendIfWell(
  upstream: Upstream,
  exchange: Exchange,
  request: OriginRequest,
  shell: Shell,
): Promise<OriginReply> {
  const { breaker, slots, settings } = upstream;
  const admission = breaker?.admit(shell.clock()) ?? "send";
  if (admission === "test" && settings.breaker?.probe) {
    exchange.waitUntil(probe(upstream, settings.breaker.probe, shell));
  }
  if (admission === "refuse" || (admission === "test" && settings.breaker?.probe)) {
    return unsent(upstream, "circuit-open", breaker?.secondsLeft(shell.clock()) ?? null);
  }
  const slot = slots?.take(shell.clock()) ?? null;
  if (slots !== null && slot === null) {
    // A test that cannot be sent says nothing of the origin.
    if (admission === "test") breaker?.postpone();
    return unsent(upstream, "origin-busy", BUSY_SECONDS);
  }
  const reply = await send({ upstream, exchange, request, slot }, shell);
  judge(upstream, reply, shell.clock());
  return reply;
}

function unsent(
  { settings }: Upstream,
  failure: Extract<OriginAnswer, { kind: "failure" }>["failure"],
  retryAfterSeconds: number | null,
): OriginReply {
  const reply: OriginReply = {
    answer: { kind: "failure", failure, retryAfterSeconds },
    response: null,
    body: null,
    whole: () => Promise.resolve(reply),
    origin: settings.name,
  };
  return reply;
}

interface Sending {
  readonly upstream: Upstream;
  readonly exchange: Exchange;
  readonly request: OriginRequest;
  readonly slot: Slot | null;
}

async function send(sending: Sending, { config, clock }: Shell): Promise<OriginReply> {
  const { upstream, exchange, request, slot } = sending;
  const { settings, firstByteSeconds } = upstream;
  const requestedAt = clock();
  const breakOff = new AbortController();
  const abort = () => breakOff.abort();
  const timer = setTimeout(abort, firstByteSeconds * 1000);
  const brokenOff = () =>
    unsent(upstream, breakOff.signal.aborted ? "origin-timeout" : "origin-unreachable", null);
  try {
    // What is left of it when the head has come is the body's.
    if (settings.totalSeconds !== null) setTimeout(abort, settings.totalSeconds * 1000);
    const url = urlFor(upstream, exchange);
    const headers = toHeaders(fieldsFor(exchange, request, config.variables));
    if (settings.auth) await addAuthentication(headers, sentAs(url, request, requestedAt), upstream, config);
    const { to, content } = askedAt(url, exchange, request);
    const received = await upstream.send(to, {
      ...content,
      headers,
      redirect: "manual",
      signal: breakOff.signal,
      // The bytes are passed on and stored as they come, whatever their coding.
      encodeResponseBody: "manual",
      // Cloudflare's own cache in front of the origin must not answer in its place.
      cf: { cacheTtlByStatus: { "100-599": -1 } },
    });
    const response = watched(received, sending, { abort, clock });
    const fields = publicLocations(new Fields(received.headers), publicOriginOf(exchange), upstream);
    const arrival = { status: received.status, headers: fields, requestedAt, respondedAt: clock() };
    const reply: OriginReply = {
      answer: { kind: "response", arrival },
      response,
      body: response.body,
      whole: async (length) => {
        const leftMs = requestedAt + firstByteSeconds * 1000 - clock();
        const body = await bytesInTime(response, Math.max(leftMs, LEAST_BODY_MS), abort);
        return body?.byteLength === length ? { ...reply, body } : brokenOff();
      },
      origin: settings.name,
    };
    return reply;
  } catch {
    slot?.giveBack();
    return brokenOff();
  } finally {
    clearTimeout(timer);
  }
}

// Once all has come there is nothing left to break off, and the timer may run on.
async function bytesInTime(
  response: Response,
  limitMs: number,
  abort: () => void,
): Promise<ArrayBuffer | null> {
  setTimeout(abort, limitMs);
  return response.arrayBuffer().catch(() => null);
}

function sentAs(url: string, { method, body }: OriginRequest, now: number): Sent {
  return { method, url: new URL(url), content: body instanceof ArrayBuffer ? body : null, now };
}

// One copy for all hosts leads to whichever the client is on (RFC 9110 §10.2.2).
function publicOriginOf({ head }: Exchange): string {
  const { origin } = head.url;
  return origin === ANY_HOST ? "" : origin;
}

// Bodies are touched only where something has to be known of them.
function watched(
  response: Response,
  { upstream, exchange, slot }: Sending,
  { abort, clock }: { readonly abort: () => void; readonly clock: () => number },
): Response {
  const { betweenBytesSeconds } = upstream.settings;
  if (response.body === null || response.webSocket) {
    slot?.giveBack();
    return response;
  }
  if (slot === null && betweenBytesSeconds === null) return response;
  const length = response.headers.get("content-length");
  const { readable, done } = watchedBody(response.body, length === null ? null : Number(length), {
    betweenBytesMs: betweenBytesSeconds === null ? null : betweenBytesSeconds * 1000,
    abort,
    arrived: () => slot?.renew(clock()),
    ended: () => slot?.giveBack(),
  });
  // Also when the client leaves it is worth to know when the origin is done.
  exchange.waitUntil(done);
  return new Response(readable, { status: response.status, headers: response.headers, encodeBody: "manual" });
}

function judge({ breaker }: Upstream, { answer }: OriginReply, now: number): void {
  if (answer.kind === "failure") breaker?.failed(now, null);
  else if (!ILL_STATUSES.has(answer.arrival.status)) breaker?.succeeded();
  else breaker?.failed(now, parseRetryAfter(answer.arrival.headers.get("retry-after"), now));
}
