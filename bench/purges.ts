/**
 * What it costs a hit to know whether it has been purged: CPU per verdict with no purge, 10,000 and 100,000 of them
 * in the index, interleaved in one run. `--help` has its options.
 */
import { Command } from "commander";
import type { StoredResponse } from "../src/cache/types.ts";
import {
  addFacts,
  emptyPurges,
  PURGE_SCOPES,
  type PurgeFact,
  type Purges,
  purgeOf,
} from "../src/purge/purge.ts";

const COUNTS = [0, 10_000, 100_000];
const VERDICTS = 50_000;
const QUANTILE = 0.2;
const HOUR_MS = 3_600_000;

interface Kind {
  readonly name: string;
  readonly response: StoredResponse;
}

const KINDS: readonly Kind[] = [
  { name: "requested after all purges", response: responseOf({ requestedAt: HOUR_MS * 2 }) },
  { name: "older, 3 tags", response: responseOf({ requestedAt: 0, tags: tagsOf(3) }) },
  { name: "older, 100 tags", response: responseOf({ requestedAt: 0, tags: tagsOf(100) }) },
];

/** Where verdicts go, so that none is optimised away. */
let sink: unknown;

const { quick, json } = new Command("node bench/purges.ts")
  .description("What it costs a hit to know whether it has been purged")
  .option("--quick", "fewer turns: figures that say less", false)
  .option("--json", "the figures as JSON", false)
  .parse()
  .opts<{ readonly quick: boolean; readonly json: boolean }>();
const turns = quick ? 10 : 40;
const indexes = COUNTS.map(indexOf);
const rows = KINDS.map(({ name, response }) => ({ name, nanoseconds: measure(response) }));
console.log(json ? JSON.stringify(rows) : tableOf());

function responseOf(facts: Partial<StoredResponse>): StoredResponse {
  return {
    uri: "https://api.example.com/products/7?page=2",
    rule: "product",
    status: 200,
    headers: new Headers(),
    requestedAt: 0,
    respondedAt: 0,
    nominated: [],
    bodyLength: 0,
    range: null,
    tags: [],
    suspect: false,
    ...facts,
  };
}

function tagsOf(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `tag-of-the-response-${index}`);
}

/** Purges of every scope but the widest, none of them about the responses. Prefixes have 20 lengths. */
function indexOf(count: number): Purges {
  const scopes = PURGE_SCOPES.filter((scope) => scope !== "everything");
  const facts = Array.from({ length: count }, (_, index): PurgeFact => {
    const scope = scopes[index % scopes.length] ?? "tag";
    const value = scope === "prefix" ? `other-${index}`.padEnd(10 + (index % 20), "x") : `other-${index}`;
    return { scope, value, at: HOUR_MS, soft: index % 2 === 0 };
  });
  const purges = emptyPurges(2000);
  addFacts(purges, facts);
  return purges;
}

/** In nanoseconds of CPU per verdict, for each index. A low quantile of the turns: what else runs only ever adds. */
function measure(response: StoredResponse): readonly number[] {
  const samples = indexes.map((): number[] => []);
  for (let turn = -3; turn < turns; turn++) {
    for (const [index, purges] of indexes.entries()) {
      const sample = run(response, purges);
      if (turn >= 0) samples[index]?.push(sample);
    }
  }
  return samples.map(
    (each) => [...each].sort((a, b) => a - b)[Math.floor(each.length * QUANTILE)] ?? Number.NaN,
  );
}

function run(response: StoredResponse, purges: Purges): number {
  const startedAt = process.cpuUsage();
  for (let verdict = 0; verdict < VERDICTS; verdict++) sink = purgeOf(response, purges);
  const { user, system } = process.cpuUsage(startedAt);
  return ((user + system) * 1000) / VERDICTS;
}

function tableOf(): string {
  const line = (cells: readonly (string | number)[]) =>
    cells.map((cell, index) => (index === 0 ? String(cell).padEnd(28) : String(cell).padStart(16))).join("");
  return [
    line(["CPU ns per verdict", ...COUNTS.map((count) => `${count} purges`)]),
    ...rows.map(({ name, nanoseconds }) => line([name, ...nanoseconds.map((each) => Math.round(each))])),
    `Node ${process.version}, ${sink === undefined ? "nothing" : "verdicts"} given.`,
  ].join("\n");
}
