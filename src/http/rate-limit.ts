import { formatString } from "./structured-fields.ts";

/** A quota as a client is told of it. */
export interface Quota {
  /** Printable ASCII. */
  readonly name: string;
  /** Requests in a window. */
  readonly limit: number;
  readonly windowSeconds: number;
}

/** draft-ietf-httpapi-ratelimit-headers-11 §4.1: the `RateLimit-Policy` value. */
export function formatRateLimitPolicy({ name, limit, windowSeconds }: Quota): string {
  return `${formatString(name)};q=${limit};w=${windowSeconds}`;
}

/** draft-ietf-httpapi-ratelimit-headers-11 §4.2: the `RateLimit` value; what remains, and for how long that holds. */
export function formatRateLimit({ name }: Quota, remaining: number, resetSeconds: number): string {
  return `${formatString(name)};r=${remaining};t=${resetSeconds}`;
}
