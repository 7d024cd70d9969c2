/** That the benchmark runs, and that selvedge answers all of it rightly. How fast is nobody's business here. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import type { Row } from "../../bench/lab/report.ts";
import { ROOT } from "../../scripts/tools.ts";

const RUN_LIMIT_MS = 90_000;

describe("npm run bench -- --quick", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ["bench/run.ts", "--quick", "--json"], {
    cwd: ROOT,
    timeout: RUN_LIMIT_MS,
  });
  const { rows }: { rows: readonly Row[] } = JSON.parse(stdout);
  const own = rows.filter(({ target }) => target.startsWith("selvedge"));

  test("measures every scenario", () => {
    expect(new Set(own.map(({ scenario }) => scenario)).size).toBe(22);
    expect(rows.filter(({ cpuUs, p99Ms }) => !(cpuUs > 0 && p99Ms > 0))).toEqual([]);
  });

  test.each(own)("$target answers all requests rightly: $scenario", ({ failed, wrong }) => {
    expect({ failed, wrong }).toEqual({ failed: 0, wrong: 0 });
  });

  test.each(own.filter(({ scenario }) => scenario.startsWith("herd")))(
    "a herd is one request to the origin: $scenario",
    ({ originRequests }) => expect(originRequests).toBe(1),
  );

  test.each(own.filter(({ scenario }) => scenario.startsWith("hit")))(
    "a hit asks nobody: $scenario, $target",
    ({ originRequests }) => expect(originRequests).toBe(0),
  );
});
