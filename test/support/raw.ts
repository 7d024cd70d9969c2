/** A client of bytes: what it sends is no valid HTTP unless the test says so. */
import { connect } from "node:net";

export interface RawAnswer {
  /** Of the first answer on the connection; 0 where none came. */
  readonly status: number;
  /** Lower-case names; several lines of one field joined by ", ". */
  readonly headers: Readonly<Record<string, string>>;
  /** What follows the header section, as it came over the wire. */
  readonly body: string;
  /** Everything that came, of all answers. */
  readonly text: string;
}

const LIMIT_MS = 5_000;

/** Sends bytes (a string is Latin-1) to a server and reads until it closes, at most for five seconds. */
export function sendRaw(url: string, bytes: string | Buffer): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect({ host: hostname, port: Number(port) });
    const done = () => {
      socket.destroy();
      resolve(parsed(Buffer.concat(chunks).toString("latin1")));
    };
    socket.setTimeout(LIMIT_MS, done);
    socket.on("data", (chunk) => chunks.push(chunk));
    // Whoever is refused may find the connection closed before all is sent.
    socket.on("error", done);
    socket.on("close", done);
    socket.write(typeof bytes === "string" ? Buffer.from(bytes, "latin1") : bytes);
  });
}

/** A request of these lines, as they are; the server is asked to close when it has answered. */
export function rawRequest(line: string, fields: readonly string[] = [], body = ""): string {
  return [line, ...fields, "Connection: close", "", body].join("\r\n");
}

function parsed(text: string): RawAnswer {
  const end = text.indexOf("\r\n\r\n");
  const [statusLine = "", ...lines] = text.slice(0, end === -1 ? undefined : end).split("\r\n");
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    headers[name] = name in headers ? `${headers[name]}, ${value}` : value;
  }
  const status = Number(/^HTTP\/1\.\d (\d{3})/.exec(statusLine)?.[1] ?? 0);
  return { status, headers, body: end === -1 ? "" : text.slice(end + 4), text };
}
