/**
 * The rules file as its author writes it. What is untyped there (JSON, a script) goes through the same
 * validation; docs/rules.md has an example of every key.
 */

/** Seconds as a number, or a whole number with its unit: `"30s"`, `"10m"`, `"1h"`, `"1d"`, `"2w"`. */
export type Duration = number | `${number}${"s" | "m" | "h" | "d" | "w"}`;

/** A regular expression in JavaScript's syntax, to be found anywhere in a value unless anchored. */
export interface Expression {
  readonly matches: string;
  readonly ignoreCase?: boolean;
}

/** `true`: present. `false`: absent. A string: equal to it. A list: equal to one of them. Or an expression. */
export type FieldTest = boolean | string | readonly string[] | Expression;

/** A request method in capitals. The union is for completion; any other method is accepted also. */
export type Method =
  | "GET"
  | "HEAD"
  | "POST"
  | "PUT"
  | "PATCH"
  | "DELETE"
  | "OPTIONS"
  | "QUERY"
  | (string & Record<never, never>);

/** Which requests a rule is for. Every key that is written must hold; a key left out holds always. */
export interface MatchInput {
  /** Pathname pattern or patterns in URLPattern syntax: `/products/:id`, `/blog/*`. Default: every path. */
  readonly path?: string | readonly string[];
  /** Extension or extensions of the path's last segment, without the dot: `["css", "js"]`. Default: any. */
  readonly extension?: string | readonly string[];
  /** Method or methods; GET includes HEAD. Default: every method, so that a pass rule covers writes too. */
  readonly method?: Method | readonly Method[];
  /** Host name without port, or `*.example.com` for every name below it. Default: every host. */
  readonly host?: string | readonly string[];
  /** Tests of query parameters by name: `{ page: true, preview: false }`. Default: none. */
  readonly query?: Readonly<Record<string, FieldTest>>;
  /** Tests of request header fields by name, which may be written in any case. Default: none. */
  readonly headers?: Readonly<Record<string, FieldTest>>;
  /** Tests of cookies by name. Default: none. */
  readonly cookies?: Readonly<Record<string, FieldTest>>;
  /** ISO 3166-1 country code or codes of the client; "T1" is Tor. Default: every country. */
  readonly country?: string | readonly string[];
  /** AF, AN, AS, EU, NA, OC, SA. Default: every continent. */
  readonly continent?: string | readonly string[];
  /** Number or numbers of the client's autonomous system. Default: every one. */
  readonly asn?: number | readonly number[];
  /** TLS version or versions, such as `"TLSv1.3"`. Default: every one. */
  readonly tlsVersion?: string | readonly string[];
  /** `true`: known or scored to be a bot. `false`: not. Otherwise a verified bot's category. Default: both. */
  readonly bot?: boolean | string | readonly string[];
  /** Client addresses, or networks in CIDR notation: `["192.0.2.0/24", "2001:db8::/32"]`. Default: every one. */
  readonly ip?: string | readonly string[];
  /** None of these may hold all of what it says. */
  readonly not?: MatchInput | readonly MatchInput[];
  /** At least one of these must hold. */
  readonly any?: readonly MatchInput[];
  /** Each of these must hold. */
  readonly all?: readonly MatchInput[];
}

/** A lifetime in more than one word. */
export interface TtlInput {
  /** Takes the place of what the origin says. Not together with `fallback`. */
  readonly override?: Duration;
  /** Where the origin says nothing. */
  readonly fallback?: Duration;
  /** At least this long, whatever the origin says. */
  readonly min?: Duration;
  /** At most this long. */
  readonly max?: Duration;
  /** By status or range, `{ "404": "30s", "5xx": "never", "300-399": "1h" }`, before all of the above. */
  readonly byStatus?: Readonly<Record<string, Duration | "never">>;
}

/** As `TtlInput`, for the edge. */
export interface EdgeTtlInput extends TtlInput {
  /** Shortens each lifetime by up to this part of it, so that copies do not expire together: `"10%"`. */
  readonly jitter?: `${number}%`;
}

/** A stale window: from `override` on also where the origin's directives forbid to answer stale. */
export type StaleWindowInput = Duration | { readonly window: Duration; readonly override?: boolean };

