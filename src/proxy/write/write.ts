import type { Reason } from "../../cache/reasons.ts";
import type { Answer } from "../answer/answer.ts";
import { forward } from "../forward.ts";
import type { Exchange, Shell } from "../shell.ts";

/** RFC 9111 §4.4. What a write invalidates is in force before the client hears of its success. */
export async function writeThrough(exchange: Exchange, shell: Shell, reason: Reason): Promise<Answer> {
  // It is loaded while the origin works.
  const loading = import("./after-write.ts").catch(fail);
  const { answer, fields } = await forward(exchange, shell, reason);
  if (fields === null) return answer;
  if (isSuccess(answer.response.status)) {
    const loaded = await loading;
    await loaded?.afterWrite(exchange, shell, { answer, fields }).catch(fail);
  }
  return { ...answer, outcome: "WRITE" };
}

// The write is done, and its answer is its client's, whatever becomes of the cache.
function fail(error: unknown): null {
  console.error(`invalidation after a write failed: ${error instanceof Error ? error.stack : String(error)}`);
  return null;
}

// RFC 9111 §4.4: a non-error response is one of 2xx and 3xx.
function isSuccess(status: number): boolean {
  return status >= 200 && status < 400;
}
