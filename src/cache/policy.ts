/**
 * What the rules chose for one request, with every default filled in: the rules write it (src/rules), the
 * engine and the shell act on it. Durations are in seconds unless the name says otherwise.
 */

import type {
  CorsPolicy,
  FixedAnswer,
  OriginAuth,
  RateLimit,
  RequiredFields,
  SecurityFields,
  SignedUrlPolicy,
} from "./policy-edge.ts";

export type * from "./policy-edge.ts";

/** The whole of it. Prebuilt per rule and frozen. */
export interface Policy {
  /** The name of the rule that matched, or null where none did. */
  readonly rule: string | null;
  /** "pass-ambiguous": of one request only, whose path servers may read in ways that fall under different rules. */
  readonly action: "cache" | "pass" | "pass-ambiguous";
  /** The answer to give without asking the origin, or null. */
  readonly respond: FixedAnswer | null;
  readonly rateLimit: RateLimit | null;
  readonly required: RequiredFields | null;
  readonly signedUrl: SignedUrlPolicy | null;
  readonly edgeTtl: TtlPolicy;
  readonly browserTtl: TtlPolicy;
  /** Stale windows, or null to take the origin's directive. */
  readonly staleWhileRevalidate: StaleWindow | null;
  readonly staleIfError: StaleWindow | null;
  readonly key: KeyPolicy;
  readonly scope: Scope;
  readonly tags: readonly Template[];
  /** Whether `Cache-Control` and `Pragma` of a request are obeyed (§5.2.1). */
  readonly clientDirectives: "honor" | "ignore";
  /** Whether a lifetime may be guessed where the origin gives none (§4.2.2). */
  readonly heuristicFreshness: boolean;
  /** What becomes of a response with `Set-Cookie`: not stored, or stored without that field. */
  readonly setCookie: "bypass" | "strip";
  /** Whether cookies reach the origin on reads that may be cached. */
  readonly requestCookies: "respect" | "ignore";
  /** Whether `Authorization` reaches the origin on reads that may be cached. */
  readonly authorization: "respect" | "ignore";
  readonly otherFields: OtherFields;
  readonly cors: CorsPolicy | null;
  /** What a successful write invalidates: tags, and paths, which begin with "/". */
  readonly invalidates: readonly Template[];
  /** Whether the origin's answer to a write may name tags to purge, in `Selvedge-Purge`. */
  readonly originPurges: "honor" | "ignore";
  /** For how long a writer is not served what was requested before its write, or null. */
  readonly readYourWritesSeconds: number | null;
  readonly origin: OriginPolicy;
  /** By which, in lower case, the rule was chosen: a response must be of such a type (file-types.ts). Mostly empty. */
  readonly extensions: readonly string[];
  readonly securityFields: SecurityFields | null;
  /** Changes to what clients are sent. Made to each answer, never stored. */
  readonly responseFields: FieldChanges;
}

/** How a lifetime follows from the origin's and the rule's word. All null and empty: the origin decides. */
export interface TtlPolicy {
  /** Takes the place of what the origin says. */
  readonly overrideSeconds: number | null;
  /** Where the origin says nothing. */
  readonly fallbackSeconds: number | null;
  readonly minSeconds: number | null;
  readonly maxSeconds: number | null;
  /** The first range that holds a status decides it, before all else. */
  readonly byStatus: readonly StatusTtl[];
  /** By which part of itself a lifetime may be shortened, from 0 to 1, differently for each response. */
  readonly jitter: number;
}

export interface StatusTtl {
  /** Inclusive. */
  readonly first: number;
  readonly last: number;
  /** "never": such a response is not stored. */
  readonly seconds: number | "never";
}

export interface StaleWindow {
  readonly seconds: number;
  /** True: also where the origin's directives forbid to answer stale. */
  readonly override: boolean;
}

/** What tells one stored response from another, besides scheme and path. */
export interface KeyPolicy {
  readonly query: QueryKey;
  /** False: one copy for all hosts. */
  readonly host: boolean;
  readonly headers: readonly KeyedField[];
  /** Where any is named, only these reach the origin. */
  readonly cookies: readonly KeyedField[];
  readonly device: boolean;
  readonly country: boolean;
  /** Negotiated against `Accept-Language`; the first is for those who accept none. Empty: not in the key. */
  readonly languages: readonly string[];
  /** Media types, negotiated against `Accept` likewise. */
  readonly mediaTypes: readonly string[];
  /** Content codings in the order of preference; those who accept none get `identity`. */
  readonly encodings: readonly string[];
  readonly pathCase: "sensitive" | "insensitive";
  readonly trailingSlash: "keep" | "strip";
  /** A change of it leaves all earlier copies behind. */
  readonly version: string | null;
  /** Reads with a body: by which methods, and how much of one is hashed. */
  readonly body: BodyKey | null;
}

