import type { Config } from "../config.ts";
import type { Log } from "../purge/log.ts";
import { createPurgeClient, type Occasion, type PurgeClient } from "../purge/purge-client.ts";
import type { Exchange } from "./shell.ts";

/** The one Durable Object that numbers all purges. */
const LOG_NAME = "purges";

/** What this isolate knows of purges: by the log where one is bound, else for this data centre alone. */
export function openPurges(config: Config): PurgeClient {
  const bound = config.bindings["PURGE_LOG"];
  return createPurgeClient({
    log: isLogNamespace(bound) ? () => bound.getByName(LOG_NAME) : null,
    cache: caches.default,
    boundMs: config.purgeBoundSeconds * 1000,
    onError: (operation, error) => console.error(`purge log ${operation} failed: ${String(error)}`),
  });
}

interface LogNamespace {
  getByName(name: string): Log;
}

// A binding of this name is what wrangler.toml declares it to be: stubs answer every method by RPC.
function isLogNamespace(bound: unknown): bound is LogNamespace {
  return typeof bound === "object" && bound !== null && "getByName" in bound;
}

/** One request, as the purge client sees it. */
export function occasionOf({ publicOrigin, waitUntil }: Exchange, now: number): Occasion {
  return { now, origin: publicOrigin, waitUntil };
}
