/** Many clients at once for one URL, whose origin takes its time. */
import { hangUp, type Load, sendLoad } from "./load.ts";
import { objectPath, pause, type Scale, type Scenario, type Stand, sample } from "./scenario.ts";

const HERD = 200;
const ORIGIN_MS = 100;
const SLOW_ORIGIN_MS = 900;
const LEAVERS = 3_000;

export const HERDS: readonly Scenario[] = [
  herd("herd of 200, cold", async () => {}),
  herd("herd of 200, cold, origin takes 0.9 s", async () => {}, SLOW_ORIGIN_MS),
  herd("herd of 200, expired", async (stand, _scale, load) => {
    await sendLoad(stand.url, { ...load, amount: 1, connections: 1 });
    await pause(1_200);
  }),
  herd("herd of 200 after 3,000 have left", async (stand, { quick }, _load, round) => {
    const request = (number: number) => ({ path: objectPath({ left: number, round, delay: ORIGIN_MS }) });
    await hangUp(stand.url, { request, amount: quick ? 50 : LEAVERS, connections: 50 }, ORIGIN_MS / 5);
    await settled(stand);
  }),
];

const MOST_PAUSES = 150;

/** Until the Worker has done with what clients no longer wait for, half a minute at most. */
async function settled(stand: Stand): Promise<void> {
  for (let pauses = 0; pauses < MOST_PAUSES; pauses++) {
    const before = stand.cpuUs();
    await pause(2 * ORIGIN_MS);
    if (stand.cpuUs() - before < 2_000) return;
  }
}

type Before = (stand: Stand, scale: Scale, load: Load, round: number) => Promise<void>;

function herd(name: string, before: Before, originMs = ORIGIN_MS): Scenario {
  return {
    name,
    bases: ["match"],
    targets: ["match", "hono", "selvedge"],
    mostRounds: 3,
    prepare: async () => {},
    measure: async (stand, scale, round) => {
      const path = objectPath({ herd: name, round, delay: originMs, cc: "max-age=1" });
      const opening = { path: objectPath({ size: 2048 }) };
      const load = { request: () => ({ path }), amount: HERD, connections: HERD, opening };
      await before(stand, scale, load, round);
      return sample(stand, load);
    },
  };
}