export interface KeyedField {
  /** Lower case for header fields, as it is for cookies. */
  readonly name: string;
  /** By its presence, the origin is sent "1" in place of its value. */
  readonly by: "value" | "presence";
}

/** Request fields, in lower case, that no key names, on reads that may be cached (request-fields.ts). */
export interface OtherFields {
  /**
   * What becomes of a field that HTTP does not define: it is part of the key, or the origin does not see it. "vary": the
   * first where its name begins with "x-", as no specification's does (RFC 6648); else the origin sees it, and nominates it.
   */
  readonly fate: "key" | "drop" | "vary";
  /** Fields that the origin sees although they are not in the key. */
  readonly forward: readonly string[];
  /** Fields that decide whether the rule matches. */
  readonly tested: readonly string[];
}

/** Which query parameters are part of the key, and so reach the origin. */
export interface QueryKey {
  readonly keep: "all" | "none" | NameFilter;
  /** Parameters by name, those of one name in the order they came in. */
  readonly sort: boolean;
  /** Whether well-known tracking parameters are dropped. */
  readonly tracking: "keep" | "drop";
}

export interface NameFilter {
  readonly kind: "include" | "exclude";
  readonly exact: ReadonlySet<string>;
  /** Names with `*`, as the literal pieces around it: `utm_*` is ["utm_", ""]. */
  readonly wildcards: readonly (readonly string[])[];
}

export interface BodyKey {
  readonly methods: readonly string[];
  readonly maxBytes: number;
}

/** Who shares a stored response. */
export type Scope =
  | { readonly kind: "shared" }
  | { readonly kind: "user"; readonly identity: IdentitySource }
  | { readonly kind: "claims"; readonly names: readonly string[]; readonly jwt: JwtSource };

/** Where it stands who is asking. */
export type IdentitySource =
  | { readonly kind: "authorization" }
  | { readonly kind: "cookie"; readonly name: string }
  | { readonly kind: "claim"; readonly name: string; readonly jwt: JwtSource };

/** A JSON Web Token and how it is verified (RFC 7519, RFC 8725). */
export interface JwtSource {
  /** The Authorization field's bearer token, or the cookie of this name. */
  readonly cookie: string | null;
  /** `secret` and `publicKey` are names of variables, `jwks` is a URL. */
  readonly key: { readonly kind: "secret" | "publicKey" | "jwks"; readonly from: string };
  readonly algorithms: readonly string[];
  readonly issuer: string | null;
  readonly audience: string | null;
}

/** A text with places to fill in: `product:{id}`. */
export interface Template {
  readonly source: string;
  readonly parts: readonly (string | Placeholder)[];
}

/**
 * `{id}` is path, `{query.page}`, `{request.x-tenant}` (a request field), `{response.x-id}`, `{env.API_KEY}`
 * name theirs; `{host}`, `{path}` (whole, canonical), `{search}` (query with its "?"), `{country}` and `{ip}` are facts.
 */
export type Placeholder =
  | { readonly from: "param" | "query" | "request" | "response" | "env"; readonly name: string }
  | { readonly from: "host" | "path" | "search" | "country" | "ip" };

/** Which origin is asked, and how its request differs from the client's. */
export interface OriginPolicy {
  /** The first is asked; the others in this order where it fails. */
  readonly names: readonly string[];
  /** The share of each of `names`, to choose the first by, or null. */
  readonly weights: readonly number[] | null;
  /** Statuses that count as failure when there is another origin to ask. */
  readonly failoverStatuses: readonly number[];
  /** The path (and query, where it has a "?") to ask for, or null for the client's own. */
  readonly rewrite: Template | null;
  readonly fields: FieldChanges;
}

/** In this order: removed, set, added. */
export interface FieldChanges {
  readonly remove: readonly string[];
  readonly set: readonly (readonly [name: string, value: Template])[];
  readonly add: readonly (readonly [name: string, value: Template])[];
}

/** A named origin, as the rules file describes it. */
export interface OriginSettings {
  readonly name: string;
  /** Scheme, host, port and path prefix; null: the ORIGIN variable, or the service. */
  readonly url: string | null;
  /** The service binding to send requests through, or null. */
  readonly service: string | null;
  readonly auth: OriginAuth | null;
  /** Null: ORIGIN_TIMEOUT. */
  readonly firstByteSeconds: number | null;
  /** Null: no limit. */
  readonly betweenBytesSeconds: number | null;
  readonly totalSeconds: number | null;
  readonly retries: {
    readonly attempts: number;
    readonly backoffMs: number;
    readonly statuses: readonly number[];
  };
  /** Requests under way at once in one isolate, or null for no limit. */
  readonly maxConcurrent: number | null;
  readonly breaker: {
    /** Failures in a row that open it. */
    readonly failures: number;
    readonly cooldownSeconds: number;
    /** The path of a health check that closes it again, or null: the next request is the test. */
    readonly probe: string | null;
  } | null;
}
