/**
 * The real proxy of one isolate in Node, on the clock and the cache that are handed in. It is here because the types
 * of the Worker check it; what a test sees of it is `Isolate`.
 */
import type { Config } from "../../src/config.ts";
import { Late } from "../../src/proxy/late.ts";
import { openShell } from "../../src/proxy/open-shell.ts";
import { createProxy } from "../../src/proxy/proxy.ts";
import type { PurgeRequest } from "../../src/purge/purge.ts";
import { createPurgeClient } from "../../src/purge/purge-client.ts";
import { compileRules } from "../../src/rules/match/match.ts";
import type { RuleSet } from "../../src/rules/rule.ts";

export interface IsolateOptions {
  readonly config: Config;
  readonly rules: RuleSet;
  readonly cache: Cache;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
  /** Whether all that a hit does without fails to be loaded. */
  readonly failsToLoad?: boolean;
}

export interface Isolate {
  /** The answer as soon as its head is there; `settled` once all that it left behind is done. */
  ask(request: Request): Promise<{ readonly response: Response; readonly settled: () => Promise<void> }>;
  /** The answer that was given to the same request, or null where it would go the whole way. */
  again(request: Request): Promise<Response | null>;
  purge(purge: PurgeRequest): Promise<void>;
}

/** Bytes as they are written, to be read into a buffer of the reader's, which Node's own TransformStream cannot. */
class ByteChannel {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;

  constructor() {
    const { promise: opened, resolve: open } = Promise.withResolvers<ReadableByteStreamController>();
    let gone: unknown = null;
    this.readable = new ReadableStream({
      type: "bytes",
      start: (controller) => open(controller),
      cancel: (reason) => {
        gone = reason ?? new Error("nobody reads");
      },
    });
    this.writable = new WritableStream({
      write: async (chunk) => {
        if (gone !== null) throw gone;
        (await opened).enqueue(chunk.slice());
      },
      close: async () => {
        const controller = await opened;
        if (gone !== null) return;
        controller.close();
        // A read that waits is told so.
        controller.byobRequest?.respond(0);
      },
      abort: async (reason) => (await opened).error(reason),
    });
  }
}

/** What workerd has and Node has not, as far as the proxy needs it. */
function providePlatform(cache: Cache): void {
  Object.assign(globalThis, {
    caches: { default: cache },
    scheduler: { wait: (ms: number) => new Promise((resolve) => setTimeout(resolve, ms)) },
    IdentityTransformStream: ByteChannel,
    FixedLengthStream: ByteChannel,
  });
}

const failing = new Late(() => Promise.reject(new Error("it cannot be loaded")));

export function openIsolate({ config, rules, cache, clock, failsToLoad }: IsolateOptions): Isolate {
  providePlatform(cache);
  // The allowance for clocks that are apart has tests of its own; here there is one clock.
  const purges = createPurgeClient({ log: null, cache, clock, skewMs: 0, chance: () => 0.5 });
  const opened = { ...openShell(config, rules, compileRules(rules)), purges, clock, chance: () => 0.5 };
  const shell = failsToLoad ? { ...opened, beyondHits: failing } : opened;
  const proxy = createProxy(shell);
  return {
    async ask(request) {
      const work: Promise<unknown>[] = [];
      const waitUntil = (more: Promise<unknown>) => void work.push(more);
      const url = new URL(request.url);
      const response = (await proxy.again(request)) ?? (await proxy.answer(request, url, { waitUntil }));
      return { response, settled: () => settleAll(work) };
    },
    again: async (request) => proxy.again(request),
    async purge(purge) {
      const work: Promise<unknown>[] = [];
      const waitUntil = (more: Promise<unknown>) => void work.push(more);
      await purges.record([purge], "test", { now: clock(), origin: "https://api.example.com", waitUntil });
      await settleAll(work);
    },
  };
}

// Work may leave more work behind.
async function settleAll(work: Promise<unknown>[]): Promise<void> {
  for (let done = 0; done < work.length; done++) await work[done]?.catch(() => {});
}
