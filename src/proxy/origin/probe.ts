import { discard } from "../../store/discard.ts";
import type { Shell } from "../shell.ts";
import { addAuthentication, type Upstream } from "./upstreams.ts";

const LIMIT_MS = 10_000;

/** Asks an origin behind a request whether it is well again, and tells its breaker. Never rejects. */
export async function probe(
  upstream: Upstream,
  path: string,
  { config, clock }: Pick<Shell, "config" | "clock">,
): Promise<void> {
  const { breaker, origin, path: prefix } = upstream;
  const url = new URL(origin + prefix + path);
  const headers = new Headers();
  try {
    await addAuthentication(headers, { method: "GET", url, content: null, now: clock() }, upstream, config);
    const response = await upstream.send(url.href, {
      headers,
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
