/** What the scripts share: where things are, and how a tool of node_modules is started. */
import { stat } from "node:fs/promises";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import type { RuleSet } from "../src/rules/rule.ts";

export const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Wrangler, started with the Node that runs this script, whatever Node is first in PATH. */
export const WRANGLER: readonly string[] = [process.execPath, `${ROOT}node_modules/wrangler/bin/wrangler.js`];

/** Wrangler neither reports home, nor asks for updates, nor looks anything up. */
export const QUIET_ENV: NodeJS.ProcessEnv = {
  ...process.env,
  PATH: `${ROOT}node_modules/.bin:${process.env["PATH"]}`,
  WRANGLER_SEND_METRICS: "false",
  WRANGLER_SEND_ERROR_REPORTS: "false",
  WRANGLER_HIDE_BANNER: "true",
  WRANGLER_NO_SKILLS_UPDATE_PROMPTS: "true",
  CLOUDFLARE_CF_FETCH_ENABLED: "false",
  DO_NOT_TRACK: "1",
};

/** The variable under which a build that fails leaves things as they are, and is no failure. */
export const KEEP_LAST_BUNDLE = "SELVEDGE_KEEP_LAST_BUNDLE";

/** What src/cache-rules.ts says as it is now. Throws where it is refused. */
export async function loadRules(): Promise<RuleSet> {
  const file = new URL("../src/cache-rules.ts", import.meta.url);
  // Node keeps what it has imported, and refused, by URL: an edited file needs another one.
  const module: { readonly default: RuleSet } = await import(`${file}?changed=${(await stat(file)).mtimeMs}`);
  return module.default;
}

/** Why src/cache-rules.ts, as it is now, is refused, or null where it is in order. */
export async function checkRules(): Promise<string | null> {
  try {
    await loadRules();
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Whether 127.0.0.1 has nobody listening on this port. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}
