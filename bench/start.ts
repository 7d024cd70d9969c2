/**
 * What a new isolate costs before it answers, and with its first answer, a stored miss or a hit from the Cache API: CPU of
 * the workerd process, as the median of interleaved rounds. `--help` has its options.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "commander";
import { markdownTable } from "markdown-table";
import { request } from "undici";
import { bundleWorker } from "../scripts/bundle.ts";
import { loadRules } from "../scripts/tools.ts";
import { wholeNumber } from "../src/cli/parse.ts";
import { defineRules, type RuleSet } from "../src/rules/rule.ts";
import { startChild } from "./lab/child.ts";
import { startWorkerd } from "./lab/workerd.ts";

interface Measured {
  readonly startMs: number;
  readonly missMs: number;
  readonly hitMs: number;
}

const { rounds, json } = new Command("node bench/start.ts")
  .description("What a new isolate costs before it answers, and with its first answer")
  .option("--rounds <count>", "how often each is started", wholeNumber(1, 1000), 15)
  .option("--json", "the figures as JSON", false)
  .parse()
  .opts<{ readonly rounds: number; readonly json: boolean }>();

const EMPTY = 'export default { fetch: () => new Response("") };\n';

const directory = await mkdtemp(join(tmpdir(), "selvedge-start-"));
const origin = await startChild("origin.ts");
const cacheApi = await startChild("cache-api.ts");
try {
  report(await measureAll(await bundles()));
} finally {
  origin.stop();
  cacheApi.stop();
  await rm(directory, { recursive: true, force: true });
}

/** By the name of what is measured, where its modules are. */
async function bundles(): Promise<ReadonlyMap<string, string>> {
  const empty = join(directory, "empty");
  await mkdir(empty);
  await writeFile(join(empty, "worker.js"), EMPTY);
  const withRules = async (name: string, rules: RuleSet) => {
    await bundleWorker("src/worker.ts", join(directory, name), rules);
    return [name, join(directory, name)] as const;
  };
  return new Map([
    ["empty", empty],
    await withRules("the shipped rules", await loadRules()),
    await withRules("1,000 rules", manyRules(1_000)),
  ]);
}

function manyRules(count: number): RuleSet {
  const rules = Array.from({ length: count }, (_, index) => ({
    name: `rule-${index}`,
    match: { path: `/api/v${index % 7}/things-${index}/:id`, ...(index % 5 === 0 && { method: "GET" }) },
    edgeTtl: "10m" as const,
    staleWhileRevalidate: "30s" as const,
    tags: [`t${index}`, "thing:{id}"],
  }));
  return defineRules({ rules });
}

async function measureAll(
  workers: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, readonly Measured[]>> {
  const samples = new Map([...workers.keys()].map((name) => [name, [] as Measured[]]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, modules] of workers) samples.get(name)?.push(await measure(modules, round));
  }
  return samples;
}

async function measure(modules: string, round: number): Promise<Measured> {
  const path = `/o?size=100&cc=max-age%3D600&v=${modules}-${round}`;
  const { startMs, firstMs: missMs } = await measureFirst(modules, path);
  // Another isolate finds what the first has stored.
  const { firstMs: hitMs } = await measureFirst(modules, path);
  return { startMs, missMs, hitMs };
}

async function measureFirst(
  modules: string,
  path: string,
): Promise<{ readonly startMs: number; readonly firstMs: number }> {
  const running = await startWorkerd({
    ...{ name: "worker", directory: modules, variables: { LOG: "off" }, origin, cacheApi },
    hasPurgeLog: false,
    core: null,
  });
  // What its threads do after it listens belongs to the start, and what is stored behind the answer to that.
  await sleep(150);
  const startUs = running.cpuUs();
  const { body } = await request(running.url + path, { headers: { host: "api.example.com" } });
  await body.dump();
  await sleep(50);
  const firstUs = running.cpuUs() - startUs;
  running.stop();
  return { startMs: startUs / 1000, firstMs: firstUs / 1000 };
}

function report(samples: ReadonlyMap<string, readonly Measured[]>): void {
  const rows = Array.from(samples, ([name, all]) => ({
    name,
    startMs: median(all.map(({ startMs }) => startMs)),
    missMs: median(all.map(({ missMs }) => missMs)),
    hitMs: median(all.map(({ hitMs }) => hitMs)),
  }));
  const base = rows[0]?.startMs ?? 0;
  const cells = rows.map(({ name, startMs, missMs, hitMs }) => [
    name,
    ...[startMs, startMs - base, missMs, hitMs].map((ms) => ms.toFixed(1)),
  ]);
  const head = ["CPU ms", "until it listens", "beyond an empty Worker", "a first miss", "a first hit"];
  console.log(
    json ? JSON.stringify(rows) : markdownTable([head, ...cells], { align: ["l", "r", "r", "r", "r"] }),
  );
}

function median(all: readonly number[]): number {
  return [...all].sort((one, other) => one - other)[all.length >> 1] ?? Number.NaN;
}
