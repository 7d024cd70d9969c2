import { fieldsOf, type LoggedFields, type LoggedRequest, numberOf, withoutAgent } from "./record.ts";

/**
 * A line of JSON: Cloudflare Logpush (http_requests), or any object whose names are among those below, as nginx and
 * others are told to write them. `request_headers` and `response_headers` may be objects of fields.
 */
export function readJsonLine(line: string): LoggedRequest | null {
  const value = parsed(line);
  if (value === null) return null;
  const at = instantOf(first(value, NAMES.at));
  const request = requestOf(value);
  const status = numberOf(first(value, NAMES.status));
  if (at === null || request === null || status === null || status < 100 || status > 599) return null;
  return {
    at,
    client: textOf(first(value, NAMES.client)),
    ...request,
    host: textOf(first(value, NAMES.host)),
    status,
    bytes: numberOf(first(value, NAMES.bytes)),
    durationSeconds: durationOf(value),
    place: textOf(first(value, NAMES.place)),
    ...withoutAgent([
      ...fieldsIn(value, NAMES.requestHeaders),
      ...fieldsOf(named(value, REQUEST_FIELDS)),
      ...cookiesIn(value),
    ]),
    responseFields: [...fieldsIn(value, NAMES.responseHeaders), ...fieldsOf(named(value, RESPONSE_FIELDS))],
  };
}

type Line = Readonly<Record<string, unknown>>;

/** Where each fact may stand; the first that is there counts. */
const NAMES = {
  at: [
    "EdgeStartTimestamp",
    "timestamp",
    "time",
    "time_iso8601",
    "@timestamp",
    "ts",
    "date",
    "msec",
    "time_local",
  ],
  method: ["ClientRequestMethod", "method", "request_method", "httpMethod", "verb"],
  target: ["ClientRequestURI", "url", "uri", "request_uri", "path", "target"],
  request: ["request"],
  host: ["ClientRequestHost", "host", "http_host", "server_name", "hostname"],
  status: ["EdgeResponseStatus", "status", "status_code", "statusCode", "response_status"],
  bytes: ["EdgeResponseBytes", "bytes", "body_bytes_sent", "bytes_sent", "size", "response_size"],
  client: ["ClientIP", "client", "remote_addr", "client_ip", "ip", "remoteAddr"],
  place: ["EdgeColoCode", "place", "colo", "pop"],
  seconds: ["durationSeconds", "request_time", "upstream_response_time"],
  milliseconds: ["OriginResponseDurationMs", "durationMs", "duration_ms", "latency_ms"],
  cookies: ["Cookies"],
  requestHeaders: ["request_headers", "requestHeaders", "RequestHeaders"],
  responseHeaders: ["response_headers", "responseHeaders", "ResponseHeaders"],
} as const;

const REQUEST_FIELDS = {
  "user-agent": ["ClientRequestUserAgent", "user_agent", "http_user_agent", "userAgent"],
  referer: ["ClientRequestReferer", "referer", "http_referer"],
  cookie: ["http_cookie", "cookie"],
  authorization: ["http_authorization", "authorization"],
  "accept-language": ["http_accept_language"],
  "cf-ipcountry": ["ClientCountry", "country"],
};

const RESPONSE_FIELDS = {
  "cache-control": ["sent_http_cache_control", "upstream_http_cache_control", "cache_control"],
  "content-type": ["EdgeResponseContentType", "sent_http_content_type", "content_type"],
  etag: ["sent_http_etag", "etag"],
  vary: ["sent_http_vary", "vary"],
  "set-cookie": ["sent_http_set_cookie", "set_cookie"],
};

function parsed(line: string): Line | null {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Line) : null;
  } catch {
    return null;
  }
}

function first(line: Line, names: readonly string[]): unknown {
  for (const name of names) if (line[name] !== undefined) return line[name];
  return undefined;
}

function named(line: Line, names: Readonly<Record<string, readonly string[]>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(names).map(([name, places]) => [name, first(line, places)]));
}

// Apart, or together as nginx's $request.
function requestOf(line: Line): { readonly method: string; readonly target: string } | null {
  const method = textOf(first(line, NAMES.method));
  const target = textOf(first(line, NAMES.target));
  if (method !== null && target !== null) return { method, target };
  const [asked, to] = textOf(first(line, NAMES.request))?.split(" ") ?? [];
  return asked !== undefined && to !== undefined ? { method: asked, target: to } : null;
}

const NANOSECONDS_FROM = 1e16;
const MICROSECONDS_FROM = 1e14;
const MILLISECONDS_FROM = 1e11;

// A number is in the unit that makes it an instant of our days.
function instantOf(value: unknown): number | null {
  const number = typeof value === "string" && !/^\d+(?:\.\d+)?$/.test(value) ? null : numberOf(value);
  if (number === null) {
    const at = typeof value === "string" ? Date.parse(value) : Number.NaN;
    return Number.isNaN(at) ? null : at;
  }
  if (number >= NANOSECONDS_FROM) return Math.floor(number / 1e6);
  if (number >= MICROSECONDS_FROM) return Math.floor(number / 1e3);
  return number >= MILLISECONDS_FROM ? number : Math.floor(number * 1000);
}

function durationOf(line: Line): number | null {
  const seconds = numberOf(first(line, NAMES.seconds));
  if (seconds !== null) return seconds;
  const milliseconds = numberOf(first(line, NAMES.milliseconds));
  return milliseconds === null ? null : milliseconds / 1000;
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

// Logpush's custom fields have cookies by name.
function cookiesIn(line: Line): LoggedFields {
  const cookies = fieldsIn(line, NAMES.cookies).map(([name, text]) => `${name}=${text}`);
  return cookies.length === 0 ? [] : [["cookie", cookies.join("; ")]];
}

function fieldsIn(line: Line, names: readonly string[]): LoggedFields {
  const value = first(line, names);
  if (typeof value !== "object" || value === null) return [];
  // A field that comes more than once is a list to some.
  return Object.entries(value).flatMap(([name, texts]) =>
    [texts].flat().flatMap((text) => (typeof text === "string" ? [[name.toLowerCase(), text] as const] : [])),
  );
}
