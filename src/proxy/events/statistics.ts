import type { Breaker } from "../origin/breaker.ts";
import type { Shell } from "../shell.ts";
import type { RuleCounts } from "./stats.ts";

/** What this isolate has counted and holds now, as plain data; control/stats.ts describes it. */
export function statisticsOf(shell: Shell, now: number): object {
  const { stats, tiers, flights, leases, purges } = shell;
  const { rules, origins, since, ...counted } = stats.counted;
  return {
    isolate: { id: stats.id, since: new Date(since).toISOString() },
    ...counted,
    hitRatio: hitRatioOf(counted),
    rules: Array.from(rules, ([name, counts]) => ({
      name: name === "" ? null : name,
      ...counts,
      hitRatio: hitRatioOf(counts),
    })),
    origins: Array.from(shell.upstreams, ([name, { breaker }]) => ({
      name,
      ...(origins.get(name) ?? stats.noneOfOrigin()),
      breaker: breaker && stateOf(breaker, now),
    })),
    memory: tiers.memory.usage(),
    flights: flights.size,
    refreshLeases: leases.held(now),
    purges: purges.state(now),
  };
}

function stateOf(breaker: Breaker, now: number): object {
  return breaker.isOpen()
    ? { state: "open", testedInSeconds: breaker.secondsLeft(now) }
    : { state: "closed" };
}

/** Of what was looked up, the part that was answered from a store; null before anything was. */
function hitRatioOf({ outcomes }: Pick<RuleCounts, "outcomes">): number | null {
  const { HIT = 0, STALE = 0, REVALIDATED = 0, MISS = 0 } = outcomes;
  const lookedUp = HIT + STALE + REVALIDATED + MISS;
  return lookedUp === 0 ? null : (HIT + STALE) / lookedUp;
}
