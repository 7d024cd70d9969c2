import { type FieldSection, Fields } from "./field-section.ts";
import { isToken, splitTokens } from "./syntax.ts";

/** RFC 9110 §7.6.1 and, for the three about proxies' credentials, RFC 9111 §3.1. */
const HOP_BY_HOP = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authentication-info",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/**
 * Fields for every recipient, which a sender must not nominate (RFC 9110 §7.6.1). A hostile peer could, to have
 * us drop what keeps a response private, variants apart or a loop from running on. All `content-*` are too.
 */
const NEVER_NOMINATED = new Set([
  "age",
  "authorization",
  "cache-control",
  "cdn-cache-control",
  "cdn-loop",
  "cloudflare-cdn-cache-control",
  "cookie",
  "date",
  "etag",
  "expires",
  "host",
  "last-modified",
  "pragma",
  "set-cookie",
  "vary",
  "via",
]);

/**
 * A copy without the fields that concern one connection only, and without `others`, which are names of fields; each
 * `Set-Cookie` stays a field of its own.
 */
export function endToEnd(headers: FieldSection, others: readonly string[] = []): Fields {
  const copy = new Fields(headers);
  for (const name of HOP_BY_HOP) copy.delete(name);
  for (const name of nominatedFields(headers)) copy.delete(name);
  for (const name of others) copy.delete(name);
  return copy;
}

/**
 * The fields without those that `Connection` nominates, which go no further: neither key nor `Vary` may speak of what
 * the origin does not see. What says how the connection is used stays. The same object where nothing changes.
 */
export function withoutNominated(headers: FieldSection): FieldSection {
  const nominated = nominatedFields(headers).filter((name) => headers.has(name) && !isHopByHop(name));
  return nominated.length === 0 ? headers : dropFields(headers, nominated);
}

function nominatedFields(headers: FieldSection): readonly string[] {
  const value = headers.get("connection");
  // What nearly every request says, in the spellings that are seen.
  if (value === null || value === "keep-alive" || value === "Keep-Alive" || value === "close") return [];
  return connectionOptions(headers).filter((option) => !isForEveryRecipient(option));
}

/** Whether a field, in lower case, concerns one connection only. */
export function isHopByHop(name: string): boolean {
  return HOP_BY_HOP.includes(name);
}

/** RFC 9110 §7.6.1: the options of `Connection`, lower-cased, those that are no token left out. */
export function connectionOptions(headers: FieldSection): readonly string[] {
  return splitTokens(headers.get("connection") ?? "").filter(isToken);
}

/** A copy without the named fields; a name that no field can have is passed over. */
export function dropFields(headers: FieldSection, names: Iterable<string>): Fields {
  const copy = new Fields(headers);
  for (const name of names) {
    if (isToken(name)) copy.delete(name);
  }
  return copy;
}

function isForEveryRecipient(name: string): boolean {
  return name.startsWith("content-") || NEVER_NOMINATED.has(name);
}
