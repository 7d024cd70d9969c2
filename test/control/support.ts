import { connect } from "node:net";
import { type ClientRequest, type ClientResponse, send } from "../support/client.ts";

/** Tokens of each role, and the variable that says so. */
export const TOKENS = {
  reader: "reader-token-0123456789",
  ci: "ci-token-0123456789abcd",
  ops: "ops-token-0123456789abc",
};

export const CONTROL_TOKENS = `reader:read:${TOKENS.reader} ci:purge:${TOKENS.ci} ops:admin:${TOKENS.ops}`;

export interface ControlRequest extends ClientRequest {
  /** Default: the administrator's. "": none. */
  readonly token?: string;
}

/** Sends a request below the default prefix. */
export function control(url: string, route: string, request: ControlRequest = {}): Promise<ClientResponse> {
  const { token = TOKENS.ops, headers, ...rest } = request;
  return send(`${url}/__selvedge${route}`, {
    ...rest,
    headers: { ...(token === "" ? {} : { Authorization: `Bearer ${token}` }), ...headers },
  });
}

/** Sends a request target as it is written, which no client would, and reads the whole answer. */
export function sendRaw(url: string, target: string, lines: readonly string[] = []): Promise<string> {
  const { hostname, port, host } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let answer = "";
    socket.on("data", (bytes) => {
      answer += bytes.toString("latin1");
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(answer));
    const head = [`GET ${target} HTTP/1.1`, `Host: ${host}`, "Connection: close", ...lines];
    socket.write(Buffer.from(`${head.join("\r\n")}\r\n\r\n`, "latin1"));
  });
}
