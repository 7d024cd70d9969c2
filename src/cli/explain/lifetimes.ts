import { currentAge, freshnessLifetime } from "../../cache/freshness.ts";
import { responseDirectives, type StaleAllowance, staleAllowance } from "../../cache/lifetime/directives.ts";
import type { LifetimeSource } from "../../cache/lifetime/origin-lifetime.ts";
import { setBrowserTtl } from "../../cache/outgoing/browser-ttl.ts";
import type { Policy } from "../../cache/policy.ts";
import type { StoredResponse } from "../../cache/types.ts";
import { Fields } from "../../http/field-section.ts";

/** The times of a response, in seconds, and whose word each is. */
export interface Lifetimes {
  readonly lifetimeSeconds: number;
  readonly from: LifetimeSource;
  readonly ageSeconds: number;
  readonly staleWhileRevalidate: StaleAllowance;
  readonly staleIfError: StaleAllowance;
  /** What browsers are told; null where they are told nothing. */
  readonly browserCacheControl: string | null;
}

/** Those of a response that is stored, or would be. `now` is in milliseconds since the epoch. */
export function lifetimesOf(response: StoredResponse, policy: Policy, now: number): Lifetimes {
  const { seconds, source } = freshnessLifetime(response, policy);
  const { directives } = responseDirectives(response.headers);
  const forBrowsers = new Fields(response.headers);
  setBrowserTtl(forBrowsers, response, policy.browserTtl);
  return {
    lifetimeSeconds: seconds,
    from: source,
    ageSeconds: currentAge(response, now),
    staleWhileRevalidate: staleAllowance(directives, "stale-while-revalidate", policy.staleWhileRevalidate),
    staleIfError: staleAllowance(directives, "stale-if-error", policy.staleIfError),
    browserCacheControl: forBrowsers.get("cache-control"),
  };
}
