import { BoundedMap } from "../store/bounded-map.ts";
import type { ControlToken } from "./tokens.ts";

/** Who is asking, or null. All tokens are compared, in a time that says nothing of where they differ. */
export async function whoAsks(
  request: Request,
  tokens: readonly ControlToken[],
): Promise<ControlToken | null> {
  const [scheme, given] = (request.headers.get("authorization") ?? "").split(" ", 2);
  if (scheme?.toLowerCase() !== "bearer" || !given) return null;
  const offered = await digest(given);
  const digests = await Promise.all(tokens.map(({ token }) => digest(token)));
  const equal = digests.map((each) => crypto.subtle.timingSafeEqual(each, offered));
  return tokens[equal.indexOf(true)] ?? null;
}

// Digests are of one length, so that the comparison does not tell the token's.
function digest(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
}

interface Failures {
  readonly count: number;
  readonly sinceAt: number;
}

const MOST_FAILURES = 10;
const WINDOW_MS = 60_000;
const MOST_CLIENTS = 10_000;

/** Failed attempts by client, of one isolate: after ten in a minute a client is no longer listened to for the rest of it. */
export class Attempts {
  readonly #failures = new BoundedMap<Failures>(MOST_CLIENTS);

  /** Counts one more. Seconds until the client may try again, or null where it may at once. */
  failed(client: string, now: number): number | null {
    const known = this.#failures.get(client);
    const isOver = known === undefined || now - known.sinceAt >= WINDOW_MS;
    const failures = isOver ? { count: 1, sinceAt: now } : { ...known, count: known.count + 1 };
    this.#failures.set(client, failures);
    return failures.count <= MOST_FAILURES ? null : Math.ceil((failures.sinceAt + WINDOW_MS - now) / 1000);
  }
}
