/** Workers that act as the isolates of several data centres around one purge log, in one workerd. */
import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { inject } from "vitest";
import type { Delta, HistoryEntry, LogOutcome } from "../../src/purge/log.ts";
import type { PurgeRequest, PurgeVerdict } from "../../src/purge/purge.ts";
import type { PurgeState } from "../../src/purge/purge-client.ts";
import type { Recorded } from "../../src/purge/source.ts";

export interface IsolateOptions {
  /** Isolates of one data centre share a cache. */
  readonly dataCentre: string;
  readonly boundMs?: number;
  readonly clockAheadMs?: number;
  /** False: no log is bound. */
  readonly log?: boolean;
}

/** What a verdict is made from. */
export interface StoredFacts {
  readonly uri: string;
  readonly rule: string | null;
  readonly tags: readonly string[];
  readonly requestedAt: number;
}

export interface Judged {
  readonly verdict: PurgeVerdict | null;
  /** Whether the request had to wait for what is known. */
  readonly waited: boolean;
  readonly state: PurgeState;
}

/** One isolate, from outside. It does not exist before it is asked something. */
export interface RemoteIsolate {
  judge(stored: StoredFacts): Promise<Judged>;
  record(...purges: readonly PurgeRequest[]): Promise<Recorded>;
  setLogDown(down: boolean): Promise<void>;
  now(): Promise<number>;
  /** The Durable Object's own methods. */
  readonly log: RemoteLog;
}

export interface RemoteLog {
  record(purges: unknown, by: string): Promise<LogOutcome>;
  since(sequence: number, limit: number): Promise<Delta>;
  list(limit: number, before?: number): Promise<readonly HistoryEntry[]>;
  /** Of an AdjustableLog only. */
  setClock(now: number): Promise<void>;
  ring(): Promise<void>;
}

export interface DataCentres<Name extends string> {
  readonly isolates: Readonly<Record<Name, RemoteIsolate>>;
  close(): Promise<void>;
}

/** Starts them around a log of that class, which begins empty. */
export async function startDataCentres<Name extends string>(
  isolates: Readonly<Record<Name, IsolateOptions>>,
  logClass: "PurgeLog" | "AdjustableLog" = "PurgeLog",
): Promise<DataCentres<Name>> {
  const bundle = inject("bundle");
  if ("error" in bundle) throw new Error(`The Worker does not build:\n${bundle.error}`);
  const { modulesRoot, modules } = bundle.workers["purge-data-centre"];
  const shared = { modulesRoot, modules: [...modules], compatibilityDate: "2026-11-17" };
  const object = { className: logClass, useSQLite: true };
  const names = Object.keys(isolates) as Name[];
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: "127.0.0.1",
      port: 0,
      cf: false,
      workers: [
        { ...shared, name: "log", durableObjects: { PURGE_LOG: object } },
        ...names.map((name) => ({
          ...shared,
          name,
          bindings: varsOf(isolates[name]),
          durableObjects: isolates[name].log === false ? {} : { PURGE_LOG: { ...object, scriptName: "log" } },
        })),
      ],
    }),
  );
  await miniflare.ready;
  const opened = names.map(async (name) => [name, remote(await miniflare.getWorker(name))] as const);
  return {
    isolates: Object.fromEntries(await Promise.all(opened)) as Record<Name, RemoteIsolate>,
    close: () => miniflare.dispose(),
  };
}

function varsOf({ dataCentre, boundMs, clockAheadMs }: IsolateOptions): Record<string, string | number> {
  return {
    DATA_CENTRE: dataCentre,
    ...(boundMs !== undefined && { BOUND_MS: boundMs }),
    ...(clockAheadMs !== undefined && { CLOCK_AHEAD_MS: clockAheadMs }),
  };
}

interface Fetches {
  fetch(
    url: string,
    init: { readonly method: string; readonly body: string },
  ): Promise<{ json(): Promise<unknown> }>;
}

function remote(worker: Fetches): RemoteIsolate {
  // The Worker answers with what the method of that name comes to.
  async function ask<Answer>(path: string, asked: object = {}): Promise<Answer> {
    const response = await worker.fetch(`https://api.example.com${path}`, {
      method: "POST",
      body: JSON.stringify(asked),
    });
    return (await response.json()) as Answer;
  }
  const call = <Answer>(method: string, ...args: readonly unknown[]) => ask<Answer>("/log", { method, args });
  return {
    judge: (stored) => ask("/judge", { stored }),
    record: (...purges) => ask("/record", { purges }),
    setLogDown: (down) => ask("/log-down", { down }),
    now: () => ask("/now"),
    log: {
      record: (purges, by) => call("record", purges, by),
      since: (sequence, limit) => call("since", sequence, limit),
      list: (limit, before) => (before === undefined ? call("list", limit) : call("list", limit, before)),
      setClock: (now) => call("setClock", now),
      ring: () => call("ring"),
    },
  };
}
