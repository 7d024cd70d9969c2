/**
 * `npm test`: format, lint, types, an audit, tests, weight and a dry run of the deployment. Every step runs, whatever became of
 * the ones before, and the last line counts: each vitest test, and one for each step.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { QUIET_ENV, ROOT, WRANGLER } from "./tools.ts";

interface Step {
  readonly name: string;
  readonly command: readonly string[];
}

interface Tally {
  passed: number;
  failed: number;
}

/** The part of vitest's JSON report that is read here. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

const scratch = mkdtempSync(join(tmpdir(), "selvedge-test-"));
const reportPath = join(scratch, "vitest.json");
const bin = (name: string): string => `${ROOT}node_modules/.bin/${name}`;

const STEPS: readonly Step[] = [
  { name: "format and lint", command: [bin("biome"), "ci", "."] },
  { name: "types of the Worker", command: [bin("tsc"), "-p", "tsconfig.json"] },
  { name: "types of tests and scripts", command: [bin("tsc"), "-p", "tsconfig.node.json"] },
  { name: "audit of dependencies", command: [process.execPath, `${ROOT}scripts/audit.ts`] },
  {
    name: "tests",
    command: [
      bin("vitest"),
      "run",
      "--reporter=default",
      "--reporter=json",
      `--outputFile.json=${reportPath}`,
    ],
  },
  { name: "weight of the Worker", command: [process.execPath, `${ROOT}scripts/weigh.ts`] },
  {
    name: "deployment, as a dry run",
    command: [...WRANGLER, "deploy", "--dry-run", "--env=", "--outdir", join(scratch, "bundle")],
  },
];

const tally: Tally = { passed: 0, failed: 0 };
const failures = STEPS.filter((step) => !passes(step)).map((step) => step.name);
countTests();
rmSync(scratch, { recursive: true, force: true });
if (failures.length > 0) console.log(`\nFailed: ${failures.join(", ")}`);
console.log(`\n${tally.passed} passed, ${tally.failed} failed`);
process.exitCode = tally.failed === 0 ? 0 : 1;

function passes({ name, command: [program = "", ...args] }: Step): boolean {
  console.log(`\n== ${name}`);
  const startedAt = performance.now();
  const { status } = spawnSync(program, args, {
    cwd: ROOT,
    env: QUIET_ENV,
    stdio: ["ignore", "inherit", "inherit"],
  });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`== ${name}: ${status === 0 ? "ok" : `FAILED, exit code ${status}`} (${seconds} s)`);
  tally[status === 0 ? "passed" : "failed"] += 1;
  return status === 0;
}

/** Adds vitest's own counts and names what was skipped. Without a report the failed step says enough. */
function countTests(): void {
  const report = readReport();
  if (!report) return;
  tally.passed += report.numPassedTests;
  tally.failed += report.numFailedTests;
  const results = report.testResults.flatMap((file) => file.assertionResults);
  const skipped = results.filter(({ status }) => status !== "passed" && status !== "failed");
  for (const { fullName } of skipped) console.log(`SKIPPED: ${fullName}`);
}

function readReport(): Report | null {
  try {
    return JSON.parse(readFileSync(reportPath, "utf8")) as Report;
  } catch {
    return null;
  }
}
