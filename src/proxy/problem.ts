import { REASONS, type Reason } from "../cache/reasons.ts";

const TITLES: Readonly<Record<number, string>> = {
  500: "Internal Server Error",
  502: "Bad Gateway",
  504: "Gateway Timeout",
};

/** An answer of our own making, for people and programs alike (RFC 9457). Never stored by anyone. */
export function problem(status: number, reason: Reason): Response {
  return problemWith(status, REASONS[reason].text, reason);
}

export function problemWith(status: number, detail: string, code: string): Response {
  const body = { type: "about:blank", title: TITLES[status] ?? "Error", status, detail, code };
  return new Response(`${JSON.stringify(body)}\n`, {
    status,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store" },
  });
}
