/** What has expired, while the origin is slow or ill. */
import { sendLoad } from "./load.ts";
import { type OriginMode, objectPath, pause, type Scenario, sample } from "./scenario.ts";

const CONNECTIONS = 32;

export const STALE: readonly Scenario[] = [
  whileRevalidating(),
  onError("origin gives 503, stale at hand", "503"),
  onError("origin resets, stale at hand", "reset"),
  onError("origin refuses, stale at hand", "refuse"),
  // The others wait for ever, as nobody has told them for how long.
  { ...onError("origin hangs, stale at hand", "hang"), targets: ["selvedge"] },
];

function whileRevalidating(): Scenario {
  return {
    name: "stale-while-revalidate, expiring each second",
    bases: ["match"],
    targets: ["match", "hono", "selvedge"],
    mostRounds: 3,
    prepare: async () => {},
    measure: async (stand, { quick }, round) => {
      const path = objectPath({ round, delay: 50, cc: "max-age=1, stale-while-revalidate=60" });
      const load = { request: () => ({ path }), amount: 1, connections: 1 };
      await sendLoad(stand.url, load);
      return sample(stand, { ...load, connections: CONNECTIONS, forMs: quick ? 300 : 3_500 });
    },
  };
}

function onError(name: string, mode: OriginMode): Scenario {
  return {
    name,
    bases: ["match"],
    targets: ["match", "selvedge"],
    mostRounds: 3,
    prepare: async () => {},
    measure: async (stand, { quick }, round) => {
      const path = objectPath({ mode, round, cc: "max-age=1, stale-if-error=600" });
      const load = { request: () => ({ path }), amount: 1, connections: 1 };
      await sendLoad(stand.url, load);
      await pause(1_200);
      await stand.setOrigin(mode);
      const measured = await sample(stand, {
        ...load,
        amount: quick ? CONNECTIONS : 500,
        connections: CONNECTIONS,
      });
      await stand.setOrigin("ok");
      return measured;
    },
  };
}
