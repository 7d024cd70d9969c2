/**
 * An origin under a test's control: what it answers is scripted per path, misbehaviour of a server or of the
 * network included, and every request that reaches it is recorded.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";

/** One value, or one line each for several. */
export type Fields = Readonly<Record<string, string | readonly string[]>>;

export interface Scripted {
  /** Default 200. */
  readonly status?: number;
  /** Sent as written. `Date` and `Content-Length` are added unless named here; an empty list sends none. */
  readonly headers?: Fields;
  /** Default: `answer <n>`, n counting the requests for this path from 1. */
  readonly body?: string | Buffer;
  /** Before the header section. */
  readonly delayMs?: number;
  /** Between the header section and the body. */
  readonly bodyDelayMs?: number;
  /**
   * "reset" closes the connection instead of answering, "hang" never answers; "cut" and "cut-chunked" send
   * the header section of a longer body and then close the connection amid it.
   */
  readonly fault?: "reset" | "hang" | "cut" | "cut-chunked";
  /** Chunked transfer coding in place of Content-Length. */
  readonly chunked?: boolean;
}

/** A script's item, or a handler that writes the answer itself. */
export type Answer = Scripted | ((request: IncomingMessage, response: ServerResponse) => void);

export interface Received {
  readonly method: string;
  readonly url: string;
  /** Lower-case names; several lines of one field joined by ", ". */
  readonly headers: Readonly<Record<string, string>>;
  /** Complete once the request has ended. */
  body: string;
}

export interface Origin {
  readonly url: string;
  /** Answers requests for a path in this order; beyond the last, the last one repeats. */
  script(path: string, answers: readonly Answer[]): void;
  /** The requests for a path (without its query) so far. */
  received(path: string): readonly Received[];
  /** All requests so far, by path. */
  all(): readonly Received[];
  onUpgrade(handler: (request: IncomingMessage, socket: Duplex) => void): void;
  stop(): Promise<void>;
}

export async function startOrigin(): Promise<Origin> {
  const scripts = new Map<string, Answer[]>();
  const received = new Map<string, Received[]>();
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    const path = pathOf(request);
    const log = received.get(path) ?? [];
    received.set(path, log);
    log.push(record(request));
    const script = scripts.get(path) ?? [];
    const answer = (script.length > 1 ? script.shift() : script[0]) ?? { status: 404, body: "no script" };
    if (typeof answer === "function") answer(request, response);
    else void play(answer, { request, response, count: log.length });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    script: (path, answers) => void scripts.set(path, [...answers]),
    received: (path) => received.get(path) ?? [],
    all: () => [...received.values()].flat(),
    onUpgrade: (handler) => void server.on("upgrade", handler),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? "").split("?", 1)[0] ?? "";
}

function record(request: IncomingMessage): Received {
  const headers: Record<string, string> = {};
  for (const [name, values] of Object.entries(request.headersDistinct))
    headers[name] = (values ?? []).join(", ");
  const seen: Received = { method: request.method ?? "", url: request.url ?? "", headers, body: "" };
  request.on("data", (chunk: Buffer) => {
    seen.body += chunk;
  });
  request.on("error", () => {});
  return seen;
}

interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly count: number;
}

async function play(scripted: Scripted, { request, response, count }: Call): Promise<void> {
  const { fault, delayMs = 0, bodyDelayMs = 0 } = scripted;
  if (delayMs > 0) await sleep(delayMs);
  if (fault === "reset") return void request.socket.destroy();
  if (fault === "hang") return;
  const body = Buffer.from(scripted.body ?? `answer ${count}`);
  response.sendDate = false;
  response.on("error", () => {});
  response.writeHead(scripted.status ?? 200, headersOf(scripted, body));
  if (bodyDelayMs > 0) {
    response.flushHeaders();
    await sleep(bodyDelayMs);
  }
  if (fault === undefined) return void response.end(hasBody(request, scripted) ? body : undefined);
  response.write(body);
  // The bytes must be on their way before the connection ends.
  await sleep(50);
  request.socket.destroy();
}

function hasBody(request: IncomingMessage, { status = 200 }: Scripted): boolean {
  return request.method !== "HEAD" && status !== 204 && status !== 304;
}

const UNREACHED_BYTES = 100;

/** Flat name and value pairs, which Node writes as they are. */
function headersOf(scripted: Scripted, body: Buffer): string[] {
  const { headers = {}, status = 200, fault, chunked } = scripted;
  const given = new Set(Object.keys(headers).map((name) => name.toLowerCase()));
  const pairs = Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().flatMap((line) => [name, line as string]),
  );
  if (!given.has("date")) pairs.push("Date", new Date().toUTCString());
  const framed = given.has("content-length") || status === 204 || status === 304;
  if (chunked || fault === "cut-chunked") pairs.push("Transfer-Encoding", "chunked");
  else if (!framed)
    pairs.push("Content-Length", String(body.length + (fault === "cut" ? UNREACHED_BYTES : 0)));
  return pairs;
}
