import { canonicalRequest } from "../cache/canonical.ts";
import { invalidatedUris } from "../cache/invalidation.ts";
import { NO_MATERIAL, primaryKey } from "../cache/key.ts";
import type { Reason } from "../cache/reasons.ts";
import { changedHead } from "../cache/request.ts";
import type { Answer } from "./answer.ts";
import { forward } from "./forward.ts";
import type { Exchange, Shell } from "./shell.ts";
import { storeKey } from "./store-key.ts";
import { writtenCookie } from "./written.ts";

/** RFC 9111 §4.4. What a write invalidates is in force before the client hears of its success. */
export async function writeThrough(exchange: Exchange, shell: Shell, reason: Reason): Promise<Answer> {
  const answer = await forward(exchange, shell, reason);
  if (answer.outcome === "ERROR") return answer;
  if (isSuccess(answer.response.status)) {
    const uris = invalidatedUris(exchange.head, answer.response);
    await Promise.all(uris.map((url) => invalidate(url, exchange, shell)));
    await letWriterRead(exchange, shell, answer);
  }
  return { ...answer, outcome: "WRITE" };
}

// RFC 9111 §4.4: a non-error response is one of 2xx and 3xx.
function isSuccess(status: number): boolean {
  return status >= 200 && status < 400;
}

async function invalidate(url: URL, exchange: Exchange, shell: Shell): Promise<void> {
  const uri = storedUri(url, exchange, shell);
  const now = shell.clock();
  shell.invalidations.record(uri, now);
  // Written also where nothing is stored yet: another isolate may have a response on its way.
  const record = { index: { nominations: [], invalidatedAt: now }, response: null };
  await shell.store.save(await storeKey(uri), record, null, now);
}

/** The URI under which a read of this URL is stored, by the rule that such a read falls under. */
function storedUri(url: URL, { head }: Exchange, shell: Shell): string {
  const read = changedHead(head, { method: "GET", url });
  const { policy } = shell.choose(read);
  return primaryKey(canonicalRequest(read, policy), policy, NO_MATERIAL).uri;
}

async function letWriterRead({ head, policy }: Exchange, shell: Shell, { response }: Answer): Promise<void> {
  const seconds = policy.readYourWritesSeconds;
  if (seconds === null) return;
  const written = { now: shell.clock(), seconds, secure: head.url.protocol === "https:" };
  const cookie = await writtenCookie(written, shell.config);
  if (cookie !== null) response.headers.append("set-cookie", cookie);
}
