import { ANY_HOST } from "../cache/canonical.ts";
import type { OriginAnswer } from "../cache/storage.ts";
import type { Config } from "../config.ts";
import { dropFields, endToEnd } from "../http/fields.ts";
import { revealCredentials } from "./credentials.ts";
import { publicLocations } from "./location.ts";
import type { Exchange, Shell } from "./shell.ts";

/** What the origin answered, with its body as it came: still encoded, not yet read. */
export interface OriginReply {
  readonly answer: OriginAnswer;
  /** Null where the origin could not be asked. Carries the body, or the WebSocket of an upgrade. */
  readonly response: Response | null;
}

/** How the request to the origin differs from the client's. */
export interface OriginRequest {
  readonly method: string;
  readonly body: ArrayBuffer | ReadableStream | null;
  /** Fields to set, or to remove where null, beside those of every forwarded request. */
  readonly fields: Readonly<Record<string, string | null>>;
}

/** Asks the origin once. Failures are answers too; nothing is thrown. */
export async function askOrigin(
  asked: Exchange,
  request: OriginRequest,
  { config, clock }: Shell,
): Promise<OriginReply> {
  const exchange = { ...asked, head: revealCredentials(asked.head, asked.credentials) };
  const asking = toOrigin(exchange, request, config);
  const headers = originHeaders(exchange, request);
  const requestedAt = clock();
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), config.originTimeoutSeconds * 1000);
  try {
    const response = await fetch(asking, {
      headers,
      redirect: "manual",
      signal: timeout.signal,
      // The bytes are passed on and stored as they come, whatever their coding.
      encodeResponseBody: "manual",
      // Cloudflare's own cache in front of the origin must not answer in its place.
      cf: { cacheTtlByStatus: { "100-599": -1 } },
    });
    // One copy for all hosts leads to whichever the client is on (RFC 9110 §10.2.2).
    const { origin } = exchange.head.url;
    const fields = publicLocations(response.headers, origin === ANY_HOST ? "" : origin, config);
    const arrival = { status: response.status, headers: fields, requestedAt, respondedAt: clock() };
    return { answer: { kind: "response", arrival }, response };
  } catch {
    const failure = timeout.signal.aborted ? "origin-timeout" : "origin-unreachable";
    return { answer: { kind: "failure", failure }, response: null };
  } finally {
    clearTimeout(timer);
  }
}

// The platform refuses to be given content with GET or HEAD, but lets it through in a copy of a request that
// came with some (RFC 9110 §9.3.1: it has no meaning to us, and may have one to the origin).
function toOrigin(exchange: Exchange, { method, body }: OriginRequest, config: Config): Request {
  const url = originUrl(exchange, config);
  return READ_METHODS.has(method) && body !== null
    ? new Request(url, exchange.request)
    : new Request(url, { method, body });
}

function originUrl({ head }: Exchange, config: Config): string {
  return config.origin.origin + config.originPath + head.url.pathname + head.url.search;
}

function originHeaders(exchange: Exchange, request: OriginRequest): Headers {
  const { url, headers: received } = exchange.head;
  const headers = dropFields(endToEnd(received), spoofableFields(received, request.method));
  const client = received.get("cf-connecting-ip");
  if (client !== null) headers.set("x-forwarded-for", client);
  headers.set("x-forwarded-proto", url.protocol.slice(0, -1));
  if (url.origin !== ANY_HOST) headers.set("x-forwarded-host", url.host);
  // RFC 9110 §7.6.3
  headers.append("via", "1.1 selvedge");
  // `fetch` writes the origin's own Host.
  headers.delete("host");
  if (isWebSocket(received)) headers.set("upgrade", "websocket");
  for (const [name, value] of Object.entries(request.fields)) {
    if (value === null) headers.delete(name);
    else headers.set(name, value);
  }
  return headers;
}

const READ_METHODS = new Set(["GET", "HEAD"]);
const CLAIMED_ADDRESSES = [
  "forwarded",
  "x-original-url",
  "x-rewrite-url",
  "x-original-host",
  "x-host",
  "x-real-ip",
];
const CLAIMED_METHODS = ["x-http-method-override", "x-http-method", "x-method-override"];

// What a client claims about its address, its target or its method is in no key, and an origin that believes it
// would answer others with what was meant for this one.
function spoofableFields(received: Headers, method: string): readonly string[] {
  const forwarded = [...received.keys()].filter((name) => name.startsWith("x-forwarded-"));
  return [...forwarded, ...CLAIMED_ADDRESSES, ...(READ_METHODS.has(method) ? CLAIMED_METHODS : [])];
}

function isWebSocket(headers: Headers): boolean {
  return headers.get("upgrade")?.toLowerCase() === "websocket";
}
