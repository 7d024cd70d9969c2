/**
 * `npm run build:cli`, and before the package is packed: the command line, and defineRules for the rules files that it
 * loads, as JavaScript. Node strips no types below node_modules. What they use is bundled, so that nothing of it is
 * installed with the package.
 */
import { chmod, rm } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { ROOT } from "./tools.ts";

const DIRECTORY = join(ROOT, "build");

// What an earlier build has left would be packed, too.
await rm(DIRECTORY, { recursive: true, force: true });
await build({
  absWorkingDir: ROOT,
  entryPoints: { cli: "src/cli/main.ts", rules: "src/rules/rule.ts" },
  outdir: DIRECTORY,
  bundle: true,
  // What only one command needs is read when that one is run.
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  // Packages that are CommonJS ask for Node's own modules this way.
  banner: { js: 'import { createRequire as $ } from "node:module"; const require = $(import.meta.url);' },
  legalComments: "inline",
  logLevel: "warning",
});
await chmod(join(DIRECTORY, "cli.js"), 0o755);
