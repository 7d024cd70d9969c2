import { ANY_HOST } from "../cache/types.ts";
import type { Config } from "../config.ts";
import { idOfLog, openLog } from "../purge/open-log.ts";
import { createPurgeClient, type Occasion, type PurgeClient } from "../purge/purge-client.ts";
import type { Exchange } from "./shell.ts";

/** What this isolate knows of purges: by the log where one is bound, else for this data centre alone. */
export function openPurges(config: Config): PurgeClient {
  const bound = config.bindings["PURGE_LOG"];
  return createPurgeClient({
    log: openLog(bound),
    cache: caches.default,
    snapshotsAt: (origin) => placeOfSnapshots(idOfLog(bound), origin),
    boundMs: config.purgeBoundSeconds * 1000,
    onError: (operation, error) => console.error(`purge log ${operation} failed: ${String(error)}`),
  });
}

/** After a change of it, what was written before in another format is not found. */
const FORMAT = 1;

// Without a log its snapshots are all that isolates have in common, whichever host they were first asked at.
function placeOfSnapshots(log: string | null, origin: string): string {
  const [host, name] = log === null ? [ANY_HOST, "local"] : [origin, log];
  return `${host}/__selvedge/purges/${FORMAT}/${name}`;
}

/** One request, as the purge client sees it. */
export function occasionOf({ publicOrigin, waitUntil }: Exchange, now: number): Occasion {
  return { now, origin: publicOrigin, waitUntil };
}
