import type { OriginPolicy } from "../../cache/policy.ts";
import { parseRetryAfter } from "../../http/retry-after.ts";
import { discard } from "../../store/discard.ts";
import { revealCredentials } from "../access/credentials.ts";
import { readBody } from "../request/request-body.ts";
import type { Exchange, Shell } from "../shell.ts";
import { attempt, type OriginReply } from "./attempt.ts";
import type { OriginRequest } from "./origin-request.ts";
import { drawn } from "./shares.ts";
import type { Upstream } from "./upstreams.ts";

/**
 * Asks the origin that the policy names; where that fails, and the request may be sent again, the same once more or
 * the next. Failures are answers too; nothing is thrown.
 */
export async function askOrigin(asked: Exchange, wanted: OriginRequest, shell: Shell): Promise<OriginReply> {
  const exchange = { ...asked, head: revealCredentials(asked.head, asked.credentials) };
  const { origin } = exchange.policy;
  const upstreams = upstreamsFor(origin, shell);
  const isRepeatable = mayBeRepeated(exchange, wanted);
  const request = await withContentToSign(wanted, exchange, upstreams);
  let best: OriginReply | null = null;
  for (const upstream of upstreams) {
    const reply = await askUpstream(upstream, exchange, { request, isRepeatable }, shell);
    // What one origin says in trouble is worth more to the client than that another says nothing.
    if (best !== null && reply.response === null) continue;
    if (best !== null) discard(best.body);
    if (!mayFailOver(reply, origin, isRepeatable)) return reply;
    best = reply;
  }
  if (best === null) throw new Error("a policy names no origin");
  return best;
}

// What is to be signed has to be known before any of it is sent. Content of GET and HEAD goes as it came (askedAt).
async function withContentToSign(
  request: OriginRequest,
  { request: received }: Exchange,
  upstreams: readonly Upstream[],
): Promise<OriginRequest> {
  const most = Math.max(...upstreams.map(({ settings }) => settings.auth?.signature?.maxBodyBytes ?? -1));
  if (most < 0 || request.body !== received.body || received.body === null) return request;
  if (request.method === "GET" || request.method === "HEAD") return request;
  const content = await readBody(received, most);
  return { ...request, body: content.kind === "hashed" ? content.bytes : content.body };
}

const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS", "TRACE", "QUERY"]);

// RFC 9110 §9.2.2. A read with a body is one that the operator has declared to be safe.
function mayBeRepeated({ content }: Exchange, { method, body }: OriginRequest): boolean {
  if (body instanceof ReadableStream) return false;
  return SAFE_METHODS.has(method) || content instanceof ArrayBuffer;
}

// A write that has been sent may have been done; one that was not sent was not.
function mayFailOver(
  { answer }: OriginReply,
  { failoverStatuses }: OriginPolicy,
  isRepeatable: boolean,
): boolean {
  if (answer.kind === "response") return isRepeatable && failoverStatuses.includes(answer.arrival.status);
  return isRepeatable || answer.failure === "circuit-open" || answer.failure === "origin-busy";
}

/** In the order to be asked in. */
function upstreamsFor({ names, weights }: OriginPolicy, { upstreams, chance }: Shell): readonly Upstream[] {
  const first = weights === null ? 0 : drawn(weights, chance());
  const ordered: Upstream[] = [];
  for (let index = 0; index < names.length; index++) {
    const upstream = upstreams.get(names[(first + index) % names.length] ?? "");
    if (upstream !== undefined) ordered.push(upstream);
  }
  return ordered;
}

interface Asking {
  readonly request: OriginRequest;
  readonly isRepeatable: boolean;
}

async function askUpstream(
  upstream: Upstream,
  exchange: Exchange,
  { request, isRepeatable }: Asking,
  shell: Shell,
): Promise<OriginReply> {
  const attempts = isRepeatable ? upstream.settings.retries.attempts : 0;
  for (let retry = 0; ; retry++) {
    const reply = await attempt(upstream, exchange, request, shell);
    const pauseMs = retry < attempts ? pauseBefore(retry, reply, upstream, shell) : null;
    if (pauseMs === null) return reply;
    discard(reply.body);
    await scheduler.wait(pauseMs);
  }
}

/** Milliseconds to wait before the request is sent again, or null where that would be of no use. */
function pauseBefore(
  retry: number,
  { answer }: OriginReply,
  { settings }: Upstream,
  { clock, chance }: Shell,
): number | null {
  const { backoffMs, statuses } = settings.retries;
  // From half of it to the whole: those who failed together should not come back together.
  const pauseMs = backoffMs * 2 ** retry * (0.5 + chance() / 2);
  if (answer.kind === "failure") return answer.failure === "circuit-open" ? null : pauseMs;
  const { status, headers } = answer.arrival;
  if (!statuses.includes(status)) return null;
  const askedSeconds = parseRetryAfter(headers.get("retry-after"), clock()) ?? 0;
  return askedSeconds * 1000 > pauseMs ? null : pauseMs;
}
