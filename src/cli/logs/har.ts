import { JSONParser, TokenType } from "@streamparser/json";
import { Failure } from "../failure.ts";
import { type LoggedFields, type LoggedRequest, withoutAgent } from "./record.ts";
import { nameOf } from "./source.ts";

/** One entry holds a whole answer where bodies were exported too; all others are gone when it is read. */
const LARGEST_ENTRY_BYTES = 64 * 1024 * 1024;
/** What is nested deeper is no HAR, and each bracket of it would be held until it is closed. */
const MOST_DEEP = 100;

/** Whether a text begins as a HAR does. */
export function isHarHead(text: string): boolean {
  return /^\s*\{\s*"log"\s*:\s*\{/.test(text);
}

/**
 * The requests of a HAR file (HTTP Archive 1.2), as browsers export it, as many at a time as each chunk ends; null for an
 * entry that is none. Throws a Failure where the text is no HAR, or not whole.
 */
export async function* harEntries(
  path: string,
  chunks: AsyncIterable<Buffer>,
): AsyncGenerator<readonly (LoggedRequest | null)[]> {
  const parser = new JSONParser({ paths: ["$.log.entries.*"], keepStack: false });
  let entries: (LoggedRequest | null)[] = [];
  let pending = 0;
  let depth = 0;
  parser.onToken = ({ token }) => {
    depth += DEEPER.get(token) ?? 0;
    if (depth > MOST_DEEP)
      throw new Failure(`${nameOf(path)}: no HAR: it is nested more than ${MOST_DEEP} deep`);
  };
  parser.onValue = ({ value }) => {
    entries.push(requestOf(value));
    pending = 0;
  };
  for await (const chunk of withoutMark(chunks)) {
    pending += chunk.length;
    parsed(path, () => parser.write(chunk));
    if (pending > LARGEST_ENTRY_BYTES)
      throw new Failure(`${nameOf(path)}: a HAR with an entry of more than 64 MiB`);
    if (entries.length > 0) yield entries;
    entries = [];
  }
  parsed(path, () => {
    if (!parser.isEnded) parser.end();
  });
}

const DEEPER: ReadonlyMap<TokenType, number> = new Map([
  [TokenType.LEFT_BRACE, 1],
  [TokenType.LEFT_BRACKET, 1],
  [TokenType.RIGHT_BRACE, -1],
  [TokenType.RIGHT_BRACKET, -1],
]);

// A byte order mark, which is no JSON (RFC 8259 §8.1).
async function* withoutMark(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let isFirst = true;
  for await (const chunk of chunks) {
    yield isFirst && chunk.subarray(0, 3).equals(BYTE_ORDER_MARK) ? chunk.subarray(3) : chunk;
    isFirst = false;
  }
}

const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf]);

function parsed(path: string, parse: () => void): void {
  try {
    parse();
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(`${nameOf(path)}: the HAR is not whole, or no JSON: ${(error as Error).message}`);
  }
}

interface Entry {
  readonly startedDateTime?: string;
  readonly time?: number;
  readonly request?: {
    readonly method?: string;
    readonly url?: string;
    readonly headers?: readonly Pair[];
    readonly cookies?: unknown;
  };
  readonly response?: {
    readonly status?: number;
    readonly headers?: readonly Pair[];
    readonly cookies?: unknown;
    readonly content?: { readonly size?: number };
    readonly bodySize?: number;
  };
}

interface Pair {
  readonly name?: unknown;
  readonly value?: unknown;
}

function requestOf(value: unknown): LoggedRequest | null {
  const { startedDateTime = "", time, request, response } = (value ?? {}) as Entry;
  const at = Date.parse(startedDateTime);
  const url = URL.parse(request?.url ?? "");
  const status = response?.status ?? 0;
  // Zero is what browsers write for what was blocked or broken off.
  if (Number.isNaN(at) || url === null || !/^https?:$/.test(url.protocol) || status < 100) return null;
  return {
    at,
    client: null,
    method: request?.method ?? "GET",
    target: url.origin + url.pathname + url.search,
    host: url.host,
    status,
    bytes: sizeOf(response),
    durationSeconds: typeof time === "number" && time >= 0 ? time / 1000 : null,
    place: null,
    ...withoutAgent([...fieldsOf(request?.headers), ...cookiesOf("cookie", request)]),
    responseFields: [...fieldsOf(response?.headers), ...cookiesOf("set-cookie", response)],
  };
}

function sizeOf(response: Entry["response"]): number | null {
  const size = response?.content?.size ?? response?.bodySize ?? -1;
  return size >= 0 ? size : null;
}

type Message = { readonly headers?: readonly Pair[]; readonly cookies?: unknown };

// Some leave the field out, and list the cookies all the same.
function cookiesOf(field: string, message: Message | undefined): LoggedFields {
  const { headers, cookies } = message ?? {};
  if (!Array.isArray(cookies) || fieldsOf(headers).some(([name]) => name === field)) return [];
  return fieldsOf(cookies).map(([name, value]) => [field, `${name}=${value}`]);
}

// HTTP/2's pseudo-fields are none.
function fieldsOf(pairs: readonly Pair[] | undefined): LoggedFields {
  return (Array.isArray(pairs) ? pairs : []).flatMap(({ name, value }: Pair) =>
    typeof name === "string" && typeof value === "string" && !name.startsWith(":")
      ? [[name.toLowerCase(), value] as const]
      : [],
  );
}
