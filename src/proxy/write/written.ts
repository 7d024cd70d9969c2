import type { RequestHead } from "../../cache/types.ts";
import type { Config } from "../../config.ts";
import { cookieValue, filterCookies } from "../../http/cookie.ts";
import { type FieldSection, Fields } from "../../http/field-section.ts";
import { isSigned, sign } from "../access/hmac.ts";

/**
 * Read your writes: who has written is told so by a cookie, and says so with each request that follows. Nothing
 * is shared between data centres, and nobody else's copies are touched.
 */
const SECURE_NAME = "__Host-selvedge-written";
/** Browsers take `__Host-` over TLS only; this one is for `npm run dev`. */
const PLAIN_NAME = "selvedge-written";
const OLDEST_MS = 3_600_000;
/** So far the clocks of two data centres may be apart. */
const SKEW_MS = 5_000;

/**
 * The `Set-Cookie` value for a client that wrote at `now` (milliseconds since the epoch), which holds for
 * `seconds`. Null without SELVEDGE_SECRET.
 */
export async function writtenCookie(
  { now, seconds, secure }: { readonly now: number; readonly seconds: number; readonly secure: boolean },
  config: Config,
): Promise<string | null> {
  const signature = await sign(statement(String(now)), config);
  if (signature === null) return null;
  const pair = `${nameFor(secure)}=${now}.${signature}`;
  const attributes = [
    "Path=/",
    `Max-Age=${seconds}`,
    "HttpOnly",
    "SameSite=Lax",
    ...(secure ? ["Secure"] : []),
  ];
  return [pair, ...attributes].join("; ");
}

/** When the client last wrote, by its own cookie, or null. Not older than an hour, whatever the client keeps. */
export async function writtenAt(head: RequestHead, now: number, config: Config): Promise<number | null> {
  const value = cookieValue(head.headers, nameFor(head.url.protocol === "https:"));
  const [, instant, signature] = /^(\d{1,15})\.([0-9a-f]{64})$/.exec(value ?? "") ?? [];
  if (instant === undefined || signature === undefined) return null;
  const at = Number(instant);
  if (at > now + SKEW_MS || at < now - OLDEST_MS) return null;
  return (await isSigned(statement(instant), signature, config)) ? at : null;
}

/** The fields without that cookie, which neither the key nor the origin sees. The same object where it is absent. */
export function withoutWritten(headers: FieldSection): FieldSection {
  const cookies = headers.get("cookie");
  if (cookies === null || !cookies.includes(PLAIN_NAME)) return headers;
  const kept = filterCookies(cookies, (name) => name !== SECURE_NAME && name !== PLAIN_NAME);
  const copy = new Fields(headers);
  if (kept === null) copy.delete("cookie");
  else copy.set("cookie", kept);
  return copy;
}

function nameFor(secure: boolean): string {
  return secure ? SECURE_NAME : PLAIN_NAME;
}

function statement(instant: string): string {
  return JSON.stringify(["written", instant]);
}
