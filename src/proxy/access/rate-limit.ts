import type { RateLimit } from "../../cache/policy.ts";
import { render } from "../../cache/template/template.ts";
import type { RequestHead } from "../../cache/types.ts";
import type { Config } from "../../config.ts";

/** Cloudflare's binding, as far as it is used. */
interface Limiter {
  limit(counted: { readonly key: string }): Promise<{ readonly success: boolean }>;
}

/**
 * Counts the request, and tells whether it is one too many. A limit that cannot be counted stops nobody: that
 * is told once, by the log.
 */
export async function isLimited(head: RequestHead, rateLimit: RateLimit, config: Config): Promise<boolean> {
  const limiter = config.bindings[rateLimit.binding];
  if (!isLimiter(limiter)) return failOpen(rateLimit, "no rate limit of this name is bound", config);
  try {
    const { success } = await limiter.limit({ key: countedKey(head, rateLimit) });
    return !success;
  } catch (error) {
    return failOpen(rateLimit, String(error), config);
  }
}

// Whoever lacks the value is counted together. The template goes with it: an address and a claim of the same
// text are two clients.
function countedKey(request: RequestHead, { by }: RateLimit): string {
  return JSON.stringify([by.source, render(by, { request, response: null, variables: {} })]);
}

function isLimiter(bound: unknown): bound is Limiter {
  return typeof bound === "object" && bound !== null && "limit" in bound && typeof bound.limit === "function";
}

const told = new WeakMap<Config, Set<string>>();

function failOpen({ binding }: RateLimit, complaint: string, config: Config): false {
  const names = told.get(config) ?? new Set();
  told.set(config, names);
  if (!names.has(binding)) console.error(`rate limit ${binding} does not count: ${complaint}`);
  names.add(binding);
  return false;
}
