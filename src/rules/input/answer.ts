/** How the rules file says what is answered at the edge. */

import type { Duration } from "./freshness.ts";
import type { Method } from "./match.ts";

/** How browsers on other sites may use the answers (the Fetch standard's CORS protocol). */
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
export type RespondInput = RedirectInput | BlockInput | MaintenanceInput | FixedInput;

/** Sends clients elsewhere. */
export interface RedirectInput {
  /** A path or an address, as a template: `"/products/{id}"`, `"https://www.example.com{path}{search}"`. */
  readonly redirect: string;
  /** Default: 302. */
  readonly status?: 301 | 302 | 303 | 307 | 308;
}

/** Refuses. */
export interface BlockInput {
  /** The status, from 400 to 599. */
  readonly block: number;
  /** Up to 64 KiB. Default: empty. */
  readonly body?: string;
}

/** Answers 503 while the origin is worked on. */
export interface MaintenanceInput {
  /** `true`. */
  readonly maintenance: true;
  /** What `Retry-After` says. Default: there is none. */
  readonly retryAfter?: Duration;
  /** Up to 64 KiB. Default: empty. */
  readonly body?: string;
}

/** Answers always the same. */
export interface FixedInput {
  /** The status, from 200 to 599. */
  readonly fixed: number;
  /** Its header fields. Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Up to 64 KiB. Default: empty. */
  readonly body?: string;
}

/** Cloudflare's native rate limit binding, which counts per data centre. */
export interface RateLimitInput {
  /** Its name in `[[ratelimits]]` of wrangler.toml. */
  readonly binding: string;
  /** As wrangler.toml has them, for the RateLimit fields. */
  readonly limit: number;
  /** As wrangler.toml has it. */
  readonly period: "10s" | "60s" | 10 | 60;
  /** Whom to count. Default: `"{ip}"`. */
  readonly by?: string;
}
