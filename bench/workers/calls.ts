/**
 * What the promises cost by themselves: the calls of the runtime that selvedge makes, without its decisions. Time limits on
 * the Cache API and on the origin; a record beside each body, from which fields, Age and Cache-Status come; the origin's own
 * bytes, kept out of Cloudflare's cache; a second look-up before anything is stored, for what was invalidated meanwhile.
 */
import { within } from "../../src/within.ts";
import { type Env, originUrl } from "./origin-url.ts";

const CACHE_LIMIT_MS = 2_000;
const ORIGIN_LIMIT_MS = 1_000;
const RECORD_FIELD = "selvedge-record";

/** As much as selvedge writes down of a response. */
interface Record {
  readonly v: number;
  readonly index: null;
  readonly response: {
    readonly uri: string;
    readonly rule: string | null;
    readonly status: number;
    readonly headers: readonly (readonly [string, string])[];
    readonly requestedAt: number;
    readonly respondedAt: number;
    readonly nominated: readonly string[];
    readonly bodyLength: number;
    readonly range: null;
    readonly tags: readonly string[];
    readonly suspect: boolean;
  };
}

export default {
  async fetch(request, env, context) {
    if (new URL(request.url).pathname.startsWith("/pass/")) return pass(request, env);
    const stored = await lookup(request);
    return stored === undefined ? miss(request, env, context) : hit(stored);
  },
} satisfies ExportedHandler<Env>;

function hit(stored: Response): Response {
  const { response }: Record = JSON.parse(stored.headers.get(RECORD_FIELD) ?? "");
  const answer = new Response(stored.body, { status: response.status });
  for (const [name, value] of response.headers) answer.headers.append(name, value);
  answer.headers.set("age", String(Math.floor((Date.now() - response.respondedAt) / 1000)));
  answer.headers.set("cache-status", "selvedge; hit; ttl=3600");
  return answer;
}

async function miss(request: Request, env: Env, context: ExecutionContext): Promise<Response> {
  const requestedAt = Date.now();
  const received = await ask(request, env);
  const body = await within(ORIGIN_LIMIT_MS, received.arrayBuffer());
  const headers = [...received.headers];
  context.waitUntil(keep(request, { status: received.status, headers, requestedAt }, body));
  const answer = new Response(body, { status: received.status });
  for (const [name, value] of headers) answer.headers.append(name, value);
  answer.headers.set("cache-status", "selvedge; fwd=uri-miss; stored; ttl=3600");
  return answer;
}

async function pass(request: Request, env: Env): Promise<Response> {
  const received = await ask(request, env);
  const answer = new Response(received.body, received);
  answer.headers.set("cache-status", "selvedge; fwd=bypass; detail=rule-pass");
  answer.headers.delete("connection");
  return answer;
}

/** Fields that the client sent are added to and taken away from. What breaks off must not go on. */
async function ask(request: Request, env: Env): Promise<Response> {
  const headers = new Headers(request.headers);
  headers.set("x-forwarded-proto", "http");
  headers.append("via", "1.1 selvedge");
  headers.delete("host");
  const breakOff = new AbortController();
  const timer = setTimeout(() => breakOff.abort(), ORIGIN_LIMIT_MS);
  try {
    return await fetch(originUrl(request, env), {
      method: request.method,
      headers,
      redirect: "manual",
      signal: breakOff.signal,
      encodeResponseBody: "manual",
      cf: { cacheTtlByStatus: { "100-599": -1 } },
    });
  } finally {
    clearTimeout(timer);
  }
}

type Known = Pick<Record["response"], "status" | "headers" | "requestedAt">;

async function keep(request: Request, known: Known, body: ArrayBuffer): Promise<void> {
  if ((await lookup(request)) !== undefined) return;
  const response = {
    ...{ uri: request.url, rule: null, ...known, respondedAt: Date.now(), nominated: [] },
    ...{ bodyLength: body.byteLength, range: null, tags: [], suspect: false },
  };
  const headers = {
    "content-type": "application/octet-stream",
    "cache-control": "public, max-age=2592000",
    [RECORD_FIELD]: JSON.stringify({ v: 3, index: null, response } satisfies Record),
  };
  await within(CACHE_LIMIT_MS, caches.default.put(request.url, new Response(body, { headers })));
}

function lookup(request: Request): Promise<Response | undefined> {
  return within(CACHE_LIMIT_MS, caches.default.match(request.url));
}
