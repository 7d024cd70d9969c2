/** `npm run deploy -- [--env staging]`: refuses what is wrong here, then builds and deploys. */
import { spawnSync } from "node:child_process";
import { checkRules, QUIET_ENV, ROOT, WRANGLER } from "./tools.ts";

const args = process.argv.slice(2);
const refusal = await checkRules();
if (refusal) {
  console.error(`src/cache-rules.ts is refused. ${refusal}`);
  process.exit(1);
}
run([`${ROOT}node_modules/.bin/tsc`, "-p", "tsconfig.json"]);
// Without --env wrangler asks which environment was meant; an empty name is the top of wrangler.toml.
const namesEnvironment = args.some((arg) => /^(-e|--env)(=|$)/.test(arg));
run([...WRANGLER, "deploy", ...(namesEnvironment ? [] : ["--env="]), ...args]);

function run([command = "", ...rest]: readonly string[]): void {
  const { status } = spawnSync(command, rest, { cwd: ROOT, env: QUIET_ENV, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}
