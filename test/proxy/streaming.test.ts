/** Bodies on their way: uploads, downloads and events pass as they come, in bounded memory. WebSockets too. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { open, send } from "../support/client.ts";
import { type RunningWorker, startWorker } from "../support/harness.ts";
import { type Origin, startOrigin } from "../support/origin.ts";

const MEGABYTE = 1024 * 1024;
/** More than what either bound allows, so that a body held whole would break it. */
const LARGE_BYTES = 200 * MEGABYTE;

let origin: Origin;
let worker: RunningWorker;

beforeAll(async () => {
  origin = await startOrigin();
  worker = await startWorker({ origin: origin.url, vars: { LOG: "off", ORIGIN_TIMEOUT: "2s" } });
});

afterAll(async () => {
  await worker?.close();
  await origin?.stop();
});

/** Writes a large body as fast as it is read, and no faster. */
async function writeLarge(response: ServerResponse, headers: Record<string, string>): Promise<void> {
  const chunk = Buffer.alloc(MEGABYTE, "x");
  response.writeHead(200, { "Content-Length": LARGE_BYTES, ...headers });
  for (let sent = 0; sent < LARGE_BYTES; sent += chunk.length) {
    if (!response.write(chunk)) await once(response, "drain");
  }
  response.end();
}

async function countBytes(message: IncomingMessage): Promise<number> {
  let total = 0;
  for await (const chunk of message) total += (chunk as Buffer).length;
  return total;
}

/** Resident memory of this run's workerd, in bytes: the greatest of its descendants of that name. */
function workerdMemory(): number {
  const sizes = descendants(process.pid).filter(isWorkerd).map(residentBytes);
  return Math.max(0, ...sizes);
}

function descendants(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").split(" ").filter(Boolean).map(Number),
  );
  return children.flatMap((child) => [child, ...descendants(child)]);
}

function isWorkerd(pid: number): boolean {
  return execFileSync("ps", ["-o", "comm=", "-p", String(pid)])
    .toString()
    .startsWith("workerd");
}

function residentBytes(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes ?? 0) * 1024;
}

describe("large bodies", () => {
  test.for([
    ["that are not stored", "no-store"],
    ["on their way into the store", "max-age=3600"],
  ] as const)("200 MB %s: memory stays bounded", { timeout: 40_000 }, async ([, cacheControl]) => {
    const path = `/large/${cacheControl.replace("=", "-")}`;
    origin.script(path, [(_, response) => void writeLarge(response, { "Cache-Control": cacheControl })]);
    const before = workerdMemory();
    expect(before).toBeGreaterThan(0);
    let greatest = 0;
    const watch = setInterval(() => {
      greatest = Math.max(greatest, workerdMemory());
    }, 50);
    const total = await countBytes(await open(worker.url + path));
    clearInterval(watch);
    expect(total).toBe(LARGE_BYTES);
    const bound = cacheControl === "no-store" ? 60 : 160;
    expect((greatest - before) / MEGABYTE).toBeLessThan(bound);
  });

  test("an upload of 20 MB arrives whole", async () => {
    const body = Buffer.alloc(20 * MEGABYTE, "u");
    const hash = createHash("sha1");
    origin.script("/upload", [
      (request, response) => {
        request.on("data", (chunk: Buffer) => hash.update(chunk));
        request.on("end", () => response.end(hash.digest("hex")));
      },
    ]);
    const { body: digest } = await send(`${worker.url}/upload`, { method: "PUT", body });
    expect(digest).toBe(createHash("sha1").update(body).digest("hex"));
  });
});

describe("bodies that take their time", () => {
  test("an upload reaches the origin before it has ended", async () => {
    const first = Promise.withResolvers<string>();
    origin.script("/slow-upload", [
      (request, response) => {
        request.once("data", (chunk: Buffer) => first.resolve(chunk.toString()));
        request.on("end", () => response.end("done"));
      },
    ]);
    const request = httpRequest(`${worker.url}/slow-upload`, { method: "POST" });
    request.write("first");
    expect(await first.promise).toBe("first");
    request.end("last");
    const [answer] = (await once(request, "response")) as [IncomingMessage];
    answer.resume();
    expect(answer.statusCode).toBe(200);
  });

  test.for(["no-cache", "max-age=60"])(
    "server-sent events arrive as they are sent (%s)",
    async (cacheControl) => {
      let end = (): void => {};
      const path = `/events/${cacheControl.replace("=", "-")}`;
      origin.script(path, [
        (_, response) => {
          response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": cacheControl });
          response.write("data: one\n\n");
          end = () => void response.end("data: two\n\n");
        },
      ]);
      const message = await open(worker.url + path);
      const [event] = (await once(message, "data")) as [Buffer];
      expect(event.toString()).toBe("data: one\n\n");
      end();
      const [next] = (await once(message, "data")) as [Buffer];
      expect(next.toString()).toBe("data: two\n\n");
    },
  );

  test("a storable body arrives as it is sent", async () => {
    let end = (): void => {};
    origin.script("/dripping", [
      (_, response) => {
        response.writeHead(200, { "Cache-Control": "max-age=60" });
        response.write("one");
        end = () => void response.end("two");
      },
    ]);
    const message = await open(`${worker.url}/dripping`);
    const [first] = (await once(message, "data")) as [Buffer];
    expect(first.toString()).toBe("one");
    end();
    message.resume();
    await once(message, "end");
  });
});

describe("WebSocket", () => {
  test("an upgrade is passed on, and messages go both ways", async () => {
    origin.onUpgrade((request, socket) => {
      const key = `${request.headers["sec-websocket-key"]}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
      const accept = createHash("sha1").update(key).digest("base64");
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
      );
      socket.on("error", () => {});
      socket.on("data", (frame: Buffer) => {
        if (isText(frame)) socket.write(textFrame(`echo ${unmask(frame)}`));
        else socket.end();
      });
    });
    const socket = new WebSocket(`${worker.url.replace("http", "ws")}/socket`);
    const answered = new Promise<unknown>((resolve, reject) => {
      socket.onopen = () => socket.send("hello");
      socket.onmessage = ({ data }) => resolve(data);
      socket.onerror = () => reject(new Error("the WebSocket failed"));
    });
    expect(await answered).toBe("echo hello");
    socket.close();
  });
});

const TEXT_OPCODE = 1;

function isText(frame: Buffer): boolean {
  return ((frame[0] ?? 0) & 0x0f) === TEXT_OPCODE;
}

/** RFC 6455 §5.2, for short texts: no mask towards the client. */
function textFrame(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x80 | TEXT_OPCODE, text.length]), Buffer.from(text)]);
}

function unmask(frame: Buffer): string {
  const length = (frame[1] ?? 0) & 0x7f;
  const mask = frame.subarray(2, 6);
  return Buffer.from(
    frame.subarray(6, 6 + length).map((byte, index) => byte ^ (mask[index % 4] ?? 0)),
  ).toString();
}
