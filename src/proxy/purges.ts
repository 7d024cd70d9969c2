import type { Config } from "../config.ts";
import { openLog } from "../purge/open-log.ts";
import { createPurgeClient, type Occasion, type PurgeClient } from "../purge/purge-client.ts";
import type { Exchange } from "./shell.ts";

/** What this isolate knows of purges: by the log where one is bound, else for this data centre alone. */
export function openPurges(config: Config): PurgeClient {
  return createPurgeClient({
    log: openLog(config.bindings["PURGE_LOG"]),
    cache: caches.default,
    boundMs: config.purgeBoundSeconds * 1000,
    onError: (operation, error) => console.error(`purge log ${operation} failed: ${String(error)}`),
  });
}

/** One request, as the purge client sees it. */
export function occasionOf({ publicOrigin, waitUntil }: Exchange, now: number): Occasion {
  return { now, origin: publicOrigin, waitUntil };
}
