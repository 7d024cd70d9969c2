import { markdownTable } from "markdown-table";
import type { Sample, Scenario } from "./scenario.ts";
import { TARGETS, type TargetName } from "./targets.ts";

/** What the rounds of one target in one scenario come to: medians. */
export interface Row {
  readonly scenario: string;
  readonly target: string;
  readonly rounds: number;
  readonly requests: number;
  readonly cpuUs: number;
  /** CPU compared with that of other targets: the median of what the rounds say. */
  readonly ratios: Readonly<Record<string, number>>;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly originRequests: number;
  readonly failed: number;
  readonly wrong: number;
}

export type Samples = ReadonlyMap<TargetName, readonly Sample[]>;

export function rowsOf({ name, bases }: Scenario, samples: Samples): readonly Row[] {
  return Array.from(samples, ([target, own]) => ({
    scenario: name,
    target: TARGETS[target].name,
    rounds: own.length,
    requests: medianOf(own, ({ requests }) => requests),
    cpuUs: medianOf(own, ({ cpuUs }) => cpuUs),
    ratios: Object.fromEntries(
      bases
        .filter((base) => base !== target && samples.has(base))
        .map((base) => [TARGETS[base].name, ratioOf(own, samples.get(base) ?? [])]),
    ),
    perSecond: medianOf(own, ({ requests, seconds }) => requests / seconds),
    p50Ms: medianOf(own, ({ p50Ms }) => p50Ms),
    p99Ms: medianOf(own, ({ p99Ms }) => p99Ms),
    originRequests: medianOf(own, ({ originRequests }) => originRequests),
    failed: Math.max(...own.map(({ failed }) => failed)),
    wrong: Math.max(...own.map(({ wrong }) => wrong)),
  }));
}

// Of the same round: what else the machine does changes slowly, and is the same for both.
function ratioOf(own: readonly Sample[], base: readonly Sample[]): number {
  return median(own.map(({ cpuUs }, round) => cpuUs / (base[round]?.cpuUs ?? Number.NaN)));
}

function medianOf(samples: readonly Sample[], value: (sample: Sample) => number): number {
  return median(samples.map(value));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

const HEAD = [
  "scenario",
  "target",
  "CPU µs",
  "compared",
  "per s",
  "p50 ms",
  "p99 ms",
  "origin asked",
  "failed",
  "wrong",
];

export function tableOf(rows: readonly Row[]): string {
  return markdownTable([HEAD, ...rows.map(cellsOf)], {
    align: ["l", "l", "r", "l", "r", "r", "r", "r", "r", "r"],
  });
}

function cellsOf(row: Row): string[] {
  const compared = Object.entries(row.ratios).map(([base, ratio]) => `${ratio.toFixed(2)} × ${base}`);
  return [
    ...[row.scenario, row.target, row.cpuUs.toFixed(0), compared.join(", "), row.perSecond.toFixed(0)],
    ...[row.p50Ms, row.p99Ms].map(millisecondsOf),
    `${row.originRequests.toFixed(0)} of ${row.requests.toFixed(0)}`,
    ...[String(row.failed), String(row.wrong)],
  ];
}

// Of those that were answered; none was where this is not a number.
function millisecondsOf(ms: number): string {
  return Number.isNaN(ms) ? "–" : ms.toFixed(1);
}