/** Which query parameters are in the key, and so reach the origin. */
export type QueryInput =
  | "all"
  | "none"
  | {
      /** Only these; `*` stands for any characters. Not together with `exclude`. */
      readonly include?: readonly string[];
      /** All but these; `*` stands for any characters. */
      readonly exclude?: readonly string[];
      /** By name, so that their order does not matter. Default: `false`, as sent. */
      readonly sort?: boolean;
      /** `"drop"`: without the built-in list of tracking parameters. Default: `"keep"`. */
      readonly tracking?: "keep" | "drop";
    };

/** Names, each by value; or by value or presence. */
export type KeyedFieldsInput = readonly string[] | Readonly<Record<string, "value" | "presence">>;

/** What besides the query tells one copy from another. What is not in the key does not reach the origin. */
export interface KeyInput {
  /** Default: `true`. `false`: one copy for all hosts. */
  readonly host?: boolean;
  /** Request header fields. Default: none. */
  readonly headers?: KeyedFieldsInput;
  /** Cookies. Default: none. Where any is named, the others do not reach the origin. */
  readonly cookies?: KeyedFieldsInput;
  /** Mobile, tablet, desktop or bot; the origin is sent it as `X-Device-Class`. Default: `false`. */
  readonly device?: boolean;
  /** The client's country; the origin is sent it as `X-Country`. Default: `false`. */
  readonly country?: boolean;
  /** The language of this list that `Accept-Language` asks for; the first where it asks for none. */
  readonly language?: readonly string[];
  /** The media type of this list that `Accept` asks for; the first where it asks for none. */
  readonly accept?: readonly string[];
  /** The content coding of this list, in the order of preference, that `Accept-Encoding` allows, else identity. */
  readonly encoding?: readonly string[];
  /** `"insensitive"`: paths are lower-cased, also for the origin. Default: `"sensitive"`. */
  readonly pathCase?: "sensitive" | "insensitive";
  /** `"strip"`: `/a/` is `/a`, also for the origin. Default: `"keep"`. */
  readonly trailingSlash?: "keep" | "strip";
  /** A change leaves all earlier copies behind. Default: none. */
  readonly version?: string | number;
  /** Caches reads with a body, its hash in the key: GraphQL, search. Default: none. */
  readonly body?: {
    /** `"POST"`, `"QUERY"` or both. */
    readonly methods: readonly ("POST" | "QUERY")[];
    /** Longer bodies pass. Bytes, from 1 to 1048576. Default: 65536. */
    readonly maxBytes?: number;
  };
}

/** A JSON Web Token and how it is verified. */
export interface JwtInput {
  /** Where it stands. Default: `"bearer"`, the Authorization field. */
  readonly from?: "bearer" | { readonly cookie: string };
  /** The name of the variable with the shared secret (HS256, HS384, HS512). One of the three is needed. */
  readonly secret?: string;
  /** The name of the variable with the public key, in PEM (SPKI). */
  readonly publicKey?: string;
  /** The address of the key set. */
  readonly jwks?: string;
  /** Default: HS256 with `secret`, else RS256, ES256 and EdDSA. */
  readonly algorithms?: readonly string[];
  /** What `iss` must be. Default: anything. */
  readonly issuer?: string;
  /** What `aud` must contain. Default: anything. */
  readonly audience?: string;
}

export interface CorsInput {
  /** Origins that may read: `"*"`, or such as `"https://app.example.com"`, `"https://*.example.com"`. */
  readonly origins: "*" | readonly string[];
  /** Default: GET, HEAD, POST. */
  readonly methods?: readonly Method[];
  /** Request fields; `"*"`: whatever is asked for. Default: none but the safelisted. */
  readonly headers?: "*" | readonly string[];
  /** Response fields that scripts may read besides the safelisted. Default: none. */
  readonly exposeHeaders?: readonly string[];
  /** Not together with `origins: "*"`. Default: `false`. */
  readonly credentials?: boolean;
  /** How long browsers keep the answer to a preflight. Default: the browser's own. */
  readonly maxAge?: Duration;
}

/** An answer without the origin: exactly one of the four. */
export type RespondInput =
  | { readonly redirect: string; readonly status?: 301 | 302 | 303 | 307 | 308 }
  | { readonly block: number; readonly body?: string }
  | { readonly maintenance: true; readonly retryAfter?: Duration; readonly body?: string }
  | { readonly fixed: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string };

/** Cloudflare's native rate limit binding, which counts per data centre. */
export interface RateLimitInput {
  /** Its name in `[[ratelimits]]` of wrangler.toml. */
  readonly binding: string;
  /** As wrangler.toml has them, for the RateLimit fields. */
  readonly limit: number;
  readonly period: "10s" | "60s" | 10 | 60;
  /** Whom to count. Default: `"{ip}"`. */
  readonly by?: string;
}

