/** How the rules file says what is answered at the edge. */

import type { Duration } from "./input-freshness.ts";
import type { Method } from "./input-match.ts";

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
