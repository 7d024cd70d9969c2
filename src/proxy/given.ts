import { currentAge } from "../cache/freshness.ts";
import type { Policy } from "../cache/policy.ts";
import type { StoredResponse } from "../cache/types.ts";
import { isDatedAhead, type Purges, purgeOf } from "../purge/purge.ts";
import { discard } from "../store/discard.ts";
import type { Found, StoredBody, StoredRecord } from "../store/store.ts";
import { encoding, setCacheStatus } from "./answer/answer.ts";
import { hitFacts } from "./cacheable.ts";
import type { RequestEvent } from "./events/events.ts";
import type { Shell } from "./shell.ts";

/** An answer that was given from what is stored, and what it rests on. */
export interface Given {
  readonly uri: string;
  readonly response: StoredResponse;
  readonly policy: Policy;
  readonly lifetimeSeconds: number;
  readonly invalidatedAt: number | null;
  readonly records: readonly Seen[];
  readonly status: number;
  readonly hasBody: boolean;
  /** As they were sent; what depends on the second is set anew. */
  readonly headers: Headers;
  /** What its Age says now. */
  ageSeconds: number;
  readonly event: RequestEvent;
  /** The purges among which none was about it. */
  spared: (Pick<Purges, "revision" | "doubtedAt"> & { readonly purges: Purges }) | null;
}

/** Which record stood under a key of the store, or null where none did. */
interface Seen {
  readonly key: string;
  readonly record: StoredRecord | null;
}

/** An answer given again, and what is to be told of it. */
export interface Repeated {
  readonly response: Response;
  readonly event: RequestEvent;
}

/** What tells whether it still holds. */
export type Known = Pick<Shell, "store" | "tiers" | "purges" | "invalidations" | "clock">;

/** The answer, or null where it no longer holds. Waits where memory has not all of it. */
export function giveAgain(given: Given, known: Known): Repeated | null | Promise<Repeated | null> {
  const now = known.clock();
  if (!mayBeRepeated(given, known, now)) return null;
  const held = standing(given, known, now);
  if (held === null) return lookedUp(given, known, now);
  if (!given.hasBody) return repeated(given, null, now, 0);
  const { body, apart } = held.found;
  if (apart !== undefined) return withBodyApart(given, { ...held, apart }, known, now);
  return body && repeated(given, body, now, 0);
}

interface Held {
  readonly key: string;
  readonly found: Found;
}

async function withBodyApart(
  given: Given,
  { key, found, apart }: Held & { readonly apart: string },
  { tiers, clock }: Known,
  now: number,
): Promise<Repeated | null> {
  const body = (await tiers.lasting.bodyOf?.(key, found, apart)) ?? null;
  const then = clock();
  return body && repeated(given, body, then, then - now);
}

/** Whether it is still fresh (RFC 9111 §4.2), and neither purged nor invalidated. */
export function mayBeRepeated(given: Given, known: Known, now: number): boolean {
  return given.lifetimeSeconds > currentAge(given.response, now) && !isOvertaken(given, known, now);
}

/** What memory holds of it, where nothing that it rests on has changed; else null. */
export function standing(given: Given, known: Known, now: number): Held | null {
  let held: Held | null = null;
  for (const { key, record } of given.records) {
    if (record === null) continue;
    const found = known.tiers.memory.atHand(key, now);
    if (found?.response !== record.response || found.index !== record.index) return null;
    if (found.response === given.response) held = { key, found };
  }
  return held;
}

/** The same with what stands there now, where memory does not know, or should not be trusted any longer. */
async function lookedUp(given: Given, known: Known, now: number): Promise<Repeated | null> {
  const found = await foundAnew(given, known, now);
  if (found === null) return null;
  const then = known.clock();
  const holds = mayBeRepeated(given, known, then);
  if (holds && given.hasBody) return found.body && repeated(given, found.body, then, then - now);
  discard(found.body);
  return holds ? repeated(given, null, then, then - now) : null;
}

/** What it was made from, where every look-up finds the very records that it rests on; else null. */
async function foundAnew(given: Given, { store }: Known, now: number): Promise<Found | null> {
  let held: Found | null = null;
  for (const { key, record } of given.records) {
    const found = await store.lookup(key, now);
    const isSame = found?.response === record?.response && found?.index === record?.index;
    if (isSame && found?.response === given.response) held = found;
    else discard(found?.body);
    if (isSame) continue;
    discard(held?.body);
    return null;
  }
  return held;
}

function repeated(given: Given, body: StoredBody | null, now: number, durationMs: number): Repeated {
  const ageSeconds = currentAge(given.response, now);
  if (given.ageSeconds !== ageSeconds) tellAge(given, ageSeconds);
  const { status, headers, event } = given;
  const response = new Response(body, { status, headers, ...encoding(headers) });
  return { response, event: { ...event, ageSeconds, durationMs } };
}

/** Whether it may have been purged or invalidated meanwhile. */
function isOvertaken(given: Given, known: Known, now: number): boolean {
  const { uri, invalidatedAt } = given;
  const purges = known.purges.upToDate(now);
  if (purges === null || isDatedAhead(given.response, purges, now) || isPurged(given, purges)) return true;
  return known.invalidations.latest(uri, invalidatedAt) !== invalidatedAt;
}

// To look among ten thousand purges costs more than all else here; it is done again once there are others.
function isPurged(given: Given, purges: Purges): boolean {
  const { spared, response } = given;
  const { revision, doubtedAt } = purges;
  if (spared?.purges === purges && spared.revision === revision && spared.doubtedAt === doubtedAt)
    return false;
  if (purgeOf(response, purges) !== null) return true;
  given.spared = { purges, revision, doubtedAt };
  return false;
}

function tellAge(given: Given, ageSeconds: number): void {
  const { headers, response, policy, lifetimeSeconds } = given;
  given.ageSeconds = ageSeconds;
  headers.set("age", String(ageSeconds));
  const member = { hit: true, ...hitFacts(policy, lifetimeSeconds - ageSeconds, "fresh") };
  setCacheStatus(headers, member, response.headers.get("cache-status"));
}
