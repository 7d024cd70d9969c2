import { describe, expect, it } from "vitest";
import { formatRateLimit, formatRateLimitPolicy } from "../../src/http/rate-limit.ts";

const QUOTA = { name: "API_LIMIT", limit: 100, windowSeconds: 60 };

describe("draft-ietf-httpapi-ratelimit-headers-11 §4: RateLimit-Policy and RateLimit", () => {
  it("tells the quota and its window", () => {
    expect(formatRateLimitPolicy(QUOTA)).toBe('"API_LIMIT";q=100;w=60');
  });

  it("tells what remains, and for how long", () => {
    expect(formatRateLimit(QUOTA, 0, 60)).toBe('"API_LIMIT";r=0;t=60');
  });
});
