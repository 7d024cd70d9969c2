import { type Fields, type LoggedRequest, withoutAgent } from "./record.ts";

/** The requests of a HAR file (HTTP Archive 1.2), as browsers export it; null where the text is none. */
export function readHar(text: string): readonly (LoggedRequest | null)[] | null {
  const har = parsed(text) as { readonly log?: { readonly entries?: unknown } } | null;
  const entries = har?.log?.entries;
  return Array.isArray(entries) ? entries.map(requestOf) : null;
}

interface Entry {
  readonly startedDateTime?: string;
  readonly time?: number;
  readonly request?: { readonly method?: string; readonly url?: string; readonly headers?: readonly Pair[] };
  readonly response?: {
    readonly status?: number;
    readonly headers?: readonly Pair[];
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
    ...withoutAgent(fieldsOf(request?.headers)),
    responseFields: fieldsOf(response?.headers),
  };
}

function sizeOf(response: Entry["response"]): number | null {
  const size = response?.content?.size ?? response?.bodySize ?? -1;
  return size >= 0 ? size : null;
}

// HTTP/2's pseudo-fields are none.
function fieldsOf(pairs: readonly Pair[] | undefined): Fields {
  return (Array.isArray(pairs) ? pairs : []).flatMap(({ name, value }: Pair) =>
    typeof name === "string" && typeof value === "string" && !name.startsWith(":")
      ? [[name.toLowerCase(), value] as const]
      : [],
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
