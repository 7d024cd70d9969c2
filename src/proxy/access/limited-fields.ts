import type { RateLimit } from "../../cache/policy.ts";
import { formatRateLimit, formatRateLimitPolicy } from "../../http/rate-limit.ts";

/** `Retry-After` and the fields of draft-ietf-httpapi-ratelimit-headers-11, for who has been limited. */
export function limitedFields({ binding, limit, periodSeconds }: RateLimit): Headers {
  const quota = { name: binding, limit, windowSeconds: periodSeconds };
  return new Headers({
    // The binding does not tell when the period ends: it is over by then.
    "retry-after": String(periodSeconds),
    "ratelimit-policy": formatRateLimitPolicy(quota),
    ratelimit: formatRateLimit(quota, 0, periodSeconds),
  });
}
