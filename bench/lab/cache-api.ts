/**
 * What stands behind `caches.default`, a process of its own: workerd asks it for a stored response by GET with
 * `only-if-cached`, hands it one to store by PUT, as the text of an HTTP response, and removes one by PURGE. It keeps
 * responses as long as their `max-age`, and answers conditions and ranges, as Cloudflare's does.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { listen } from "./child.ts";

interface Kept {
  readonly status: number;
  /** Names and values, in turns. */
  readonly fields: readonly string[];
  readonly body: Buffer;
  readonly etag: string | null;
  readonly modified: string | null;
  readonly keptAt: number;
  readonly expiresAt: number;
}

const MOST_BYTES = 1024 * 1024 * 1024;
const kept = new Map<string, Kept>();
let bytes = 0;

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const key = `${request.headers["cf-cache-namespace"] ?? ""} ${request.headers.host}${request.url}`;
  if (request.method === "GET") answer(kept.get(key), request, response);
  else if (request.method === "PUT") put(key, request, response);
  else if (request.method === "PURGE") response.writeHead(drop(key) ? 200 : 404).end();
  else response.writeHead(405).end();
});
listen(server);

function answer(found: Kept | undefined, request: IncomingMessage, response: ServerResponse): void {
  if (found === undefined || found.expiresAt <= Date.now()) {
    response.writeHead(504, ["cf-cache-status", "MISS"]).end();
    return;
  }
  const age = Math.floor((Date.now() - found.keptAt) / 1000);
  const fields = [...found.fields, "cf-cache-status", "HIT", "age", String(age)];
  if (isNotModified(found, request)) response.writeHead(304, fields).end();
  else if (request.headers.range !== undefined && found.status === 200)
    answerRange(found, request.headers.range, fields, response);
  else
    response
      .writeHead(found.status, [...fields, "content-length", String(found.body.length)])
      .end(found.body);
}

function isNotModified({ etag, modified }: Kept, { headers }: IncomingMessage): boolean {
  const wanted = headers["if-none-match"];
  if (wanted !== undefined) return etag !== null && wanted.split(",").some((tag) => tag.trim() === etag);
  return modified !== null && headers["if-modified-since"] === modified;
}

function answerRange({ body }: Kept, range: string, fields: string[], response: ServerResponse): void {
  const [, from = "", to = ""] = /^bytes=(\d*)-(\d*)$/.exec(range) ?? [];
  const first = from === "" ? body.length - Number(to) : Number(from);
  const last = from === "" || to === "" ? body.length - 1 : Math.min(Number(to), body.length - 1);
  const part = body.subarray(first, last + 1);
  const described = [
    "content-range",
    `bytes ${first}-${last}/${body.length}`,
    "content-length",
    String(part.length),
  ];
  response.writeHead(206, [...fields, ...described]).end(part);
}

function put(key: string, request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  request.on("data", (chunk) => chunks.push(chunk));
  // What was cut short is not kept.
  request.on("end", () => {
    keep(key, Buffer.concat(chunks));
    response.writeHead(204).end();
  });
}

function keep(key: string, message: Buffer): void {
  const end = message.indexOf("\r\n\r\n");
  const [statusLine = "", ...lines] = message.toString("latin1", 0, end).split("\r\n");
  const pairs = lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  const fieldOf = (name: string) => pairs.find(([other]) => other === name)?.[1] ?? null;
  const seconds = Number(/(?:s-maxage|max-age)=(\d+)/.exec(fieldOf("cache-control") ?? "")?.[1] ?? 0);
  drop(key);
  const body = Buffer.from(message.subarray(end + 4));
  kept.set(key, {
    status: Number(statusLine.split(" ")[1]),
    fields: pairs.filter(([name]) => !OF_THE_MESSAGE.has(name)).flat(),
    body,
    etag: fieldOf("etag"),
    modified: fieldOf("last-modified"),
    keptAt: Date.now(),
    expiresAt: Date.now() + seconds * 1000,
  });
  bytes += body.length;
  for (const oldest of kept.keys()) {
    if (bytes <= MOST_BYTES) break;
    drop(oldest);
  }
}

const OF_THE_MESSAGE = new Set(["connection", "content-length", "transfer-encoding"]);

function drop(key: string): boolean {
  bytes -= kept.get(key)?.body.length ?? 0;
  return kept.delete(key);
}
