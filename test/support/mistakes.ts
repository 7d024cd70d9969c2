import { setTimeout as sleep } from "node:timers/promises";
import type { ClientRequest, ClientResponse } from "./client.ts";
import { eventually, outcomeOf, type Stage } from "./stage.ts";

/** What a mistake of ours may break. Each has the functions that broke it: `name`, or `Class.method`. */
export interface Broken {
  /** Somebody was let in who is not to be. */
  readonly closed: readonly string[];
  /** A write reached the origin more than once. */
  readonly writes: readonly string[];
  /** A request had no answer in time, or not the whole of it, or an error that is not our own. */
  readonly answers: readonly string[];
  /** What is stored and fresh was not answered with 200 and its body. */
  readonly stored: readonly string[];
  /** What the origin answers to a read or a write did not get through. */
  readonly fetched: readonly string[];
  /** What is stored was no hit within five seconds after the function was whole again. */
  readonly mended: readonly string[];
}

export interface Swept {
  /** The functions that were broken one by one. */
  readonly names: readonly string[];
  readonly broken: Broken;
}

/** Paths with a copy that is stored and fresh. */
interface Stored {
  readonly small: string;
  /** Beyond what memory takes: it comes from the Cache API. */
  readonly large: string;
  /** Open only to those who send PASS. */
  readonly closed: string;
}

const PASS = { "X-Pass": "let-me-in" };
const LIMIT_MS = 10_000;
const FRESH = { "Cache-Control": "max-age=3600", ETag: '"1"', "Cache-Tag": "one, two" };
const SMALL = { headers: FRESH, body: "small enough for memory" };
const POST = { method: "POST", body: "x" };
const LARGE = { headers: FRESH, body: "x".repeat(100_000) };

/**
 * Breaks each function that requests of all kinds reach, and asks for what is stored, what is not and what is closed, and
 * to write. Rules: below /closed/ only who sends `X-Pass: let-me-in` is let in; nothing below /passed/ is cached.
 */
export async function sweep(stand: Stage): Promise<Swept> {
  const stored = {
    small: stand.path("/small", SMALL),
    large: stand.path("/large", LARGE),
    closed: stand.path("/closed", SMALL),
  };
  const names = await reachedBy(stand, stored);
  const broken: Record<keyof Broken, string[]> = {
    ...{ closed: [], writes: [], answers: [], stored: [], fetched: [], mended: [] },
  };
  for (const name of names) {
    await breakDown(stand, name);
    for (const promise of await brokenPromises(stand, stored)) broken[promise].push(withoutFile(name));
    await breakDown(stand, null);
    const isWell = await settle(stand, stored).catch(() => false);
    if (!isWell) broken.mended.push(withoutFile(name));
  }
  return { names, broken };
}

// So that it stays the same where it is moved to another file.
function withoutFile(name: string): string {
  return name.slice(name.indexOf("#") + 1);
}

/** Returns what was reached since the last time. */
async function breakDown(stand: Stage, name: string | null): Promise<string[]> {
  const { body } = await stand.ask(`/__mistakes${name === null ? "" : `?break=${encodeURIComponent(name)}`}`);
  // As worker-with-mistakes.ts writes it.
  return JSON.parse(body) as string[];
}

/** Until all that is to be stored is a hit. */
async function settle(stand: Stage, { small, large, closed }: Stored): Promise<true> {
  const asked: [string, ClientRequest][] = [
    [small, {}],
    [large, {}],
    [closed, { headers: PASS }],
  ];
  for (const [path, request] of asked)
    await eventually(async () => outcomeOf(await stand.ask(path, request)) === "hit");
  return true;
}

/** The functions that requests of all kinds call, but for what an isolate does once. */
async function reachedBy(stand: Stage, stored: Stored): Promise<string[]> {
  await settle(stand, stored);
  await breakDown(stand, null);
  const { small, large, closed } = stored;
  const varied = stand.path("/varied", { headers: { ...FRESH, Vary: "Accept-Language" } });
  const soonStale = stand.path("/stale", { headers: { "Cache-Control": "max-age=1", ETag: '"1"' } });
  const asked: [path: string, request?: ClientRequest][] = [
    [small],
    [small, { method: "HEAD" }],
    [small, { headers: { "If-None-Match": '"1"' } }],
    [small, { headers: { "Cache-Control": "max-age=1000" } }],
    [small, { headers: { "Cache-Control": "no-cache" } }],
    [small, { headers: { Range: "bytes=0-3" } }],
    [large],
    [large, { headers: { Range: "bytes=0-3" } }],
    [closed],
    [closed, { headers: PASS }],
    [varied, { headers: { "Accept-Language": "de" } }],
    [varied, { headers: { "Accept-Language": "en" } }],
    [soonStale],
    [stand.path("/passed", {})],
    [stand.path("/fails", { fault: "reset" })],
    [stand.path("/large", LARGE)],
    [stand.path("/small", {}), POST],
  ];
  for (const [path, request] of asked) await stand.ask(path, request);
  await sleep(1_100);
  await stand.ask(soonStale);
  await settle(stand, stored);
  return (await breakDown(stand, null)).sort();
}

async function brokenPromises(stand: Stage, stored: Stored): Promise<Set<keyof Broken>> {
  const missed = stand.path("/small", SMALL);
  const written = stand.path("/small", { ...SMALL, status: 201 });
  const hidden = stand.path("/closed", SMALL);
  const ask = (path: string, request?: ClientRequest) => answered(stand.ask(path, request));
  const [again, anew, large, miss, write, ...others] = await Promise.all([
    ask(stored.small),
    // No answer that was given to another is given to this one.
    ask(stored.small, { headers: { "Cache-Control": "max-age=3000" } }),
    ask(stored.large),
    ask(missed),
    ask(written, POST),
    ask(stand.path("/large", LARGE)),
    ask(stored.small, { headers: { Range: "bytes=0-3" } }),
    ask(stored.large, { headers: { Range: "bytes=0-3" } }),
  ]);
  const kept = await Promise.all([ask(stored.closed), ask(hidden), ask(hidden, POST)]);
  const all = [again, anew, large, miss, write, ...others, ...kept];
  const broken = new Set<keyof Broken>();
  if (kept.some((answer) => answer !== null && answer.status < 400)) broken.add("closed");
  if (stand.received(hidden).length > 0) broken.add("closed");
  if (stand.received(written).length > 1) broken.add("writes");
  if (!all.every(isWhole)) broken.add("answers");
  if (!is(again, SMALL.body) || !is(anew, SMALL.body) || !is(large, LARGE.body)) broken.add("stored");
  if (!is(miss, SMALL.body) || write?.status !== 201) broken.add("fetched");
  return broken;
}

// What nobody catches the platform answers with a page of its own.
function isWhole(answer: ClientResponse | null): boolean {
  const isOurs = answer?.headers["content-type"] === "application/problem+json";
  return answer?.complete === true && (answer.status < 500 || isOurs);
}

function is(answer: ClientResponse | null, body: string): boolean {
  return answer?.status === 200 && answer.body === body;
}

/** Null where there was none in time. */
async function answered(asking: Promise<ClientResponse>): Promise<ClientResponse | null> {
  const late = new AbortController();
  const none = sleep(LIMIT_MS, null, { signal: late.signal }).catch(() => null);
  const answer = await Promise.race([asking.catch(() => null), none]);
  late.abort();
  return answer;
}
