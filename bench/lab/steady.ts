/** The scenarios of one kind of request, sent over and over. */
import { type Asked, type Load, sendLoad } from "./load.ts";
import { purgeOthers } from "./purge-others.ts";
import { inTurns, objectPath, pause, type Scale, type Scenario, type Stand, sample } from "./scenario.ts";
import { TARGETS, type TargetName } from "./targets.ts";

const CONNECTIONS = 32;

interface Steady {
  readonly name: string;
  readonly bases: readonly TargetName[];
  readonly targets: readonly TargetName[];
  /** What is asked for; `run` is another number in each round, and 0 to warm up. */
  readonly request: (run: number) => Load["request"];
  /** What part of a plain round's requests it sends. */
  readonly share?: number;
  /** Default: 32. */
  readonly connections?: number;
}

/** More than an isolate remembers the records of (store/known-records.ts). */
const MANY_URLS = 3_000;

const LANGUAGES = ["de", "en", "fr"];

export const STEADY: readonly Scenario[] = [
  steady({
    name: "hit, 2 KB",
    bases: ["constant", "match"],
    targets: ["constant", "match", "hono", "calls", "selvedge", "cold", "rules", "purges", "log"],
    request: same({ path: objectPath({ size: 2048 }) }),
  }),
  steady({
    name: "hit, one of 3,000 URLs",
    bases: ["match"],
    targets: ["match", "hono", "calls", "selvedge", "cold"],
    request: () => (number) => ({ path: objectPath({ size: 2048, url: number % MANY_URLS }) }),
  }),
  steady({
    name: "hit, 100 KB",
    bases: ["match"],
    targets: ["match", "hono", "selvedge"],
    request: same({ path: objectPath({ size: 102_400 }) }),
    share: 0.5,
  }),
  steady({
    name: "hit, 1 MB",
    bases: ["match"],
    targets: ["match", "hono", "selvedge"],
    request: same({ path: objectPath({ size: 1_048_576 }) }),
    share: 0.1,
  }),
  steady({
    name: "hit, 100 MB",
    bases: ["match"],
    targets: ["match", "selvedge"],
    request: same({ path: objectPath({ size: 104_857_600 }) }),
    share: 0.002,
    connections: 2,
  }),
  steady({
    name: "304",
    bases: ["match"],
    targets: ["constant", "match", "hono", "selvedge", "cold"],
    request: same({ path: objectPath({ size: 2048 }), fields: { "if-none-match": '"2048-"' } }),
  }),
  steady({
    name: "hit by Vary",
    bases: ["match"],
    targets: ["match", "hono", "selvedge", "cold"],
    request: () =>
      inTurns(
        LANGUAGES.map((language) => ({
          path: objectPath({ vary: "accept-language" }),
          fields: { "accept-language": language },
          expected: language,
        })),
      ),
  }),
  steady({
    name: "range of 16 KB",
    bases: ["match"],
    targets: ["match", "hono", "selvedge", "cold"],
    request: same({ path: objectPath({ size: 16_384 }), fields: { range: "bytes=0-1023" } }),
  }),
  steady({
    name: "range at the end of 100 MB",
    bases: ["match"],
    targets: ["match", "hono", "selvedge"],
    request: same({ path: objectPath({ size: 104_857_600 }), fields: { range: "bytes=-1024" } }),
    share: 0.05,
  }),
  steady({
    name: "miss, 2 KB",
    bases: ["fetch", "match"],
    targets: ["fetch", "match", "hono", "calls", "selvedge"],
    request: (run) => (number) => ({ path: objectPath({ size: 2048, run, number }) }),
    share: 0.5,
  }),
  steady({
    name: "miss, 10 MB",
    bases: ["match"],
    targets: ["match", "selvedge"],
    request: (run) => (number) => ({ path: objectPath({ size: 10_485_760, run, number }) }),
    share: 0.005,
    connections: 2,
  }),
  steady({
    name: "pass, 2 KB",
    bases: ["fetch"],
    targets: ["fetch", "calls", "selvedge"],
    request: same({ path: objectPath({ size: 2048 }, "/pass") }),
    share: 0.5,
  }),
];

function same(asked: Asked): Steady["request"] {
  return () => () => asked;
}

function steady({ name, bases, targets, request, share = 1, connections = CONNECTIONS }: Steady): Scenario {
  const loadOf = (run: number, { quick, requests }: Scale): Load => ({
    request: request(run),
    amount: quick ? connections : Math.ceil(requests * share),
    connections,
  });
  return {
    ...{ name, bases, targets, mostRounds: Number.POSITIVE_INFINITY },
    prepare: async (stand, scale) => {
      await prime(stand, request(0));
      const { purges } = TARGETS[stand.target];
      // After what they are compared with was stored: they have to be looked through for each hit.
      if (purges > 0) await purgeOthers(stand.url, scale.quick ? 100 : purges);
      await sendLoad(stand.url, loadOf(0, scale));
    },
    measure: (stand, scale, run) => sample(stand, loadOf(run, scale)),
  };
}

// In the background of an answer it is stored; one after the other, so that all are.
async function prime(stand: Stand, request: Load["request"]): Promise<void> {
  for (const { path, fields = {} } of distinct(LANGUAGES.map((_, number) => request(number)))) {
    const { range: _, "if-none-match": __, ...plain } = fields;
    await fetch(stand.url + path, { headers: plain }).then((response) => response.arrayBuffer());
    await pause(50);
  }
}

function distinct(requests: readonly Asked[]): readonly Asked[] {
  return [...new Map(requests.map((request) => [JSON.stringify(request), request])).values()];
}
