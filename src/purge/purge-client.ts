import { RETENTION_DAYS } from "../cache/types.ts";
import { within } from "../within.ts";
import { localSource } from "./local-source.ts";
import type { Log } from "./log.ts";
import { logSource } from "./log-source.ts";
import { countFacts, emptyPurges, forgetUntil, type PurgeRequest, type Purges } from "./purge.ts";
import { openSnapshots, type Snapshots } from "./snapshots.ts";
import { ageOf, type Knowledge, type Recorded, type Source } from "./source.ts";

/** What the client of an isolate goes by. */
export interface PurgeClientOptions {
  /** The purge log, as a fresh stub for each call, or null: purges reach this data centre only. */
  readonly log: (() => Log) | null;
  /** Shared by the isolates of a data centre: `caches.default`. */
  readonly cache: Pick<Cache, "match" | "put">;
  /**
   * The address below which the snapshots stand, for the origin of the first request: another for each log, since
   * clients of two that share snapshots would believe each other's numbers. Default: that origin.
   */
  readonly snapshotsAt?: (origin: string) => string;
  /** Within which time a purge is in force everywhere, in milliseconds. Default 5,000. */
  readonly boundMs?: number;
  /** For how long a request waits at most where an isolate does not know the purges of the bound. Default 250. */
  readonly waitMs?: number;
  /** How far the clocks of a data centre and the log may be apart. Default 2,000. */
  readonly skewMs?: number;
  /** How long the log may take to answer. Default 5,000. */
  readonly limitMs?: number;
  /** Facts older than this are dropped. Default 30 days. */
  readonly retentionMs?: number;
  readonly onError?: (operation: string, error: unknown) => void;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
  /** From 0 to 1: spreads the refreshes of isolates. */
  readonly chance?: () => number;
}

/** One request, as far as it matters here. */
export interface Occasion {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Scheme and host that the Worker was asked at. */
  readonly origin: string;
  /** Keeps work alive beyond the answer. Told of failures only by `state`. */
  readonly waitUntil: (work: Promise<unknown>) => void;
}

/** What an isolate knows of the purges, and how it tells others. */
export interface PurgeClient {
  /**
   * To be awaited before something stored is used; null, nearly always, where there is nothing to wait for.
   * Resolves within `waitMs`, whatever happens.
   */
  ready(occasion: Occasion): Promise<void> | null;
  /** The purges as they are known. Never waits; refreshes them behind the request when it is time. */
  current(occasion: Occasion): Purges;
  /** The same, where they need no refreshing yet; else null. */
  upToDate(now: number): Purges | null;
  /** Never rejects. Resolves when the purges are in force here and the log knows them, or says that it does not. */
  record(purges: readonly PurgeRequest[], by: string, occasion: Occasion): Promise<Recorded>;
  state(now: number): PurgeState;
}

/** How good what an isolate knows is, for its operator. */
export interface PurgeState {
  readonly mode: Source["mode"];
  /** False: nothing of the past is known, and what was stored before this isolate began counts as stale. */
  readonly known: boolean;
  /** The number of the log's last change that is known. */
  readonly sequence: number;
  /** How old the knowledge is, or null where there is none, or where a clock was set back since. */
  readonly ageMs: number | null;
  /**
   * How far the latest purge is ahead of this isolate's clock: until then it is about all that is requested. More than a
   * few seconds where the clock of the log, or this one, is wrong.
   */
  readonly aheadMs: number;
  readonly facts: number;
  /** Attempts to ask the log that failed since the last that did not. */
  readonly failures: number;
  readonly lastError: string | null;
}

interface Refresh {
  readonly startedAt: number;
  /** Once the data centre's snapshots have been read. */
  readonly looked: Promise<unknown>;
  /** Once the log has been asked too, or could not be. */
  readonly done: Promise<void>;
}

const LONGEST_PAUSE_MS = 30_000;
const HOUR_MS = 3_600_000;

const DEFAULTS = {
  boundMs: 5000,
  waitMs: 250,
  skewMs: 2000,
  limitMs: 5000,
  retentionMs: RETENTION_DAYS * 24 * HOUR_MS,
  snapshotsAt: (origin: string) => origin,
  onError: () => {},
  clock: () => Date.now(),
  chance: () => Math.random(),
};

/** The client of one isolate. */
export function createPurgeClient(options: PurgeClientOptions): PurgeClient {
  return new Client(options);
}

class Client implements PurgeClient {
  readonly #options: Required<Omit<PurgeClientOptions, "log" | "cache">>;
  readonly #cache: PurgeClientOptions["cache"];
  readonly #source: Source;
  readonly #knowledge: Knowledge;
  /** The data centre is asked again when knowledge is so old; other isolates a little earlier or later. */
  readonly #refreshAfterMs: number;
  #snapshots: Snapshots | null = null;
  #refresh: Refresh | null = null;
  #failures = 0;
  #lastError: string | null = null;
  #retryAt = Number.NEGATIVE_INFINITY;
  #forgotAt = Number.NEGATIVE_INFINITY;

