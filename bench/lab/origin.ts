/**
 * The origin of the scenarios, a process of its own. The query says what it answers: `size` in bytes, `cc` as
 * Cache-Control, `delay` in milliseconds, `vary` as Vary, whose field is repeated in the body.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { listen } from "./child.ts";

const MODIFIED = "Mon, 02 Nov 2026 10:00:00 GMT";
const LARGEST_BYTES = 128 * 1024 * 1024;
const FILLER = Buffer.alloc(64 * 1024, "selvedge ");

let mode = "ok";
let asked = 0;

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  asked += 1;
  const query = new URL(request.url ?? "/", "http://origin").searchParams;
  setTimeout(() => answer(request, response, query), Number(query.get("delay") ?? 0));
});
listen(server, (message) => (message === "take" ? takeAsked() : setMode(message)));

/** How often it was asked since the last time. */
function takeAsked(): number {
  const taken = asked;
  asked = 0;
  return taken;
}

/** "ok", "503", "reset", "hang", or "refuse": nobody listens any more. */
function setMode(next: string): number {
  const address = server.address() as AddressInfo | null;
  if (next === "refuse" && address !== null) close(address.port);
  else reopen();
  mode = next;
  return 0;
}

let reopen = () => {};

function close(port: number): void {
  server.close();
  server.closeAllConnections();
  reopen = () => {
    reopen = () => {};
    server.listen(port, "127.0.0.1");
  };
}

function answer(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): void {
  if (mode === "hang") return;
  if (mode === "reset") request.socket.destroy();
  else if (mode === "503") response.writeHead(503, { "content-type": "text/plain" }).end("no");
  else answerWell(request, response, query);
}

function answerWell(request: IncomingMessage, response: ServerResponse, query: URLSearchParams): void {
  const vary = query.get("vary");
  const size = Math.min(Number(query.get("size") ?? 2048), LARGEST_BYTES);
  const varied = vary === null ? null : Buffer.from(String(request.headers[vary] ?? ""));
  const length = varied?.length ?? size;
  response.writeHead(200, {
    "content-type": "text/plain; charset=utf-8",
    "content-length": length,
    "cache-control": query.get("cc") ?? "max-age=3600",
    etag: `"${length}-${varied ?? ""}"`,
    "last-modified": MODIFIED,
    "x-content-type-options": "nosniff",
    "x-request-cost": "12",
    ...(vary !== null && { vary }),
  });
  if (varied !== null) response.end(varied);
  else sendFiller(response, size);
}

function sendFiller(response: ServerResponse, left: number): void {
  if (left <= FILLER.length) response.end(FILLER.subarray(0, left));
  else if (response.write(FILLER)) sendFiller(response, left - FILLER.length);
  else response.once("drain", () => sendFiller(response, left - FILLER.length));
}
