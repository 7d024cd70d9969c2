/** The origin of the soak: it changes what it shows all the time, and misbehaves as origins do. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { bodyOf, etagOf, kindOf, type Label } from "./world.ts";

export type Fault = "none" | "hang" | "reset" | "503" | "500" | "short";

/** How long a request to an ailing origin is kept waiting: longer than the Worker waits. */
const HANG_MS = 4_000;
const FAULTS: readonly Fault[] = ["hang", "reset", "503", "500", "short"];
/** Of the requests, in parts of one. */
const FAULTY = 0.04;

export class SoakOrigin {
  readonly faults = new Map<Fault, number>();
  /** How many requests for a herd's key were under way at once, at the most. */
  mostAtOnce = 0;
  asked = 0;
  /** While it is down, nothing else is answered. */
  isDown = false;
  /** Without faults: for the end, when all has to come right again. */
  isWell = false;
  readonly #versions = new Map<string, number>();
  /** When each version of a path was replaced, its index being the version. */
  readonly #replacedAt = new Map<string, number[]>();
  readonly #underWay = new Map<string, number>();
  readonly #server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    response.on("error", () => {});
    void this.#answer(request, response);
  });

  async start(): Promise<{ readonly url: string; readonly port: number }> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    const { port } = this.#server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}`, port };
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  version(path: string): number {
    return this.#versions.get(path) ?? 0;
  }

  /** Since when a version is no longer what the origin shows, or null while it is. */
  replacedAt({ path, version }: Label): number | null {
    return this.#replacedAt.get(path)?.[version] ?? null;
  }

  change(path: string): void {
    const version = this.version(path);
    const instants = this.#replacedAt.get(path) ?? [];
    instants[version] = performance.now();
    this.#replacedAt.set(path, instants);
    this.#versions.set(path, version + 1);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.asked += 1;
    request.resume();
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    const isHerd = path.startsWith("/herd/") && request.method === "GET";
    // What comes to credentials that no key holds is nobody else's: each of them asks for itself.
    const done = isHerd && request.headers.authorization === undefined ? this.#count(path) : () => {};
    // Who has given up is heard of at once; that the connection is closed is told a turn later, and others come meanwhile.
    const { socket } = request;
    socket.once("end", done);
    response.once("close", () => {
      socket.off("end", done);
      done();
    });
    const fault = this.#faultFor(isHerd);
    this.faults.set(fault, (this.faults.get(fault) ?? 0) + 1);
    if (fault === "hang") await sleep(HANG_MS);
    if (fault === "reset" || fault === "hang") return void request.socket.destroy();
    if (fault === "503" || fault === "500") return void response.writeHead(Number(fault)).end("ailing\n");
    await sleep(isHerd ? 100 : Math.random() * 10);
    if (request.method === "POST") return this.#write(path, response);
    this.#show(request, response, path, fault === "short");
  }

  // A body cut short cannot be shared: each who waits for it asks for itself, which a herd's key is not to show.
  #faultFor(isHerd: boolean): Fault {
    if (this.isWell) return "none";
    if (this.isDown) return Math.random() < 0.5 ? "503" : "reset";
    if (Math.random() > FAULTY) return "none";
    const fault = FAULTS[Math.floor(Math.random() * FAULTS.length)] ?? "none";
    return isHerd && fault === "short" ? "none" : fault;
  }

  #count(key: string): () => void {
    const now = (this.#underWay.get(key) ?? 0) + 1;
    this.#underWay.set(key, now);
    this.mostAtOnce = Math.max(this.mostAtOnce, now);
    let isOver = false;
    return () => {
      if (!isOver) this.#underWay.set(key, (this.#underWay.get(key) ?? 1) - 1);
      isOver = true;
    };
  }

  #write(path: string, response: ServerResponse): void {
    this.change(path);
    response.writeHead(200, { "x-version": this.version(path) }).end("written\n");
  }

  #show(request: IncomingMessage, response: ServerResponse, path: string, isShort: boolean): void {
    const kind = kindOf(path);
    const lang = kind.name === "lang" ? (request.headers["accept-language"] ?? "none") : "-";
    const user = request.headers.authorization?.replace("Bearer ", "") ?? "-";
    const label = { path, user, lang, version: this.version(path) };
    const etag = etagOf(label);
    const vary =
      kind.name === "lang" ? { vary: "Accept-Language", "cache-control": `max-age=${kind.ttlSeconds}` } : {};
    const fields = { etag, "content-type": "text/plain", ...vary };
    if (request.headers["if-none-match"] === etag) return void response.writeHead(304, fields).end();
    const body = bodyOf(label);
    response.writeHead(200, { ...fields, "content-length": body.length });
    if (request.method === "HEAD") return void response.end();
    if (!isShort) return void response.end(body);
    response.write(body.subarray(0, body.length / 2), () => setTimeout(() => request.socket.destroy(), 20));
  }
}
