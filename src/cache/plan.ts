import type { FieldSection } from "../http/field-section.ts";
import { forMethod, type KeyMaterial, NO_MATERIAL, type PrimaryKey, primaryKey } from "./key.ts";
import { requestDirectives } from "./lifetime/directives.ts";
import { isPreflight } from "./outgoing/cors.ts";
import type { FixedAnswer, Policy } from "./policy.ts";
import type { Reason } from "./reasons.ts";
import { canonicalRequest } from "./request/canonical.ts";
import { isBodyRead } from "./request/request.ts";
import type { RequestHead } from "./types.ts";

/** The first decision: what is to be done with a request, before anything is looked up. */
export type RequestPlan =
  /** An answer without the origin. */
  | {
      readonly kind: "respond";
      readonly reason: "respond" | "blocked" | "maintenance";
      readonly answer: FixedAnswer;
    }
  /** An answer without the origin, by preflightFields (cors.ts). */
  | { readonly kind: "preflight"; readonly reason: "preflight" }
  /** These two concern the request as the client sent it. */
  | { readonly kind: "bypass"; readonly reason: Reason }
  | { readonly kind: "write-through"; readonly reason: Reason }
  /** `head` is the canonical request: what the engine judges and the origin gets. */
  | { readonly kind: "lookup"; readonly key: PrimaryKey; readonly head: RequestHead };

/** What would be done with a request that is only described, or why it would not be let in. */
export type DescribedPlan = RequestPlan | { readonly kind: "refuse"; readonly reason: Reason };

// RFC 9110 §9.2.1; QUERY is defined to be safe (draft-ietf-httpbis-safe-method-w-body §2).
const SAFE_METHODS = new Set(["GET", "HEAD", "OPTIONS", "TRACE", "QUERY"]);

/** RFC 9111 §2 to §4, as far as the request alone decides. */
export function planRequest(
  request: RequestHead,
  policy: Policy,
  material: KeyMaterial = NO_MATERIAL,
): RequestPlan {
  if (policy.respond !== null) {
    return { kind: "respond", reason: RESPONSES[policy.respond.kind], answer: policy.respond };
  }
  if (policy.cors !== null && isPreflight(request)) return { kind: "preflight", reason: "preflight" };
  // RFC 9111 §4: also on a route that is passed, a write invalidates what another rule may have stored.
  if (!SAFE_METHODS.has(request.method) && !isBodyRead(request, policy)) {
    return { kind: "write-through", reason: "method-unsafe" };
  }
  const reason = whyBypassed(request, policy, material);
  if (reason !== null) return { kind: "bypass", reason };
  const head = canonicalRequest(request, policy);
  return { kind: "lookup", key: primaryKey(head, policy, forMethod(request, material)), head };
}

const RESPONSES = {
  redirect: "respond",
  fixed: "respond",
  block: "blocked",
  maintenance: "maintenance",
} as const satisfies Record<FixedAnswer["kind"], Reason>;

/** Why a read is the origin's alone to answer, or null where it may be looked up. */
function whyBypassed(request: RequestHead, policy: Policy, material: KeyMaterial): Reason | null {
  const { method, headers } = request;
  if (headers.get("upgrade")?.toLowerCase() === "websocket") return "upgrade";
  if (policy.action === "pass") return "rule-pass";
  if (policy.action === "pass-ambiguous") return "ambiguous-path";
  if (isBodyRead(request, policy)) {
    if (material.body === null) return "body-too-large";
  } else {
    if (method !== "GET" && method !== "HEAD") return "method-uncacheable";
    if (hasContent(headers)) return "request-body";
  }
  // RFC 9111 §4.3.2: If-Match and If-Unmodified-Since are the origin's to evaluate.
  if (headers.has("if-match") || headers.has("if-unmodified-since")) return "precondition";
  if (policy.clientDirectives === "honor" && requestDirectives(headers).has("no-store")) {
    return "request-no-store";
  }
  return policy.scope.kind !== "shared" && material.identity === null ? "no-identity" : null;
}

function hasContent(headers: FieldSection): boolean {
  const length = headers.get("content-length");
  return headers.has("transfer-encoding") || (length !== null && length !== "0");
}
