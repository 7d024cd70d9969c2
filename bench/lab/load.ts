/** The load: a fixed number of requests over connections that stay open, each after the answer to the one before. */
import { Pool } from "undici";

export interface Asked {
  readonly path: string;
  readonly fields?: Readonly<Record<string, string>>;
  /** The body that a right answer has, where that is to be looked at. */
  readonly expected?: string;
}

export interface Load {
  /** The request of this number, from 0 to `amount`. */
  readonly request: (number: number) => Asked;
  readonly amount: number;
  readonly connections: number;
  /** What is asked for on each connection before the clock runs: opening them is not what is measured. */
  readonly opening?: Asked;
  /** To go on for so long, however many requests that makes. */
  readonly forMs?: number;
}

/** What came of a load. Times are from sending a request to the last byte of its answer. */
export interface Loaded {
  readonly requests: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Requests that got no answer, or half of one. */
  readonly unanswered: number;
  /** Answers with another body than the right one. */
  readonly wrong: number;
  readonly statuses: Readonly<Record<number, number>>;
}

const LIMIT_MS = 30_000;

/** Sends a load to `http://127.0.0.1:<port>`. Never throws: what fails is counted. `begin` is called before the clock runs. */
export async function sendLoad(url: string, load: Load, begin = async () => {}): Promise<Loaded> {
  const pool = new Pool(url, {
    connections: load.connections,
    headersTimeout: LIMIT_MS,
    bodyTimeout: LIMIT_MS,
  });
  if (load.opening !== undefined) await openAll(pool, load.opening, load.connections);
  await begin();
  const log = emptyLog();
  let next = 0;
  const startedAt = performance.now();
  const isOver = () =>
    load.forMs === undefined ? next >= load.amount : performance.now() - startedAt >= load.forMs;
  const keepAsking = async () => {
    while (!isOver()) await ask(pool, load.request(next++), log);
  };
  await Promise.all(Array.from({ length: load.connections }, keepAsking));
  const seconds = (performance.now() - startedAt) / 1000;
  await pool.destroy();
  const { times, ...counted } = log;
  return { requests: next, seconds, ...quantilesOf(times), ...counted };
}

interface Log {
  readonly times: number[];
  unanswered: number;
  wrong: number;
  readonly statuses: Record<number, number>;
}

function emptyLog(): Log {
  return { times: [], unanswered: 0, wrong: 0, statuses: {} };
}

// All at once, so that none is used twice.
async function openAll(pool: Pool, opening: Asked, connections: number): Promise<void> {
  await Promise.all(Array.from({ length: connections }, () => ask(pool, opening, emptyLog())));
}

async function ask(pool: Pool, { path, fields = {}, expected }: Asked, log: Log): Promise<void> {
  const startedAt = performance.now();
  try {
    const { statusCode, headers, body } = await pool.request({ path, method: "GET", headers: fields });
    if (expected !== undefined) log.wrong += (await body.text()) === expected ? 0 : 1;
    else if (isShort(await lengthOf(body), statusCode, headers)) throw new Error("cut short");
    log.statuses[statusCode] = (log.statuses[statusCode] ?? 0) + 1;
    log.times.push(performance.now() - startedAt);
  } catch {
    log.unanswered += 1;
  }
}

// Without keeping it: the load must not cost more than what is measured.
async function lengthOf(body: AsyncIterable<Uint8Array>): Promise<number> {
  let length = 0;
  for await (const chunk of body) length += chunk.byteLength;
  return length;
}

function isShort(length: number, status: number, headers: Readonly<Record<string, unknown>>): boolean {
  return (
    status !== 304 && headers["content-length"] !== undefined && length !== Number(headers["content-length"])
  );
}

function quantilesOf(times: number[]): Pick<Loaded, "p50Ms" | "p99Ms"> {
  times.sort((one, other) => one - other);
  const at = (part: number) =>
    times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? Number.NaN;
  return { p50Ms: at(0.5), p99Ms: at(0.99) };
}

/** Asks and hangs up `afterMs` later, for each of so many requests, a few at a time. */
export async function hangUp(
  url: string,
  { request, amount, connections }: Load,
  afterMs: number,
): Promise<void> {
  let next = 0;
  const keepLeaving = async () => {
    while (next < amount) {
      const { path } = request(next++);
      await fetch(url + path, { signal: AbortSignal.timeout(afterMs) })
        .then(
          (response) => response.arrayBuffer(),
          () => null,
        )
        .catch(() => null);
    }
  };
  await Promise.all(Array.from({ length: connections }, keepLeaving));
}
