import { invalidatedUris } from "../cache/invalidation.ts";
import type { Reason } from "../cache/reasons.ts";
import { changedHead } from "../cache/request.ts";
import { storedUri } from "../cache/stored-uri.ts";
import { renderTag, tagsToPurge } from "../cache/tags.ts";
import { renderPath } from "../cache/url-template.ts";
import type { PurgeRequest } from "../purge/purge.ts";
import { invalidate as invalidateStored } from "../store/keep.ts";
import type { Answer } from "./answer.ts";
import { forward } from "./forward.ts";
import { occasionOf } from "./purges.ts";
import type { Exchange, Shell } from "./shell.ts";
import { writtenCookie } from "./written.ts";

/** RFC 9111 §4.4. What a write invalidates is in force before the client hears of its success. */
export async function writeThrough(exchange: Exchange, shell: Shell, reason: Reason): Promise<Answer> {
  const { answer, fields } = await forward(exchange, shell, reason);
  if (fields === null) return answer;
  if (isSuccess(answer.response.status)) {
    const uris = invalidatedUris(exchange.head, answer.response);
    await Promise.all([
      ...uris.map((url) => invalidate(url, exchange, shell)),
      purge(exchange, shell, fields),
    ]);
    await letWriterRead(exchange, shell, answer);
  }
  return { ...answer, outcome: "WRITE" };
}

// RFC 9111 §4.4: a non-error response is one of 2xx and 3xx.
function isSuccess(status: number): boolean {
  return status >= 200 && status < 400;
}

async function invalidate(url: URL, exchange: Exchange, shell: Shell): Promise<void> {
  const uri = uriOf(url, exchange, shell);
  const now = shell.clock();
  shell.invalidations.record(uri, now);
  await invalidateStored(shell.store, uri, now);
}

// By the rule that a read of this URL falls under.
function uriOf(url: URL, { head }: Exchange, shell: Shell): string {
  const read = changedHead(head, { method: "GET", url });
  return storedUri(read, shell.choose(read).policy);
}

async function purge(exchange: Exchange, shell: Shell, fields: Headers): Promise<void> {
  const { head, policy } = exchange;
  const subject = { request: head, response: null, variables: {} };
  const named = policy.originPurges === "honor" ? tagsToPurge(fields).flatMap(tagFact) : [];
  const chosen = policy.invalidates.flatMap((template) => {
    if (!template.source.startsWith("/")) return tagFact(renderTag(template, subject));
    const path = renderPath(template, subject);
    return path === null
      ? []
      : spellingsOf(path).map((each) => pathFact(uriOf(new URL(each, head.url), exchange, shell)));
  });
  const facts = [...chosen, ...named];
  if (facts.length === 0) return;
  const by = `rule ${policy.rule ?? "defaults"}`;
  const recorded = await shell.purges.record(facts, by, occasionOf(exchange, shell.clock()));
  if (recorded.kind === "not-recorded") console.error(`invalidation by ${by}: ${recorded.error}`);
}

const RESERVED_IN_SEGMENT = /%(?:21|24|26|27|28|29|2A|2B|2C|3A|3B|3D|40)/g;

// RFC 3986 §3.3: these may stand in a path as they are or encoded, and what is stored knows both as two URIs.
function spellingsOf(path: string): readonly string[] {
  return [...new Set([path, path.replace(RESERVED_IN_SEGMENT, decodeURIComponent)])];
}

function tagFact(tag: string | null): PurgeRequest[] {
  return tag === null ? [] : [{ scope: "tag", value: tag, soft: false }];
}

// Whatever its query.
function pathFact(uri: string): PurgeRequest {
  const { host, pathname } = new URL(uri);
  return { scope: "path", value: host + pathname, soft: false };
}

async function letWriterRead({ head, policy }: Exchange, shell: Shell, { response }: Answer): Promise<void> {
  const seconds = policy.readYourWritesSeconds;
  if (seconds === null) return;
  const written = { now: shell.clock(), seconds, secure: head.url.protocol === "https:" };
  const cookie = await writtenCookie(written, shell.config);
  if (cookie !== null) response.headers.append("set-cookie", cookie);
}
