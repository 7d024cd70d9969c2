import { parseAddress } from "../rules/match/network.ts";
import { BoundedMap } from "../store/bounded-map.ts";

/** A rate limit of this name, if it is bound, counts the wrong tokens of all isolates of a location. */
const LIMITER = "CONTROL_LIMITER";

const MOST_FAILURES = 10;
const WINDOW_MS = 60_000;
const MOST_CLIENTS = 10_000;

interface Failures {
  readonly count: number;
  readonly sinceAt: number;
}

/** Wrong tokens by client, of one isolate: after ten in a minute a client is not heard for the rest of it. */
export class Attempts {
  readonly #failures = new BoundedMap<Failures>(MOST_CLIENTS);

  /** Seconds until the client is heard again, or null where it is heard. */
  blockedFor(client: string, now: number): number | null {
    const known = this.#known(client, now);
    if (known === null || known.count < MOST_FAILURES) return null;
    return Math.max(1, Math.ceil((known.sinceAt + WINDOW_MS - now) / 1000));
  }

  /** Counts one more. */
  failed(client: string, now: number): void {
    const known = this.#known(client, now) ?? { count: 0, sinceAt: now };
    this.#failures.set(client, { ...known, count: known.count + 1 });
  }

  /** As if it had used up its attempts. */
  block(client: string, now: number): void {
    this.#failures.set(client, { count: MOST_FAILURES, sinceAt: now });
  }

  #known(client: string, now: number): Failures | null {
    const known = this.#failures.get(client);
    return known === undefined || now - known.sinceAt >= WINDOW_MS ? null : known;
  }
}

const IPV6_NETWORK_BYTES = 8;

/** Who is counted together: an IPv4 address, or the /64 that one client has of IPv6 (RFC 6177 §2). */
export function clientOf(request: Request): string {
  const given = request.headers.get("cf-connecting-ip");
  const address = given === null ? null : parseAddress(given);
  if (address === null) return "unknown";
  return address.slice(0, IPV6_NETWORK_BYTES).join(".");
}

interface Limiter {
  limit(counted: { readonly key: string }): Promise<{ readonly success: boolean }>;
}

/** Counts a wrong token at the location's limit, where one is bound; whether that was one too many. */
export async function isOverLimit(
  client: string,
  bindings: Readonly<Record<string, unknown>>,
): Promise<boolean> {
  const limiter = bindings[LIMITER];
  if (!isLimiter(limiter)) return false;
  try {
    const { success } = await limiter.limit({ key: client });
    return !success;
  } catch (error) {
    // The isolate's own count still stands.
    console.error(`rate limit ${LIMITER} does not count: ${String(error)}`);
    return false;
  }
}

function isLimiter(bound: unknown): bound is Limiter {
  return typeof bound === "object" && bound !== null && "limit" in bound && typeof bound.limit === "function";
}
