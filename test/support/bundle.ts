/**
 * Bundles the Worker once per run, by the very command that deploys it, for all the tests that start it.
 * A Worker that does not build fails those tests and not the pure ones.
 */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify, stripVTControlCharacters } from "node:util";
import type { TestProject } from "vitest/node";
import { QUIET_ENV, ROOT, WRANGLER } from "../../scripts/tools.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The directory with worker.js and the Workers of test/worker, or why there is none. */
    bundle: { readonly directory: string } | { readonly error: string };
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), "selvedge-bundle-"));
  project.provide("bundle", await bundle(directory));
  return () => rm(directory, { recursive: true, force: true });
}

async function bundle(directory: string): Promise<{ directory: string } | { error: string }> {
  const [command = "", ...wrangler] = WRANGLER;
  const build = (...entry: string[]) =>
    promisify(execFile)(
      command,
      [...wrangler, "deploy", ...entry, "--dry-run", "--env=", "--outdir", directory],
      { cwd: ROOT, env: QUIET_ENV },
    );
  try {
    await Promise.all([
      build(),
      build("test/worker/worker-with-rules.ts"),
      build("test/worker/purge-data-centre.ts"),
    ]);
    return { directory };
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    return { error: stripVTControlCharacters(`${stdout}${stderr}`).trim() || String(error) };
  }
}
