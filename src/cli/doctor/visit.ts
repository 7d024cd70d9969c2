import { whyNot } from "../control-client.ts";

/** One answer, without its body, and when it came. */
export interface Visit {
  readonly status: number;
  readonly headers: Headers;
  /** Milliseconds since the epoch, halfway between asking and the head of the answer. */
  readonly at: number;
}

/** A visit, or why there was none. */
export type Visited = Visit | { readonly failure: string };

const LIMIT_MS = 15_000;

/** Asks for an address as a client would that has nothing of it; follows no redirect. */
export async function visit(url: URL): Promise<Visited> {
  const askedAt = Date.now();
  try {
    const headers = { "user-agent": "selvedge-doctor", accept: "*/*" };
    const signal = AbortSignal.timeout(LIMIT_MS);
    const response = await fetch(url, { headers, redirect: "manual", signal });
    const at = (askedAt + Date.now()) / 2;
    await response.body?.cancel();
    return { status: response.status, headers: response.headers, at };
  } catch (error) {
    return { failure: whyNot(error, LIMIT_MS) };
  }
}
