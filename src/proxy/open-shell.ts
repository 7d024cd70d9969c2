import { Signatures } from "../cache/request/signature.ts";
import { RETENTION_DAYS } from "../cache/types.ts";
import type { Config } from "../config.ts";
import { choose, type Matcher } from "../rules/match/match.ts";
import { policiesFor } from "../rules/match/read-policies.ts";
import type { RuleSet } from "../rules/rule.ts";
import { cacheApiStore } from "../store/cache-api.ts";
import { memoryStore } from "../store/memory.ts";
import { tiered } from "../store/tiered.ts";
import { Stats } from "./events/stats.ts";
import { Late } from "./late.ts";
import { openUpstreams } from "./origin/upstreams.ts";
import { openPurges } from "./purges.ts";
import { SMALL_BODY_BYTES } from "./refresh/body.ts";
import { Flights } from "./refresh/flights.ts";
import { Leases } from "./refresh/leases.ts";
import { Repeats } from "./repeats.ts";
import type { Shell } from "./shell.ts";
import { Invalidations } from "./write/invalidations.ts";

const MEMORY_TRUST_MS = 5_000;
const MEMORY_RENEWAL_MS = 4_000;
/** A look-up takes milliseconds. Beyond this the Cache API is taken for broken, and the origin is asked. */
const CACHE_API_LIMIT_MS = 2_000;
const RETENTION_SECONDS = RETENTION_DAYS * 86_400;
/** Beyond the time that the origin may take to begin: for the body, and for storing it. */
const LEASE_MARGIN_MS = 30_000;
const REFRESH_RETRY_MS = 5_000;

/** What the proxy of one isolate works with. */
export function openShell(config: Config, rules: RuleSet, matcher: Matcher): Shell {
  const stats = new Stats(Date.now());
  const tiers = openTiers(config, stats);
  return {
    config,
    choose: (request) => choose(matcher, request),
    policiesFor: (address) => policiesFor(address, matcher),
    asksForBots: rules.facts.asksForBots,
    tiers,
    store: config.memoryBytes === 0 ? tiers.lasting : tiered(tiers.memory, tiers.lasting),
    stats,
    flights: new Flights(),
    leases: new Leases(config.originTimeoutSeconds * 1000 + LEASE_MARGIN_MS, REFRESH_RETRY_MS),
    invalidations: new Invalidations(),
    repeats: new Repeats(new Signatures(rules.facts.fields)),
    purges: openPurges(config),
    beyondHits: new Late(() => import("./beyond-hits.ts")),
    upstreams: openUpstreams(rules.origins, config),
    warned: new Set(),
    clock: () => Date.now(),
    chance: () => Math.random(),
  };
}

function openTiers({ memoryBytes, origin }: Config, stats: Stats): Shell["tiers"] {
  const onError = (operation: string, error: unknown) => {
    stats.storeFailed(operation);
    console.error(`cache ${operation} failed: ${String(error)}`);
  };
  const memory = memoryStore({
    maxBytes: memoryBytes,
    maxBodyBytes: SMALL_BODY_BYTES,
    maxAgeMs: MEMORY_TRUST_MS,
    renewAfterMs: MEMORY_RENEWAL_MS,
  });
  const lasting = cacheApiStore(caches.default, {
    ...{ origin: origin.href, retentionSeconds: RETENTION_SECONDS, limitMs: CACHE_API_LIMIT_MS, onError },
  });
  return { memory, lasting };
}
