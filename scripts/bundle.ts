/** Bundles a Worker as it is deployed: the entry with what every request needs, and beside it what few need. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { build, type Metafile, type Plugin } from "esbuild";
import type { RuleSet } from "../src/rules/rule.ts";
import { rulesModule } from "./rules-module.ts";
import { ROOT } from "./tools.ts";

/** Each module: what it weighs, what it is made of, and what it imports, at once or when it is needed. */
export type Bundle = Metafile["outputs"];

/**
 * Writes the modules of an entry into a directory, in place of what is there. Throws where the code does not build
 * (esbuild has printed why), and leaves the directory as it is then. `more` is asked first.
 */
export async function bundleWorker(
  entry: string,
  directory: string,
  rules: RuleSet,
  more: readonly Plugin[] = [],
): Promise<Bundle> {
  const { metafile, outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    outdir: directory,
    bundle: true,
    // An `import()` becomes a module of its own, and what several share stands in a third.
    splitting: true,
    format: "esm",
    target: "es2024",
    // As wrangler has them.
    conditions: ["workerd", "worker", "browser"],
    external: ["cloudflare:*"],
    minify: true,
    sourcemap: "linked",
    legalComments: "none",
    metafile: true,
    write: false,
    logLevel: "warning",
    plugins: [...more, inPlaceOfRules(rules), withStart(entry)],
  });
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  await Promise.all(outputFiles.map(({ path, contents }) => writeFile(path, contents)));
  return metafile.outputs;
}

/**
 * The rules are bundled as what validating them came to. So a Worker neither carries the code that tells mistakes
 * from rules nor spends its start on it.
 */
function inPlaceOfRules(rules: RuleSet): Plugin {
  return {
    name: "validated-rules",
    setup: ({ onLoad }) => {
      onLoad({ filter: /[\\/]src[\\/]cache-rules\.ts$/ }, ({ path }) => ({
        contents: rulesModule(rules),
        loader: "js",
        resolveDir: dirname(path),
      }));
    },
  };
}

/**
 * What is loaded when it is needed finds loaded what every isolate loads at its start, and says so by importing it. So
 * all of that becomes one module, and not as many as there are ways to share parts of it: text that is compressed in
 * one piece takes a tenth less.
 */
function withStart(entry: string): Plugin {
  const start = JSON.stringify(resolve(ROOT, entry));
  return {
    name: "one-module-at-start",
    setup: ({ onResolve, onLoad, resolve: resolveAs }) => {
      onResolve({ filter: /^\./ }, async ({ kind, path, importer, resolveDir, pluginData }) => {
        if (kind !== "dynamic-import" || pluginData === RESOLVED) return null;
        const found = await resolveAs(path, { kind, importer, resolveDir, pluginData: RESOLVED });
        return found.errors.length > 0 ? found : { path: found.path, namespace: LATE };
      });
      // A module of its own around it: what is loaded late here may be a part of another module there.
      onLoad({ filter: /./, namespace: LATE }, ({ path }) => ({
        contents: `export * from ${JSON.stringify(path)};\nimport ${start};\n`,
        resolveDir: dirname(path),
      }));
    },
  };
}

const RESOLVED = Symbol("resolved");
const LATE = "loaded-when-needed";
