import { discard } from "../../store/discard.ts";
import type { Upstream } from "./upstreams.ts";

const LIMIT_MS = 10_000;

/** Asks an origin behind a request whether it is well again, and tells its breaker. Never rejects. */
export async function probe(upstream: Upstream, path: string, clock: () => number): Promise<void> {
  const { breaker, origin, path: prefix } = upstream;
  try {
    const response = await upstream.send(new Request(origin + prefix + path), {
      redirect: "manual",
      signal: AbortSignal.timeout(LIMIT_MS),
    });
    discard(response.body);
    if (response.status < 400) breaker?.succeeded();
    else breaker?.failed(clock(), null);
  } catch {
    breaker?.failed(clock(), null);
  }
}