export interface FieldChangesInput {
  readonly set?: Readonly<Record<string, string>>;
  readonly add?: Readonly<Record<string, string>>;
  readonly remove?: readonly string[];
}

/** Which origin a route asks: a name, names in the order of failover, or names with their shares. */
export type OriginChoiceInput = string | readonly string[] | Readonly<Record<string, number>>;

export interface OriginInput {
  readonly use?: OriginChoiceInput;
  /** Path to ask for, as a template: `"/v2{path}"`. Default: the client's. */
  readonly rewrite?: string;
  /** Statuses on which the next origin is asked. Default: 500, 502, 503, 504. */
  readonly failoverOn?: readonly number[];
}

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
  readonly scope?: "shared" | "user" | { readonly claims: readonly string[] };
  /** By what a user is known, for `scope: "user"`. Default: `"authorization"`. */
  readonly identity?: "authorization" | { readonly cookie: string } | { readonly claim: string };
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
  /** Answers CORS at the edge. Default: the origin does. */
  readonly cors?: CorsInput;
  /** Tags, and paths (with "/" first), that a successful write invalidates: `["products", "/products/{id}"]`. */
  readonly invalidates?: readonly string[];
  /** For how long a writer bypasses what is older than its write. Default: not at all. */
  readonly readYourWrites?: Duration;
  /** Which origin is asked, and for what. Default: `"default"`, the ORIGIN variable. */
  readonly origin?: string | OriginInput;
  /** Changes to the request that the origin gets. Values are templates; `{env.NAME}` is a secret. */
  readonly requestHeaders?: FieldChangesInput;
  /** Changes to the answer that clients get. */
  readonly responseHeaders?: FieldChangesInput;
  /** Answers without the origin. */
  readonly respond?: RespondInput;
  readonly rateLimit?: RateLimitInput;
}

/** The names of the built-in starting points (src/rules/presets.ts). */
export type PresetName = "static-assets" | "api-list" | "per-user" | "never";

/** One rule as the operator writes it. */
export interface RuleInput extends DecisionsInput {
  /** Unique; it appears in logs, statistics and explanations. Up to 64 printable ASCII characters. */
  readonly name: string;
  /** Which requests it is for; `{}` is every request. */
  readonly match: MatchInput;
  /** A named starting point, whose keys stand between the defaults and the rule's own. */
  readonly extends?: PresetName;
}

/** An origin, reached by URL or through a service binding. */
export interface NamedOriginInput {
  /** Such as `"https://api.example.com/v1"`. */
  readonly url?: string;
  /** The name of a service binding of wrangler.toml. */
  readonly service?: string;
  /** Until the header section. Default: ORIGIN_TIMEOUT. */
  readonly firstByteTimeout?: Duration;
  /** Between two pieces of a body. Default: no limit. */
  readonly betweenBytesTimeout?: Duration;
  /** For the whole answer. Default: no limit. */
  readonly totalTimeout?: Duration;
  /** Of safe methods, with backoff. Default: none. */
  readonly retries?: {
    /** Beyond the first. From 1 to 5. */
    readonly attempts: number;
    /** Before the first retry, in milliseconds, doubled for each further one. Default: 100. */
    readonly backoffMs?: number;
    /** Answers that are tried again, besides failures. Default: 502, 503, 504. */
    readonly on?: readonly number[];
  };
  /** Requests under way at once in one isolate. Default: no limit. */
  readonly maxConcurrent?: number;
  /** Stops asking an origin that fails. Default: never. */
  readonly circuitBreaker?: {
    /** Failures in a row that open it. Default: 5. */
    readonly failures?: number;
    /** How long it stays open unless `Retry-After` says longer. Default: 30 seconds. */
    readonly cooldown?: Duration;
    /** The path of a health check that closes it again. Default: the next request is the test. */
    readonly probe?: string;
  };
}

/** The rules file. */
export interface RulesInput {
  /** Decisions for every rule that does not say otherwise, and for requests that no rule matches. */
  readonly defaults?: DecisionsInput;
  /** Origins by name. `default` is the ORIGIN variable; an entry of that name adds to it. */
  readonly origins?: Readonly<Record<string, string | NamedOriginInput>>;
  /** In order: the first rule that matches decides. */
  readonly rules: readonly RuleInput[];
}
