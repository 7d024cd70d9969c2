import type { StoredBody } from "./store.ts";

/** Lets go of a body that nobody will read. */
export function discard(body: StoredBody | null | undefined): void {
  if (body instanceof ReadableStream && !body.locked) body.cancel().catch(() => {});
}
