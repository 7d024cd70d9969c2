/** How the rules file says which origin is asked, and how. */

import type { Duration } from "./freshness.ts";

/** Changes to header fields: first removed, then set, then added. */
export interface FieldChangesInput {
  /** Fields and what they are set to. */
  readonly set?: Readonly<Record<string, string>>;
  /** Fields and what is added to what they have. */
  readonly add?: Readonly<Record<string, string>>;
  /** Names of fields. */
  readonly remove?: readonly string[];
}

/** Which origin a route asks: a name, names in the order of failover, or names with their shares. */
export type OriginChoiceInput = string | readonly string[] | Readonly<Record<string, number>>;

/** A rule's origin in more than one word. */
export interface OriginInput {
  /** Default: `"default"`, the ORIGIN variable. */
  readonly use?: OriginChoiceInput;
  /** Path to ask for, as a template: `"/v2{path}"`. Default: the client's. */
  readonly rewrite?: string;
  /** Statuses on which the next origin is asked. Default: 500, 502, 503, 504. */
  readonly failoverOn?: readonly number[];
}

/** An origin, reached by URL or through a service binding. */
export interface NamedOriginInput {
  /** Such as `"https://api.example.com/v1"`. */
  readonly url?: string;
  /** The name of a service binding of wrangler.toml. */
  readonly service?: string;
  /** By what the origin knows that a request comes from the cache. Default: by nothing. */
  readonly auth?: OriginAuthInput;
  /** Until the header section. Default: ORIGIN_TIMEOUT. */
  readonly firstByteTimeout?: Duration;
  /** Between two pieces of a body. Default: no limit. */
  readonly betweenBytesTimeout?: Duration;
  /** For the whole answer. Default: no limit. */
  readonly totalTimeout?: Duration;
  /** Of safe methods, with backoff. Default: none. */
  readonly retries?: RetriesInput;
  /** Requests under way at once in one isolate. Default: no limit. */
  readonly maxConcurrent?: number;
  /** Stops asking an origin that fails. Default: never. */
  readonly circuitBreaker?: CircuitBreakerInput;
}

/** By what an origin knows the cache: any of the three, or several. */
export interface OriginAuthInput {
  /** A secret in a header field. */
  readonly header?: SecretFieldInput;
  /** A signature of each request, as an HTTP message signature (RFC 9421). */
  readonly signature?: RequestSignatureInput;
  /** The name of an mTLS certificate binding of wrangler.toml. */
  readonly certificate?: string;
}

/** A header field with a secret that both know. */
export interface SecretFieldInput {
  /** Default: `"x-origin-secret"`. */
  readonly name?: string;
  /** The name of the secret. */
  readonly secret: string;
}

/** HMAC-SHA-256 over method, path, query, instant and content. */
export interface RequestSignatureInput {
  /** The name of a secret of at least 32 characters. */
  readonly secret: string;
  /** Tells the origin which secret it is. Default: `"selvedge"`. */
  readonly keyId?: string;
  /** Content up to so many bytes is read and signed. Up to 1048576. Default: 65536. */
  readonly maxBodyBytes?: number;
}

/** How often an origin is asked again. */
export interface RetriesInput {
  /** Beyond the first. From 1 to 5. */
  readonly attempts: number;
  /** Before the first retry, in milliseconds, doubled for each further one. Default: 100. */
  readonly backoffMs?: number;
  /** Answers that are tried again, besides failures. Default: 502, 503, 504. */
  readonly on?: readonly number[];
}

/** When an origin that fails is no longer asked. */
export interface CircuitBreakerInput {
  /** Failures in a row that open it. Default: 5. */
  readonly failures?: number;
  /** How long it stays open unless `Retry-After` says longer. Default: 30 seconds. */
  readonly cooldown?: Duration;
  /** The path of a health check that closes it again. Default: the next request is the test. */
  readonly probe?: string;
}
