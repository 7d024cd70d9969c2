import type { RequireInput, SecurityHeadersInput, SignedUrlInput } from "./access.ts";
import type { CorsInput, RateLimitInput, RespondInput } from "./answer.ts";
import type { Duration, EdgeTtlInput, StaleWindowInput, TtlInput } from "./freshness.ts";
import type { IdentityInput, JwtInput, KeyInput, QueryInput, ScopeInput } from "./key.ts";
import type { FieldChangesInput, OriginInput } from "./origin.ts";

/** What is to be done with a request that matches. */
export interface DecisionsInput {
  /** `true`: cache as the origin's headers and the keys below say. `false`: pass. Default: `true`. */
  readonly cache?: boolean;
  /** Freshness lifetime at the edge. A duration overrides the origin's. Default: `"respect"`, the origin's. */
  readonly edgeTtl?: "respect" | Duration | EdgeTtlInput;
  /** `max-age` that browsers are sent. Default: `"respect"`, what the origin sent. */
  readonly browserTtl?: "respect" | Duration | TtlInput;
  /** How long a stale response may be served while it is refreshed. Default: the origin's directive. */
  readonly staleWhileRevalidate?: StaleWindowInput;
  /** How long a stale response may stand in for a failing origin. Default: the origin's directive. */
  readonly staleIfError?: StaleWindowInput;
  /** Query parameters in the key; the others do not reach the origin. Default: `"all"`. */
  readonly query?: QueryInput;
  /** What else is in the key. Default: scheme, host and path. */
  readonly key?: KeyInput;
  /** Who shares a copy: everybody, nobody but one user, or all with the same claims. Default: `"shared"`. */
  readonly scope?: ScopeInput;
  /** By what a user is known, for `scope: "user"`. Default: `"authorization"`. */
  readonly identity?: IdentityInput;
  /** The token that `identity: { claim }` and `scope: { claims }` read. */
  readonly jwt?: JwtInput;
  /** Names to purge by, as templates: `product:{id}`. Default: none. */
  readonly tags?: readonly string[];
  /** Whether a request's `Cache-Control` and `Pragma` are obeyed. Default: `"ignore"`. */
  readonly clientDirectives?: "honor" | "ignore";
  /** Whether a lifetime may be guessed where the origin gives none (RFC 9111 §4.2.2). Default: `false`. */
  readonly heuristicFreshness?: boolean;
  /** A response with `Set-Cookie` is not stored, or stored without that field. Default: `"bypass"`. */
  readonly setCookie?: "bypass" | "strip";
  /** `"ignore"`: cookies do not reach the origin on reads. Default: `"respect"`. */
  readonly requestCookies?: "respect" | "ignore";
  /** `"ignore"`: Authorization does not reach the origin on reads. Default: `"respect"`. */
  readonly authorization?: "respect" | "ignore";
  /** Request fields that no key names and HTTP does not define: part of the key, or off the request on reads. */
  readonly otherHeaders?: "key" | "drop" | "vary";
  /** Request fields that reach the origin on reads although they are not in the key. Default: none. */
  readonly forwardHeaders?: readonly string[];
  /** Answers CORS at the edge. Default: the origin does. */
  readonly cors?: CorsInput;
  /** Tags, and paths (with "/" first), that a successful write invalidates: `["products", "/products/{id}"]`. */
  readonly invalidates?: readonly string[];
  /** `"honor"`: the origin may name tags to purge in its answer to a write, in `Selvedge-Purge`. Default: `"ignore"`. */
  readonly originPurges?: "honor" | "ignore";
  /** For how long a writer bypasses what is older than its write. Default: not at all. */
  readonly readYourWrites?: Duration;
  /** Which origin is asked, and for what. Default: `"default"`, the ORIGIN variable. */
  readonly origin?: string | OriginInput;
  /** Changes to the request that the origin gets. Values are templates; `{env.NAME}` is a secret. */
  readonly requestHeaders?: FieldChangesInput;
  /** Changes to the answer that clients get. */
  readonly responseHeaders?: FieldChangesInput;
  /** Fields that harden every answer, for an API or as they are written. Default: none. */
  readonly securityHeaders?: "api" | SecurityHeadersInput;
  /** Answers without the origin. */
  readonly respond?: RespondInput;
  /** How often one client may ask. Default: no limit. */
  readonly rateLimit?: RateLimitInput;
  /** Refuses requests without certain header fields. Default: none is refused. */
  readonly require?: RequireInput;
  /** Refuses requests whose URL is not signed, or whose signature has expired. Default: none is refused. */
  readonly signedUrl?: SignedUrlInput;
}
