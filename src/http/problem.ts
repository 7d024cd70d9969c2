/** RFC 9110 §15, RFC 6585 §4 */
const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  428: "Precondition Required",
  429: "Too Many Requests",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

/** RFC 9457: an answer of our own making, for people (`detail`) and programs (`code`). Nobody stores it. */
export function problemWith(
  status: number,
  detail: string,
  code: string,
  extension: Readonly<Record<string, unknown>> = {},
): Response {
  const title = TITLES[status] ?? "Error";
  const body = { type: "about:blank", title, status, detail, code, ...extension };
  return new Response(`${JSON.stringify(body)}\n`, {
    status,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store" },
  });
}
