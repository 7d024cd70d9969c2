/** An HTTP client that shows what came over the wire, without what `fetch` adds, hides or decodes. */
import { Agent, request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from "node:http";

export interface ClientRequest {
  /** Default GET. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Buffer;
  readonly agent?: Agent;
}

export interface ClientResponse {
  readonly status: number;
  /** As sent, in order. */
  readonly rawHeaders: readonly (readonly [name: string, value: string])[];
  /** Lower-case names; several lines of one field joined by ", ". */
  readonly headers: Readonly<Record<string, string>>;
  readonly bytes: Buffer;
  readonly body: string;
  /** False where the connection ended before the body did. */
  readonly complete: boolean;
}

const sharedAgent = new Agent({ keepAlive: true, maxSockets: 100 });

/** Sends a request and reads the whole answer. A body that is cut short is an answer too. */
export async function send(url: string, request: ClientRequest = {}): Promise<ClientResponse> {
  const message = await open(url, request);
  const chunks: Buffer[] = [];
  message.on("data", (chunk: Buffer) => chunks.push(chunk));
  await new Promise<void>((resolve) => {
    message.on("close", () => resolve());
    message.on("error", () => resolve());
  });
  const bytes = Buffer.concat(chunks);
  return {
    status: message.statusCode ?? 0,
    rawHeaders: pairsOf(message),
    headers: headersOf(message),
    bytes,
    body: bytes.toString(),
    complete: message.complete,
  };
}

/** Sends a request and hands over the answer as soon as its header section is there. */
export function open(url: string, { method = "GET", headers = {}, body, agent }: ClientRequest = {}) {
  return new Promise<IncomingMessage>((resolve, reject) => {
    const fields = { ...framing(body, headers), ...headers } as OutgoingHttpHeaders;
    const options = { method, headers: fields, agent: agent ?? sharedAgent };
    const sent = httpRequest(url, options, resolve);
    sent.on("error", reject);
    sent.end(body);
  });
}

// Of its own accord Node frames no body of GET, HEAD, DELETE and OPTIONS.
function framing(
  body: string | Buffer | undefined,
  headers: ClientRequest["headers"] = {},
): Record<string, string> {
  const isChunked = Object.keys(headers).some((name) => name.toLowerCase() === "transfer-encoding");
  return body === undefined || isChunked ? {} : { "Content-Length": String(Buffer.byteLength(body)) };
}

export function headersOf(message: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, values] of Object.entries(message.headersDistinct))
    headers[name] = (values ?? []).join(", ");
  return headers;
}

function pairsOf({ rawHeaders }: IncomingMessage): (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = [];
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    pairs.push([rawHeaders[index] ?? "", rawHeaders[index + 1] ?? ""]);
  }
  return pairs;
}
