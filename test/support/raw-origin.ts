/** An origin of bytes: what it sends is no valid HTTP unless a test says so. */
import { type AddressInfo, createServer, type Socket } from "node:net";

/** What becomes of a connection once the head of a request has come over it. */
export type Behaviour = (socket: Socket) => void;

export interface RawOrigin {
  readonly url: string;
  /** What is done with requests for a path, in this order; the last is repeated. */
  script(path: string, ...behaviours: Behaviour[]): void;
  /** How often a path was asked for. */
  asked(path: string): number;
  stop(): Promise<void>;
}

/** Sends these bytes (Latin-1), and closes the connection. */
export function sends(text: string): Behaviour {
  return (socket) => void socket.end(Buffer.from(text, "latin1"));
}

/** Sends these bytes, and nothing more; the connection stays open. */
export function stallsAfter(text: string): Behaviour {
  return (socket) => void socket.write(Buffer.from(text, "latin1"));
}

/** Breaks the connection off after these bytes. */
export function resetsAfter(text: string): Behaviour {
  return (socket) => {
    if (text === "") socket.resetAndDestroy();
    else socket.write(Buffer.from(text, "latin1"), () => setTimeout(() => socket.resetAndDestroy(), 50));
  };
}

/** A whole answer of 200. */
export function answers(body: string, ...fields: string[]): Behaviour {
  return sends(answerOf(200, body, ...fields));
}

export function answerOf(status: number, body: string, ...fields: string[]): string {
  const length = `Content-Length: ${Buffer.byteLength(body)}`;
  return [`HTTP/1.1 ${status} X`, length, "Connection: close", ...fields, "", body].join("\r\n");
}

const MOST_HEAD_BYTES = 64 * 1024;

export async function startRawOrigin(): Promise<RawOrigin> {
  const scripts = new Map<string, Behaviour[]>();
  const counts = new Map<string, number>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
    let head = "";
    const read = (chunk: Buffer) => {
      head += chunk.toString("latin1");
      if (!head.includes("\r\n\r\n") && head.length < MOST_HEAD_BYTES) return;
      socket.off("data", read);
      socket.resume();
      const path = head.split(" ", 2)[1]?.split("?", 1)[0] ?? "";
      counts.set(path, (counts.get(path) ?? 0) + 1);
      const script = scripts.get(path) ?? [];
      const behaviour = script.length > 1 ? script.shift() : script[0];
      if (behaviour === undefined) socket.end(answerOf(404, "no script"));
      else behaviour(socket);
    };
    socket.on("data", read);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    script: (path, ...behaviours) => void scripts.set(path, behaviours),
    asked: (path) => counts.get(path) ?? 0,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
