import { invalidatedUris } from "../cache/invalidation.ts";
import type { Reason } from "../cache/reasons.ts";
import { invalidate as invalidateStored } from "../store/keep.ts";
import type { Answer } from "./answer.ts";
import { forward } from "./forward.ts";
import type { Exchange, Shell } from "./shell.ts";
import { purgeAfter, readUris } from "./write-purges.ts";
import { writtenCookie } from "./written.ts";

/** RFC 9111 §4.4. What a write invalidates is in force before the client hears of its success. */
export async function writeThrough(exchange: Exchange, shell: Shell, reason: Reason): Promise<Answer> {
  const { answer, fields } = await forward(exchange, shell, reason);
  if (fields === null) return answer;
  if (isSuccess(answer.response.status)) {
    const targets = invalidatedUris(exchange.head, answer.response);
    const uris = new Set(targets.flatMap((url) => readUris({ url, query: "its own" }, shell)));
    await Promise.all([
      ...[...uris].map((uri) => invalidate(uri, shell)),
      purgeAfter(exchange, shell, fields),
    ]);
    await letWriterRead(exchange, shell, answer);
  }
  return { ...answer, outcome: "WRITE" };
}

// RFC 9111 §4.4: a non-error response is one of 2xx and 3xx.
function isSuccess(status: number): boolean {
  return status >= 200 && status < 400;
}

async function invalidate(uri: string, shell: Shell): Promise<void> {
  const now = shell.clock();
  shell.invalidations.record(uri, now);
  await invalidateStored(shell.store, uri, now);
}

async function letWriterRead({ head, policy }: Exchange, shell: Shell, { response }: Answer): Promise<void> {
  const seconds = policy.readYourWritesSeconds;
  if (seconds === null) return;
  const written = { now: shell.clock(), seconds, secure: head.url.protocol === "https:" };
  const cookie = await writtenCookie(written, shell.config);
  if (cookie !== null) response.headers.append("set-cookie", cookie);
}
