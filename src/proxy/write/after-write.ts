import { invalidatedUris } from "../../cache/invalidation.ts";
import type { FieldSection } from "../../http/field-section.ts";
import { invalidate as invalidateStored } from "../../store/keep.ts";
import type { Answer } from "../answer/answer.ts";
import type { Exchange, Shell } from "../shell.ts";
import { purgeAfter, readUris } from "./write-purges.ts";
import { writtenCookie } from "./written.ts";

/** What the origin answered to a write, and the fields that it sent with it. */
interface Written {
  readonly answer: Answer;
  readonly fields: FieldSection;
}

/** Puts in force what a successful write invalidates, and lets its writer see it. */
export async function afterWrite(
  exchange: Exchange,
  shell: Shell,
  { answer, fields }: Written,
): Promise<void> {
  const targets = invalidatedUris(exchange.head, answer.response);
  const uris = new Set(targets.flatMap((url) => readUris({ url, query: "its own" }, shell)));
  await Promise.all([...[...uris].map((uri) => invalidate(uri, shell)), purgeAfter(exchange, shell, fields)]);
  await letWriterRead(exchange, shell, answer);
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
