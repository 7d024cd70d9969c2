/**
 * `npm run soak -- [--seconds 300]`: mixed traffic and a misbehaving origin, against the Worker under plain workerd.
 * Every answer says what it was made for, and is checked. Prints what was promised and how it went; exits 1 where a
 * promise was broken. docs/soak.md says what it does.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "commander";
import { markdownTable } from "markdown-table";
import { bundleWorker } from "../scripts/bundle.ts";
import { wholeNumber } from "../src/cli/parse.ts";
import { defineRules } from "../src/rules/rule.ts";
import { startChild } from "./lab/child.ts";
import { startWorkerd } from "./lab/workerd.ts";
import { type HeapUsage, openHeap } from "./soak/heap.ts";
import { Ledger } from "./soak/ledger.ts";
import { isLevel, leastOfHeap, type Sample, slopeOf } from "./soak/memory.ts";
import { SoakOrigin } from "./soak/origin.ts";
import { client, type Soaked } from "./soak/traffic.ts";
import { ORIGIN_TIMEOUT_SECONDS, RULES, TOKEN } from "./soak/world.ts";

const { seconds } = new Command("npm run soak --")
  .description("Mixed traffic and a misbehaving origin, against the Worker under plain workerd")
  .option("--seconds <seconds>", "how long", wholeNumber(5, 3600), 300)
  .parse()
  .opts<{ readonly seconds: number }>();

const CLIENTS = 12;
const DOWN_EVERY_MS = 45_000;
const DOWN_MS = 6_000;

const VARIABLES = {
  LOG: "off",
  ORIGIN_TIMEOUT: `${ORIGIN_TIMEOUT_SECONDS}s`,
  CONTROL_TOKEN: TOKEN,
  SELVEDGE_SECRET: "soak-secret-soak-secret-soak-secret",
};

const scratch = mkdtempSync(join(tmpdir(), "selvedge-soak-"));
const stops = [() => rmSync(scratch, { recursive: true, force: true })];
// Also whoever breaks it off leaves nothing running.
process.once("exit", () => {
  for (const stop of stops.reverse()) stop();
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(1));

const directory = join(scratch, "worker");
const origin = new SoakOrigin();
const { url, port } = await origin.start();
const cacheApi = await startChild("cache-api.ts");
stops.push(cacheApi.stop);
await bundleWorker("src/worker.ts", directory, defineRules(RULES));
const worker = await startWorkerd({
  ...{ name: "worker", directory, variables: VARIABLES, cacheApi, hasPurgeLog: true, core: null },
  // workerd alone knows no limit, and a heap without one grows as long as there is room; Cloudflare gives 128 MB.
  v8Flags: ["--max-old-space-size=96"],
  isInspected: true,
  origin: { url, port, tell: async () => 0, stop: () => {} },
});
stops.push(worker.stop);
const heapBytes = await openHeap(worker.inspectorPort ?? 0);
process.exit(report(await soak({ ...worker, heapBytes })) ? 0 : 1);

interface Watched {
  readonly url: string;
  readonly rssBytes: () => number;
  readonly heapBytes: HeapUsage;
}

async function soak({ url, rssBytes, heapBytes }: Watched): Promise<{
  readonly soaked: Soaked;
  readonly samples: readonly Sample[];
}> {
  const startedAt = performance.now();
  const elapsedMs = () => performance.now() - startedAt;
  const soaked: Soaked = {
    ...{ url, origin, ledger: new Ledger(), outcomes: new Map() },
    isOver: () => elapsedMs() > seconds * 1000,
  };
  const samples: Sample[] = [];
  const clients = Promise.all(Array.from({ length: CLIENTS }, () => client(soaked)));
  while (!soaked.isOver()) {
    origin.isDown = elapsedMs() % DOWN_EVERY_MS > DOWN_EVERY_MS - DOWN_MS;
    samples.push({ atSeconds: elapsedMs() / 1000, rssBytes: rssBytes(), heapBytes: await heapBytes() });
    await sleep(500);
  }
  await clients;
  return { soaked, samples };
}

/** Prints the tables; whether every promise was kept. */
function report({ soaked: { ledger, outcomes }, samples }: Awaited<ReturnType<typeof soak>>): boolean {
  ledger.check("herd", origin.mostAtOnce <= 1, () => `${origin.mostAtOnce} at once`);
  const slope = slopeOf(samples);
  if (slope !== null) {
    ledger.check("memory", isLevel(slope, samples), () => `${slope.toFixed(1)} MiB a minute`);
  }
  console.log(table(["promise", "looked at, and kept", "broken"], ledger.rows()));
  console.log(table(["answers", "count"], rowsOf(outcomes)));
  console.log(table(["what the origin did", "count"], rowsOf(origin.faults)));
  const rss = samples.map(({ rssBytes }) => rssBytes / 2 ** 20);
  console.log(`RSS of workerd: ${Math.min(...rss).toFixed(0)} to ${Math.max(...rss).toFixed(0)} MiB`);
  const least = leastOfHeap(samples).map((each) => each.toFixed(1));
  console.log(`Heap, the least of each minute, in MiB: ${least.join(" ")}`);
  if (slope !== null) console.log(`After the first minute it grows by ${slope.toFixed(2)} MiB a minute`);
  for (const example of ledger.examples) console.error(example);
  return !ledger.isBroken;
}

function rowsOf(counts: ReadonlyMap<string, number>): string[][] {
  return [...counts].sort(([, one], [, other]) => other - one).map(([name, count]) => [name, String(count)]);
}

function table(head: string[], rows: string[][]): string {
  return `${markdownTable([head, ...rows], { align: ["l", "r", "r"] })}\n`;
}
