/** Many URLs, a few of which are asked for most of the time; nothing is stored at the start of a round. */
import { objectPath, type Scenario, sample } from "./scenario.ts";

const URLS = 5_000;
const SKEW = 1;

export const ZIPF: Scenario = {
  name: "Zipf over 5,000 URLs",
  bases: ["match"],
  targets: ["match", "hono", "calls", "selvedge"],
  mostRounds: 5,
  prepare: async () => {},
  measure: async (stand, { quick, requests }, round) => {
    const ranks = drawn(quick ? 200 : requests * 5);
    const request = (number: number) => ({
      path: objectPath({ rank: ranks[number] ?? 0, round, size: 2048 }),
    });
    return sample(stand, { request, amount: ranks.length, connections: 32 });
  },
};

/** The share of a round's requests that a cache which forgets nothing answers by itself. */
export function highestHitRatio(requests: number): number {
  const ranks = drawn(requests);
  return 1 - new Set(ranks).size / ranks.length;
}

/** Ranks from 0 on, each as often as Zipf's law says; always the same ones. */
function drawn(count: number): readonly number[] {
  const sums: number[] = [];
  for (let rank = 0; rank < URLS; rank++) sums.push((sums.at(-1) ?? 0) + 1 / (rank + 1) ** SKEW);
  const random = generator(1);
  return Array.from({ length: count }, () => rankAt(random() * (sums.at(-1) ?? 0), sums));
}

function rankAt(sum: number, sums: readonly number[]): number {
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sums[middle] ?? 0) < sum) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Numbers from 0 to 1 from a linear congruential generator (Numerical Recipes), the same in each run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
