import type { Reason } from "../cache/reasons.ts";
import type { Answer } from "./answer.ts";
import { forward } from "./forward.ts";
import type { Exchange, Shell } from "./shell.ts";

/** RFC 9111 §4.4. What a write invalidates is in force before the client hears of its success. */
export async function writeThrough(exchange: Exchange, shell: Shell, reason: Reason): Promise<Answer> {
  // It is loaded while the origin works.
  const [{ answer, fields }, { afterWrite }] = await Promise.all([
    forward(exchange, shell, reason),
    import("./after-write.ts"),
  ]);
  if (fields === null) return answer;
  if (isSuccess(answer.response.status)) await afterWrite(exchange, shell, { answer, fields });
  return { ...answer, outcome: "WRITE" };
}

// RFC 9111 §4.4: a non-error response is one of 2xx and 3xx.
function isSuccess(status: number): boolean {
  return status >= 200 && status < 400;
}
