import { Command } from "commander";
import { type AccessOptions, accessOf, withAccess } from "../access-options.ts";
import { getFrom, shown } from "../control-client.ts";
import type { Context } from "../program.ts";
import { json, percent, styled, table } from "../terminal.ts";

interface Options extends AccessOptions {
  readonly json?: boolean;
}

type Counts = Readonly<Record<string, number>>;

/** What the control API answers (docs/control.md), as far as it is shown. */
interface Statistics {
  readonly isolate: { readonly id: string; readonly since: string };
  readonly requests: number;
  readonly hitRatio: number | null;
  readonly outcomes: Counts;
  readonly reasons: Counts;
  readonly rules: readonly {
    readonly name: string | null;
    readonly requests: number;
    readonly hitRatio: number | null;
  }[];
  readonly origins: readonly {
    readonly name: string;
    readonly requests: number;
    readonly failures: Counts;
    readonly errors: number;
    readonly withheld: Counts;
    readonly breaker: { readonly state: "open" | "closed"; readonly testedInSeconds?: number } | null;
  }[];
  readonly storeFailures: Counts;
  readonly memory: { readonly entries: number; readonly bytes: number; readonly maxBytes: number };
  readonly purges: { readonly mode: string; readonly failures: number; readonly lastError: string | null };
}

/** `stats`. */
export function statsCommand({ terminal }: Context): Command {
  const command = new Command("stats")
    .description("shows what the isolate of a deployed Worker that happens to answer has counted")
    .option("--json", "print the answer as JSON");
  return withAccess(command).action(async (options: Options) => {
    const access = accessOf(options);
    const statistics = await getFrom(access, "/stats", new URLSearchParams());
    terminal.print(options.json ? json(statistics) : shown<Statistics>(access, statistics, textOf));
  });
}

function textOf(statistics: Statistics): string {
  const { isolate, requests, hitRatio, outcomes, reasons, rules, origins, memory } = statistics;
  const sections = [
    `isolate ${isolate.id}, since ${isolate.since}: ${requests} requests, hit ratio ${percent(hitRatio)}`,
    countTable("outcome", outcomes),
    countTable("reason", reasons),
    table(
      ["rule", "requests", "hit ratio"],
      rules.map((rule) => [rule.name ?? "(none)", String(rule.requests), percent(rule.hitRatio)]),
    ),
    table(
      ["origin", "requests", "failures", "errors", "withheld", "breaker"],
      origins.map((origin) => [
        origin.name,
        ...[origin.requests, sum(origin.failures), origin.errors, sum(origin.withheld)].map(String),
        breakerOf(origin),
      ]),
    ),
    `memory: ${memory.entries} responses, ${megabytes(memory.bytes)} of ${megabytes(memory.maxBytes)}`,
    ...troublesOf(statistics).map((line) => styled("yellow", line)),
  ];
  return sections.join("\n\n");
}

function breakerOf({ breaker }: Statistics["origins"][number]): string {
  if (breaker?.testedInSeconds === undefined) return breaker?.state ?? "(none)";
  return `${breaker.state}, tested in ${breaker.testedInSeconds} s`;
}

function troublesOf({ storeFailures, purges }: Statistics): readonly string[] {
  return [
    ...(sum(storeFailures) === 0 ? [] : [`the Cache API failed: ${JSON.stringify(storeFailures)}`]),
    ...(purges.failures === 0 ? [] : [`the purge log does not answer: ${purges.lastError ?? "unknown"}`]),
    ...(purges.mode === "log" ? [] : ["no purge log is bound: a purge reaches one data centre"]),
  ];
}

function countTable(what: string, counts: Counts): string {
  const rows = Object.entries(counts).sort(([, one], [, other]) => other - one);
  return table(
    [what, "count"],
    rows.map(([name, count]) => [name, String(count)]),
  );
}

function sum(counts: Counts): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_048_576).toFixed(1)} MiB`;
}
