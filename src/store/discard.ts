import type { StoredBody } from "./store.ts";

/** Lets go of a body that nobody will read. */
export function discard(body: StoredBody | null | undefined): void {
  if (body instanceof ReadableStream && !body.locked) body.cancel().catch(() => {});
}

/** All of a body; rejects where it breaks off. */
export async function bytesOf(body: StoredBody | null): Promise<ArrayBuffer | null> {
  return body instanceof ReadableStream ? new Response(body).arrayBuffer() : body;
}
