/**
 * What `selvedge simulate` replays in a second of one core's time, beside what reading the log alone takes.
 * `--help` has its options. "hot": 300 addresses, as the busy part of an API; "mixed": 20,000, most of them seldom asked
 * for, so that many are stored for the first time or confirmed; "cold": each once.
 */
import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { Command } from "commander";
import { newReadState, readLogs } from "../src/cli/logs/read.ts";
import { wholeNumber } from "../src/cli/parse.ts";
import { DEFAULT_ASSUMPTIONS } from "../src/cli/simulate/assumptions.ts";
import { replay } from "../src/cli/simulate/replay.ts";
import { defineRules } from "../src/rules/rule.ts";

const { lines, json } = new Command("node bench/simulate.ts")
  .description(
    "What `selvedge simulate` replays in a second of one core's time, and what reading alone takes",
  )
  .option("--lines <count>", "of each log", wholeNumber(1, 10_000_000), 300_000)
  .option("--json", "the figures as JSON", false)
  .parse()
  .opts<{ readonly lines: number; readonly json: boolean }>();
const RULES = defineRules({
  rules: [
    { name: "user", match: { path: ["/user", "/user/*"] }, cache: false },
    { name: "product", match: { path: "/products/:id" }, staleWhileRevalidate: "30s", staleIfError: "1h" },
  ],
});
const ASSUMED = { ...DEFAULT_ASSUMPTIONS, responseFields: [["cache-control", "max-age=60"]] as const };
const STARTED_AT = Date.UTC(2026, 10, 23, 10);
const PER_SECOND = 200;
const directory = mkdtempSync(join(tmpdir(), "selvedge-bench-"));

interface Row {
  readonly log: string;
  readonly readPerSecond: number;
  readonly replayedPerSecond: number;
  readonly hitRatio: number | null;
}

try {
  const rows = [
    await measured("hot", 300),
    await measured("mixed", 20_000),
    await measured("cold", Number.POSITIVE_INFINITY),
  ];
  process.stdout.write(json ? `${JSON.stringify(rows, null, 2)}\n` : rows.map(lineOf).join(""));
} finally {
  rmSync(directory, { recursive: true, force: true });
}

function lineOf({ log, readPerSecond, replayedPerSecond, hitRatio }: Row): string {
  const hits = ((hitRatio ?? 0) * 100).toFixed(1);
  return `${log}: read ${readPerSecond} lines/s, replayed ${replayedPerSecond} lines/s of CPU, hit ratio ${hits} %\n`;
}

async function measured(log: string, addresses: number): Promise<Row> {
  const path = join(directory, `${log}.log`);
  await write(path, addresses);
  const readPerSecond = await rate(async () => {
    for await (const batch of readLogs([path], null, newReadState())) void batch;
  });
  let hitRatio: number | null = null;
  const replayedPerSecond = await rate(async () => {
    const logs = readLogs([path], null, newReadState());
    hitRatio = (await replay(logs, RULES, null, ASSUMED)).report.total.hitRatio;
  });
  return { log, readPerSecond, replayedPerSecond, hitRatio };
}

/** Lines per second of the processor's time, which other programs do not take. */
async function rate(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return Math.round(lines / ((user + system) / 1e6));
}

async function write(path: string, addresses: number): Promise<void> {
  const file = createWriteStream(path);
  for (let index = 0; index < lines; index += PER_SECOND) {
    const time = new Date(STARTED_AT + (index / PER_SECOND) * 1000).toISOString().slice(11, 19);
    const part = Array.from({ length: Math.min(PER_SECOND, lines - index) }, (_, n) => {
      // The lower its number, the more often an address is asked for.
      const share = ((Math.imul(index + n, 2654435761) >>> 0) / 2 ** 32) ** 3;
      const address = addresses === Number.POSITIVE_INFINITY ? index + n : Math.floor(share * addresses);
      const client = `192.0.2.${(index + n) % 251}`;
      return `${client} - - [23/Nov/2026:${time} +0000] "GET /products/${address} HTTP/1.1" 200 1234 "-" "curl/8"\n`;
    });
    file.write(part.join(""));
  }
  file.end();
  await finished(file);
}
