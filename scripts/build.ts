/** `npm run build`: what wrangler runs before it starts or deploys the Worker (wrangler.toml, [build]). */
import { join } from "node:path";
import { RulesError } from "../src/errors.ts";
import { bundleWorker } from "./bundle.ts";
import { KEEP_LAST_BUNDLE, loadRules, ROOT } from "./tools.ts";

try {
  await bundleWorker("src/worker.ts", join(ROOT, "dist"), await loadRules());
} catch (error) {
  console.error(complaintAbout(error));
  // To wrangler it is a success then, and it goes on with the modules that are there.
  if (process.env[KEEP_LAST_BUNDLE] === undefined) process.exitCode = 1;
  else console.error("What was there before stays in force.");
}

function complaintAbout(error: unknown): string {
  if (error instanceof RulesError) return `src/cache-rules.ts is refused. ${error.message}`;
  return error instanceof Error ? error.message : String(error);
}
