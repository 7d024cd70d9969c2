/**
 * `npm run bench`: what a request costs, selvedge beside its peers and its limits, in turns within one run.
 * `--help` has its options; docs/performance.md says how it measures.
 */
import { cpus } from "node:os";
import { Command, InvalidArgumentError } from "commander";
import { HERDS } from "./lab/herd.ts";
import { type Lab, openLab } from "./lab/lab.ts";
import { type Row, rowsOf, tableOf } from "./lab/report.ts";
import type { Sample, Scale, Scenario, Stand } from "./lab/scenario.ts";
import { STALE } from "./lab/stale.ts";
import { STEADY } from "./lab/steady.ts";
import { TARGETS, type TargetName } from "./lab/targets.ts";
import { highestHitRatio, ZIPF } from "./lab/zipf.ts";

const SCENARIOS: readonly Scenario[] = [...STEADY, ...HERDS, ...STALE, ZIPF];

const program = new Command("npm run bench --")
  .description("What a request costs, selvedge beside its peers and its limits")
  .option("--quick", "a smoke test; its figures mean nothing", false)
  .option("--scenario <part>", "only scenarios with this in their name; may be repeated", collected)
  .option(
    "--only <part>",
    `only targets with this in their name; may be repeated: ${Object.keys(TARGETS).join(", ")}`,
    collected,
  )
  .option("--rounds <count>", "how often each is measured", counted, 9)
  .option("--requests <count>", "of a plain round", counted, 4000)
  .option("--json", "all figures, in place of the table", false)
  .parse();
const values = program.opts<{
  readonly quick: boolean;
  readonly scenario?: readonly string[];
  readonly only?: readonly string[];
  readonly rounds: number;
  readonly requests: number;
  readonly json: boolean;
}>();

function collected(part: string, parts: readonly string[] = []): readonly string[] {
  return [...parts, part];
}

function counted(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1)
    throw new InvalidArgumentError("A whole number from 1 on is allowed.");
  return count;
}

const scale: Scale = { quick: values.quick, requests: values.requests };
const mostRounds = values.quick ? 1 : values.rounds;
const scenarios = SCENARIOS.filter(({ name }) => isWanted(name, values.scenario));
const targets = (Object.keys(TARGETS) as TargetName[]).filter((target) => isWanted(target, values.only));

if (scenarios.length === 0 || targets.length === 0) {
  program.error(`error: nothing is called so; scenarios: ${SCENARIOS.map(({ name }) => name).join("; ")}`);
}
const lab = await openLab(
  targets.filter((target) => scenarios.some((scenario) => scenario.targets.includes(target))),
);
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    lab.stop();
    process.exit(1);
  });
}
try {
  await report(lab);
} finally {
  lab.stop();
}

function isWanted(name: string, wanted: readonly string[] = [""]): boolean {
  return wanted.some((part) => name.includes(part));
}

async function report({ stands, pinned }: Lab): Promise<void> {
  const rows: Row[] = [];
  for (const scenario of scenarios) {
    const measuredRows = await measured(scenario, stands);
    // As they come: a run takes long, and may be broken off.
    if (!values.json) console.log(`${tableOf(measuredRows)}\n`);
    rows.push(...measuredRows);
  }
  const processor = cpus()[0]?.model ?? "unknown";
  const machine = { processor, cores: cpus().length, pinned, node: process.version };
  console.log(values.json ? JSON.stringify({ machine, rows }, null, 1) : notesOf(machine));
}

async function measured(scenario: Scenario, stands: Lab["stands"]): Promise<readonly Row[]> {
  const taking = [...stands].filter(([target]) => takesPart(target, scenario));
  const samples = new Map(taking.map(([target]) => [target, [] as Sample[]]));
  for (const [, stand] of taking) await scenario.prepare(stand, scale);
  for (let round = 1; round <= Math.min(mostRounds, scenario.mostRounds); round++) {
    for (const [target, stand] of inOrderOf(round, taking)) {
      samples.get(target)?.push(await scenario.measure(stand, scale, round));
    }
  }
  return rowsOf(scenario, samples);
}

// A smoke test has no time for how others wait.
function takesPart(target: TargetName, { targets, mostRounds }: Scenario): boolean {
  const isSlow = mostRounds < Number.POSITIVE_INFINITY;
  return targets.includes(target) && !(scale.quick && isSlow && target !== "selvedge");
}

/** Each round begins with another target, so that none always comes after the same one. */
function inOrderOf(round: number, taking: readonly [TargetName, Stand][]): readonly [TargetName, Stand][] {
  const first = round % taking.length;
  return [...taking.slice(first), ...taking.slice(0, first)];
}

function notesOf({
  processor,
  cores,
  pinned,
  node,
}: {
  processor: string;
  cores: number;
  pinned: boolean;
  node: string;
}): string {
  const zipf = highestHitRatio(values.quick ? 200 : scale.requests * 5);
  return [
    `${cores} × ${processor}; ${pinned ? "the Workers on a core of their own" : "the Workers share all cores"}; Node ${node}.`,
    `CPU is per request, of the workerd process. Zipf: a cache that forgets nothing answers ${zipf.toFixed(4)} by itself.`,
  ].join("\n");
}
