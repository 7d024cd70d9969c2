/**
 * Bundles the Worker once per run, by the very code that `npm run build` runs, for all the tests that start it.
 * A Worker that does not build fails those tests and not the pure ones.
 */
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Plugin } from "esbuild";
import type { TestProject } from "vitest/node";
import { bundleWorker } from "../../scripts/bundle.ts";
import { loadRules } from "../../scripts/tools.ts";
import type { RuleSet } from "../../src/rules/rule.ts";
import { breakableModules } from "./breakable.ts";

/** What the tests start: the Worker that is deployed, and those of test/worker. */
const ENTRIES = {
  worker: "src/worker.ts",
  "worker-with-rules": "test/worker/worker-with-rules.ts",
  "worker-with-faults": "test/worker/worker-with-faults.ts",
  "worker-with-mistakes": "test/worker/worker-with-mistakes.ts",
  "purge-data-centre": "test/worker/purge-data-centre.ts",
} as const;

export type EntryName = keyof typeof ENTRIES;

/** What is bundled otherwise than it is deployed. */
const PLUGINS: Readonly<Record<string, readonly Plugin[]>> = { "worker-with-mistakes": [breakableModules] };

/** The modules of a Worker, as Miniflare takes them: the first is the entry. */
export interface WorkerModules {
  readonly modulesRoot: string;
  readonly modules: readonly { readonly type: "ESModule"; readonly path: string }[];
}

declare module "vitest" {
  export interface ProvidedContext {
    /** The modules of each entry, or why there are none. */
    bundle: { readonly workers: Readonly<Record<EntryName, WorkerModules>> } | { readonly error: string };
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), "selvedge-bundle-"));
  project.provide("bundle", await bundle(directory));
  return () => rm(directory, { recursive: true, force: true });
}

async function bundle(
  directory: string,
): Promise<{ workers: Record<EntryName, WorkerModules> } | { error: string }> {
  try {
    const rules = await loadRules();
    const built = Object.entries(ENTRIES).map(
      async ([name, entry]) => [name, await modulesOf(name, entry, join(directory, name), rules)] as const,
    );
    return { workers: Object.fromEntries(await Promise.all(built)) as Record<EntryName, WorkerModules> };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

async function modulesOf(
  name: string,
  entry: string,
  modulesRoot: string,
  rules: RuleSet,
): Promise<WorkerModules> {
  await bundleWorker(entry, modulesRoot, rules, PLUGINS[name]);
  const files = (await readdir(modulesRoot)).filter((file) => file.endsWith(".js"));
  const entryFirst = files.sort(
    (one, other) => Number(other === `${name}.js`) - Number(one === `${name}.js`),
  );
  const modules = entryFirst.map((file) => ({ type: "ESModule", path: join(modulesRoot, file) }) as const);
  return { modulesRoot, modules };
}
