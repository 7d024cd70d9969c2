import type { Policy } from "../../cache/policy.ts";
import { changeFields } from "../../cache/template/changes.ts";
import { renderPath } from "../../cache/template/url-template.ts";
import type { RequestHead } from "../../cache/types.ts";
import { ANY_HOST } from "../../cache/types.ts";
import type { FieldSection } from "../../http/field-section.ts";
import { endToEnd } from "../../http/fields.ts";
import type { Exchange } from "../shell.ts";
import type { Upstream } from "./upstreams.ts";

/** How the request to the origin differs from the client's. */
export interface OriginRequest {
  readonly method: string;
  /** A stream can be sent once, bytes again and again. */
  readonly body: ArrayBuffer | ReadableStream | null;
  /** Fields to set, or to remove where null, beside those of every forwarded request. */
  readonly fields: Readonly<Record<string, string | null>>;
}

const READ_METHODS = new Set(["GET", "HEAD"]);

/** What `fetch` is given: where to, and its content. */
export interface Asked {
  readonly to: string | Request;
  readonly content: Pick<RequestInit, "method" | "body">;
}

// The platform refuses to be given content with GET or HEAD, but lets it through in a copy of a request that
// came with some (RFC 9110 §9.3.1: it has no meaning to us, and may have one to the origin).
export function askedAt(url: string, { request }: Exchange, { method, body }: OriginRequest): Asked {
  return READ_METHODS.has(method) && body !== null
    ? { to: new Request(url, request), content: {} }
    : { to: url, content: { method, body } };
}

/** Scheme, host and port are the operator's, whatever the path is: no request leads to another host. */
export function urlFor({ origin, path }: Upstream, { head, policy }: Exchange): string {
  return origin + path + (rewritten(head, policy.origin.rewrite) ?? head.url.pathname + head.url.search);
}

// A value that would make another path of it (renderPath) leaves the client's own.
function rewritten(head: RequestHead, rewrite: Policy["origin"]["rewrite"]): string | null {
  if (rewrite === null) return null;
  const target = renderPath(rewrite, { request: head, response: null, variables: {} });
  return target === null || target.includes("?") ? target : target + head.url.search;
}

/** The fields of the request; the rule's own changes have the last word. */
export function fieldsFor(
  { head, policy }: Exchange,
  request: OriginRequest,
  variables: Readonly<Record<string, string>>,
): FieldSection {
  const { url, headers: received } = head;
  const headers = endToEnd(received, spoofableFields(received, request.method, policy));
  const { ip } = head.client;
  if (ip !== null) headers.set("x-forwarded-for", ip);
  headers.set("x-forwarded-proto", url.protocol.slice(0, -1));
  if (url.origin !== ANY_HOST) headers.set("x-forwarded-host", url.host);
  // RFC 9110 §7.6.3
  headers.append("via", "1.1 selvedge");
  // `fetch` writes the origin's own Host.
  headers.delete("host");
  if (isWebSocket(received)) headers.set("upgrade", "websocket");
  for (const [name, value] of Object.entries(request.fields)) {
    if (value === null) headers.delete(name);
    else headers.set(name, value);
  }
  // RFC 9110 §9.3.8: whoever answers TRACE sends all of it back, and a rule may add secrets.
  if (request.method === "TRACE") return headers;
  return changeFields(headers, policy.origin.fields, { request: head, response: null, variables });
}

const CLAIMED_ADDRESSES = new Set([
  "forwarded",
  "x-original-url",
  "x-rewrite-url",
  "x-original-host",
  "x-host",
  "x-real-ip",
]);
const CLAIMED_METHODS = new Set(["x-http-method-override", "x-http-method", "x-method-override"]);

// What a client claims about its address, its target or its method is in no key, and an origin that believes it
// would answer others with what was meant for this one. The rule may know who writes such a field.
function spoofableFields(received: FieldSection, method: string, { otherFields }: Policy): readonly string[] {
  const claims: string[] = [];
  for (const name of received.keys()) {
    if (isClaim(name, method) && !otherFields.forward.includes(name)) claims.push(name);
  }
  return claims;
}

function isClaim(sent: string, method: string): boolean {
  // To CGI and its heirs `X_Forwarded_Host` is `X-Forwarded-Host` (RFC 3875 §4.1.18).
  const name = sent.includes("_") ? sent.replaceAll("_", "-") : sent;
  if (name.startsWith("x-forwarded-") || CLAIMED_ADDRESSES.has(name)) return true;
  return READ_METHODS.has(method) && CLAIMED_METHODS.has(name);
}

function isWebSocket(headers: FieldSection): boolean {
  return headers.get("upgrade")?.toLowerCase() === "websocket";
}
