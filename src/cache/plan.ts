import { canonicalRequest } from "./canonical.ts";
import { requestDirectives } from "./directives.ts";
import { type KeyMaterial, NO_MATERIAL, type PrimaryKey, primaryKey } from "./key.ts";
import type { Policy } from "./policy.ts";
import type { Reason } from "./reasons.ts";
import type { RequestHead } from "./types.ts";

/** The first decision: what is to be done with a request, before anything is looked up. */
export type RequestPlan =
  | { readonly kind: "bypass"; readonly reason: Reason }
  | { readonly kind: "write-through"; readonly reason: Reason }
  /** `head` is the canonical request: what the engine judges and the origin gets. */
  | { readonly kind: "lookup"; readonly key: PrimaryKey; readonly head: RequestHead };

// RFC 9110 §9.2.1
const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

/** RFC 9111 §2 to §4, as far as the request alone decides. */
export function planRequest(
  request: RequestHead,
  policy: Policy,
  material: KeyMaterial = NO_MATERIAL,
): RequestPlan {
  // RFC 9111 §4: also on a route that is passed, a write invalidates what another rule may have stored.
  if (!SAFE_METHODS.has(request.method)) return { kind: "write-through", reason: "method-unsafe" };
  if (request.headers.get("upgrade")?.toLowerCase() === "websocket")
    return { kind: "bypass", reason: "upgrade" };
  if (policy.action === "pass") return { kind: "bypass", reason: "rule-pass" };
  if (request.method !== "GET" && request.method !== "HEAD") {
    return { kind: "bypass", reason: "method-uncacheable" };
  }
  if (hasContent(request.headers)) return { kind: "bypass", reason: "request-body" };
  // RFC 9111 §4.3.2: If-Match and If-Unmodified-Since are the origin's to evaluate.
  if (request.headers.has("if-match") || request.headers.has("if-unmodified-since")) {
    return { kind: "bypass", reason: "precondition" };
  }
  if (policy.clientDirectives === "honor" && requestDirectives(request.headers).has("no-store")) {
    return { kind: "bypass", reason: "request-no-store" };
  }
  const head = canonicalRequest(request, policy);
  return { kind: "lookup", key: primaryKey(head, policy, material), head };
}

function hasContent(headers: Headers): boolean {
  const length = headers.get("content-length");
  return headers.has("transfer-encoding") || (length !== null && length !== "0");
}
