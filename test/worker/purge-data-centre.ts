/**
 * A Worker that is one isolate of a data centre, and nothing but its purge client, to be asked from a test. Its
 * data centre is a named cache; the log is a Durable Object of another Worker.
 */
import type { Log } from "../../src/purge/log.ts";
import { purgeOf } from "../../src/purge/purge.ts";
import { createPurgeClient, type Occasion, type PurgeClient } from "../../src/purge/purge-client.ts";
import { PurgeLog } from "../../src/purge/purge-log.ts";

export { PurgeLog };

/** A log whose clock a test sets, and that holds few facts. */
export class AdjustableLog extends PurgeLog {
  protected override readonly mostFacts = 2000;
  #now = 0;

  protected override now(): number {
    return this.#now;
  }

  setClock(now: number): void {
    this.#now = now;
  }

  /** The platform alone may call `alarm`. */
  ring(): Promise<void> {
    return this.alarm();
  }
}

interface Env {
  readonly DATA_CENTRE?: string;
  readonly BOUND_MS?: number;
  readonly CLOCK_AHEAD_MS?: number;
  /** Of either class. */
  readonly PURGE_LOG?: { getByName(name: string): Log };
}

let client: PurgeClient | null = null;
let isLogDown = false;

export default {
  async fetch(request, env, ctx) {
    const asked: Readonly<Record<string, unknown>> = await request.json();
    const { pathname, origin } = new URL(request.url);
    const clock = () => Date.now() + (env.CLOCK_AHEAD_MS ?? 0);
    client ??= await open(env, clock);
    const occasion = { now: clock(), origin, waitUntil: (work: Promise<unknown>) => ctx.waitUntil(work) };
    return Response.json(await answer(pathname, asked, occasion, { client, clock, env }));
  },
} satisfies ExportedHandler<Env>;

interface Asked {
  readonly client: PurgeClient;
  readonly clock: () => number;
  readonly env: Env;
}

async function open(env: Env, clock: () => number): Promise<PurgeClient> {
  const namespace = env.PURGE_LOG;
  const log = namespace ? () => (isLogDown ? failing() : namespace.getByName("purges")) : null;
  return createPurgeClient({
    log,
    cache: await caches.open(env.DATA_CENTRE ?? "none"),
    clock,
    ...(env.BOUND_MS === undefined ? {} : { boundMs: env.BOUND_MS }),
  });
}

function failing(): never {
  throw new Error("the log is down");
}

/** What a test asks for; it knows the shapes. */
async function answer(
  path: string,
  asked: Readonly<Record<string, unknown>>,
  occasion: Occasion,
  { client, clock, env }: Asked,
): Promise<unknown> {
  switch (path) {
    case "/judge": {
      const waiting = client.ready(occasion);
      await waiting;
      const verdict = purgeOf(asked["stored"] as never, client.current(occasion));
      return { verdict, waited: waiting !== null, state: client.state(clock()) };
    }
    case "/record":
      return client.record(asked["purges"] as never, "tester", occasion);
    case "/log-down":
      isLogDown = asked["down"] === true;
      return isLogDown;
    case "/now":
      return clock();
    case "/log": {
      // The methods of the object itself, by name.
      const log = env.PURGE_LOG?.getByName("purges") as unknown as Record<
        string,
        (...args: unknown[]) => unknown
      >;
      return (await log[asked["method"] as string]?.(...(asked["args"] as unknown[]))) ?? null;
    }
    default:
      throw new Error(`nothing at ${path}`);
  }
}