  constructor({ log, cache, ...chosen }: PurgeClientOptions) {
    const options = { ...DEFAULTS, ...chosen };
    const { boundMs, skewMs, limitMs, clock, chance } = options;
    this.#options = options;
    this.#cache = cache;
    this.#refreshAfterMs = boundMs * (0.4 + 0.2 * chance());
    this.#source =
      log === null ? localSource(clock) : logSource({ openLog: log, trustMs: boundMs * 0.4, limitMs, clock });
    this.#knowledge = { purges: emptyPurges(skewMs), sequence: 0, knownAt: null };
  }

  ready(occasion: Occasion): Promise<void> | null {
    const { now } = occasion;
    if (this.#isWithinBound(now) || this.#failures > 0) return null;
    this.#doubt(now);
    const refresh = this.#refreshing(occasion);
    const { waitMs } = this.#options;
    const leftMs = Math.min(waitMs, refresh.startedAt + waitMs - now);
    return leftMs > 0 ? this.#waitFor(refresh, leftMs) : null;
  }

  current(occasion: Occasion): Purges {
    const { now } = occasion;
    this.#doubt(now);
    if (this.upToDate(now) === null && this.#mayAsk(now)) this.#refreshing(occasion);
    return this.#knowledge.purges;
  }

  upToDate(now: number): Purges | null {
    return ageOf(this.#knowledge, now) < this.#refreshAfterMs ? this.#knowledge.purges : null;
  }

  async record(purges: readonly PurgeRequest[], by: string, occasion: Occasion): Promise<Recorded> {
    const { readPurges } = await import("./purge-input.ts");
    const input = readPurges(purges);
    if (input.kind === "refused") return input;
    const telling = { snapshots: this.#open(occasion), waitUntil: occasion.waitUntil };
    const recorded = await this.#source.record(input.purges, by, this.#knowledge, telling);
    if (recorded.kind === "not-recorded") this.#lastError = recorded.error;
    return recorded;
  }

  state(now: number): PurgeState {
    const { purges, sequence, knownAt } = this.#knowledge;
    const ageMs = ageOf(this.#knowledge, now);
    const latestAt = Math.max(purges.hard.latestAt, purges.soft.latestAt);
    return {
      mode: this.#source.mode,
      known: knownAt !== null,
      sequence,
      ageMs: Number.isFinite(ageMs) ? ageMs : null,
      aheadMs: Math.max(0, latestAt - now),
      facts: countFacts(purges),
      failures: this.#failures,
      lastError: this.#lastError,
    };
  }

  #isWithinBound(now: number): boolean {
    return ageOf(this.#knowledge, now) <= this.#options.boundMs;
  }

  // A pause that is longer than any was begun by a clock that was set back since.
  #mayAsk(now: number): boolean {
    return now >= this.#retryAt || this.#retryAt - now > LONGEST_PAUSE_MS;
  }

  /** What was stored before this isolate began may have been purged; what comes after is as good as ever. */
  #doubt(now: number): void {
    if (this.#knowledge.knownAt === null) this.#knowledge.purges.doubtedAt ??= now;
  }

  async #waitFor({ looked, done }: Refresh, leftMs: number): Promise<void> {
    const enough = looked.then(() => (this.#isWithinBound(this.#options.clock()) ? undefined : done));
    await within(leftMs, enough).catch(() => {});
  }

  /** The refresh that is under way, or a new one. One whose request has died is given up. */
  #refreshing(occasion: Occasion): Refresh {
    const { now, waitUntil } = occasion;
    const { limitMs } = this.#options;
    if (this.#refresh !== null && Math.abs(now - this.#refresh.startedAt) <= 2 * limitMs)
      return this.#refresh;
    const telling = { snapshots: this.#open(occasion), waitUntil };
    const looked = this.#source.look(this.#knowledge, telling.snapshots);
    const asked = looked.then((found) => this.#source.ask(this.#knowledge, found, telling));
    const done = within(limitMs, asked).then(
      () => this.#succeeded(),
      (error: unknown) => this.#failed(error),
    );
    const refresh = { startedAt: now, looked, done };
    this.#refresh = refresh;
    waitUntil(
      done.finally(() => {
        if (this.#refresh === refresh) this.#refresh = null;
      }),
    );
    return refresh;
  }

  #open({ origin }: Occasion): Snapshots {
    const { snapshotsAt, onError } = this.#options;
    this.#snapshots ??= openSnapshots(this.#cache, snapshotsAt(origin), onError);
    return this.#snapshots;
  }

  #succeeded(): void {
    this.#failures = 0;
    this.#lastError = null;
    const now = this.#options.clock();
    if (Math.abs(now - this.#forgotAt) < HOUR_MS) return;
    this.#forgotAt = now;
    forgetUntil(this.#knowledge.purges, now - this.#options.retentionMs);
  }

  #failed(error: unknown): void {
    this.#failures++;
    this.#lastError = String(error);
    const pauseMs = Math.min(LONGEST_PAUSE_MS, this.#refreshAfterMs * 2 ** Math.min(this.#failures, 10));
    this.#retryAt = this.#options.clock() + pauseMs;
    this.#options.onError("ask", error);
  }
}
