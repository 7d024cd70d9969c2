const TITLES: Readonly<Record<number, string>> = {
  401: "Unauthorized",
  404: "Not Found",
  500: "Internal Server Error",
  502: "Bad Gateway",
  504: "Gateway Timeout",
};

/** RFC 9457: an answer of our own making, for people (`detail`) and programs (`code`). Nobody stores it. */
export function problemWith(status: number, detail: string, code: string): Response {
  const body = { type: "about:blank", title: TITLES[status] ?? "Error", status, detail, code };
  return new Response(`${JSON.stringify(body)}\n`, {
    status,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store" },
  });
}
