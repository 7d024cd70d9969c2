/** `npm run deploy -- [--env staging]`: refuses what is wrong here, then builds and deploys. */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { checkRules, QUIET_ENV, ROOT, WRANGLER } from "./tools.ts";
import { readDeployment, rulesWarnings } from "./warnings.ts";

const args = process.argv.slice(2);
const refusal = await checkRules();
if (refusal) {
  console.error(`src/cache-rules.ts is refused. ${refusal}`);
  process.exit(1);
}
for (const line of await rulesWarnings(readDeployment(environment()))) console.warn(line);
run([`${ROOT}node_modules/.bin/tsc`, "-p", "tsconfig.json"]);
// Without --env wrangler asks which environment was meant; an empty name is the top of wrangler.toml.
run([...WRANGLER, "deploy", ...(environment() === undefined ? ["--env="] : []), ...args]);

/** The name that --env gives, or undefined where it is not among the arguments. The others are wrangler's. */
function environment(): string | undefined {
  const options = { env: { type: "string", short: "e" } } as const;
  const { env } = parseArgs({ args, options, strict: false, allowPositionals: true }).values;
  return typeof env === "string" ? env : undefined;
}

function run([command = "", ...rest]: readonly string[]): void {
  const { status } = spawnSync(command, rest, { cwd: ROOT, env: QUIET_ENV, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
