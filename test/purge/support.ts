import type { Delta, HistoryEntry, Log, LoggedFact, LogOutcome } from "../../src/purge/log.ts";
import type { PurgeRequest } from "../../src/purge/purge.ts";
import {
  createPurgeClient,
  type Occasion,
  type PurgeClient,
  type PurgeClientOptions,
} from "../../src/purge/purge-client.ts";
import { FakeCache } from "../store/fake-cache.ts";

/** A clock that only tests move. */
export class Clock {
  now = 1_000_000;

  pass(ms: number): void {
    this.now += ms;
  }
}

/** The log without its storage: compaction is left out, and `more` comes after every `pageSize` facts. */
export class FakeLog implements Log {
  readonly facts: LoggedFact[] = [];
  /** What was asked, in order. */
  readonly asked: string[] = [];
  /** "down": every call fails. "hanging": none comes back. */
  mood: "up" | "down" | "hanging" | "restarting" = "up";
  pageSize = 1000;
  readonly #clock: Clock;
  readonly #aheadMs: number;

  constructor(clock: Clock, aheadMs = 0) {
    this.#clock = clock;
    this.#aheadMs = aheadMs;
  }

  async record(purges: readonly PurgeRequest[], by: string): Promise<LogOutcome> {
    await this.#answer(`record by ${by}`);
    const at = this.#clock.now + this.#aheadMs;
    const first = (this.facts.at(-1)?.sequence ?? 0) + 1;
    const facts = purges.map((purge, index) => ({ ...purge, at, sequence: first + index }));
    this.facts.push(...facts);
    return { kind: "recorded", facts };
  }

  async since(sequence: number): Promise<Delta> {
    await this.#answer(`since ${sequence}`);
    const latest = this.facts.at(-1)?.sequence ?? 0;
    const after = sequence > latest ? 0 : sequence;
    const facts = this.facts.filter((fact) => fact.sequence > after).slice(0, this.pageSize);
    const last = facts.at(-1)?.sequence ?? latest;
    return { facts, sequence: last, more: last < latest };
  }

  async list(): Promise<readonly HistoryEntry[]> {
    return [];
  }

  async #answer(asked: string): Promise<void> {
    this.asked.push(asked);
    if (this.mood === "down") throw new Error("the log is down");
    if (this.mood === "hanging") await new Promise(() => {});
    if (this.mood !== "restarting") return;
    this.mood = "up";
    throw Object.assign(new Error("the log was restarted"), { retryable: true });
  }
}

/** The isolates of one data centre share a cache. */
export class DataCentre {
  readonly cache: FakeCache;
  readonly #clock: Clock;
  readonly #log: FakeLog | null;
  readonly #options: Partial<PurgeClientOptions>;

  constructor(
    clock: Clock,
    log: FakeLog | null,
    options: Partial<PurgeClientOptions> = {},
    cache = new FakeCache(),
  ) {
    this.cache = cache;
    this.#clock = clock;
    this.#log = log;
    this.#options = options;
  }

  isolate(): Isolate {
    const log = this.#log;
    const client = createPurgeClient({
      log: log && (() => log),
      cache: this.cache.cache,
      clock: () => this.#clock.now,
      chance: () => 0.5,
      ...this.#options,
    });
    return new Isolate(client, this.#clock);
  }
}

/** A client, and the work that its requests have left behind. */
export class Isolate {
  readonly client: PurgeClient;
  readonly #clock: Clock;
  readonly #work: Promise<unknown>[] = [];

  constructor(client: PurgeClient, clock: Clock) {
    this.client = client;
    this.#clock = clock;
  }

  get occasion(): Occasion {
    return {
      now: this.#clock.now,
      origin: "https://api.example.com",
      waitUntil: (work) => this.#work.push(work),
    };
  }

  /** As the proxy does it: what is known once a request may look at stored responses. */
  async request(): Promise<ReturnType<PurgeClient["current"]>> {
    await this.client.ready(this.occasion);
    return this.client.current(this.occasion);
  }

  /** Until nothing is under way behind the requests. */
  async settle(): Promise<void> {
    for (const work of this.#work) await work;
  }

  record(...purges: readonly PurgeRequest[]): ReturnType<PurgeClient["record"]> {
    return this.client.record(purges, "tester", this.occasion);
  }

  get state(): ReturnType<PurgeClient["state"]> {
    return this.client.state(this.#clock.now);
  }
}

export function tag(value: string, soft = false): PurgeRequest {
  return { scope: "tag", value, soft };
}
