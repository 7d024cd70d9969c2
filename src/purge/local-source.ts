import type { LoggedFact } from "./log.ts";
import { addFacts, countFacts, factsIn, type PurgeFact } from "./purge.ts";
import type { Snapshots } from "./snapshots.ts";
import { type Knowledge, learn, nowKnown, type Source } from "./source.ts";

const MOST_FACTS = 20_000;
const OWN_MS = 60_000;

/** This data centre alone, where no log is bound: its isolates tell each other by a snapshot of all facts. */
export function localSource(clock: () => number): Source {
  /** What this isolate has recorded of late: another may have overwritten the snapshot at the same time. */
  let own: readonly LoggedFact[] = [];

  async function write(knowledge: Knowledge, snapshots: Snapshots): Promise<void> {
    const everything: PurgeFact = { scope: "everything", value: "", at: clock(), soft: false };
    if (countFacts(knowledge.purges) > MOST_FACTS) addFacts(knowledge.purges, [everything]);
    const facts = [...factsIn(knowledge.purges)].map((fact) => ({ ...fact, sequence: 0 }));
    await snapshots.write("all", { from: 0, sequence: 0, readAt: clock(), facts });
  }

  return {
    mode: "data-centre",
    async look(knowledge, snapshots) {
      const lookedAt = clock();
      const all = await snapshots.read("all");
      if (all !== null) learn(knowledge, all, clock());
      nowKnown(knowledge, lookedAt);
      return all;
    },
    async ask(knowledge, found, { snapshots }) {
      own = own.filter(({ at }) => at > clock() - OWN_MS);
      const told = new Set(found?.facts.map(nameOf));
      if (own.some((fact) => !told.has(nameOf(fact)))) await write(knowledge, snapshots);
    },
    async record(purges, _by, knowledge, { snapshots }) {
      const facts = purges.map((purge) => ({ ...purge, at: clock(), sequence: 0 }));
      addFacts(knowledge.purges, facts);
      own = [...own, ...facts];
      const all = await snapshots.read("all");
      if (all !== null) learn(knowledge, all, clock());
      await write(knowledge, snapshots);
      return { kind: "recorded-here", facts };
    },
  };
}

function nameOf({ scope, value, soft, at }: PurgeFact): string {
  return JSON.stringify([scope, value, soft, at]);
}
