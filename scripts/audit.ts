/**
 * Asks the registry whether what is deployed has known vulnerabilities, and fails if it has. Those of development
 * tools are named and do not fail: they run nowhere but here. Where the registry does not answer, that is said.
 */
import { spawnSync } from "node:child_process";
import { QUIET_ENV, ROOT } from "./tools.ts";

/** The part of npm's report that is read here. */
interface Report {
  readonly vulnerabilities?: Readonly<Record<string, { readonly severity: string; readonly range: string }>>;
}

const LIMIT_MS = 60_000;

const deployed = audit(["--omit=dev"]);
if (deployed === null) {
  console.log("SKIPPED: the audit of dependencies, because the registry does not answer");
} else {
  const tools = (audit([]) ?? []).filter((line) => !deployed.includes(line));
  for (const line of tools) console.log(`in a development tool: ${line}`);
  for (const line of deployed) console.error(`deployed: ${line}`);
  console.log(`${deployed.length} known vulnerabilities in what is deployed, ${tools.length} in tools`);
  process.exitCode = deployed.length === 0 ? 0 : 1;
}

/** The known vulnerabilities, a line each, or null where nobody can tell. */
function audit(options: readonly string[]): readonly string[] | null {
  const { stdout } = spawnSync("npm", ["audit", "--json", ...options], {
    cwd: ROOT,
    env: QUIET_ENV,
    encoding: "utf8",
    timeout: LIMIT_MS,
  });
  const { vulnerabilities } = parse(stdout);
  if (vulnerabilities === undefined) return null;
  return Object.entries(vulnerabilities).map(
    ([name, { severity, range }]) => `${name} ${range}: ${severity}`,
  );
}

function parse(text: string): Report {
  try {
    return JSON.parse(text) as Report;
  } catch {
    return {};
  }
}
