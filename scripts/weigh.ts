/** What the Worker weighs: what every isolate loads at its start, and what is loaded when it is first needed. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { type Bundle, bundleWorker } from "./bundle.ts";
import { loadRules, ROOT } from "./tools.ts";

/** Compressed, as Cloudflare counts. A new isolate pays for the first, and the free plan allows 3 MiB in all. */
const AT_START_CEILING_KIB = 41;
const IN_ALL_CEILING_KIB = 94;

const directory = mkdtempSync(join(tmpdir(), "selvedge-weigh-"));
try {
  const bundle = await bundleWorker("src/worker.ts", directory, await loadRules());
  const modules = Object.keys(bundle).filter((path) => path.endsWith(".js"));
  const atStart = neededAtStart(bundle);
  const kib = (paths: readonly string[]) => paths.reduce((sum, path) => sum + compressed(path), 0) / 1024;
  for (const path of modules) {
    const when = atStart.includes(path) ? "at start" : "when needed";
    console.log(`${kib([path]).toFixed(1).padStart(6)} KiB  ${when.padEnd(11)}  ${path.split("/").at(-1)}`);
  }
  report("at start", kib(atStart), AT_START_CEILING_KIB);
  report("in all", kib(modules), IN_ALL_CEILING_KIB);
} finally {
  rmSync(directory, { recursive: true, force: true });
}

/** The entry, and what it imports at once, and what that does. */
function neededAtStart(bundle: Bundle): readonly string[] {
  const entry = Object.keys(bundle).find((path) => bundle[path]?.entryPoint === "src/worker.ts");
  const needed = new Set([entry ?? ""]);
  // A set goes through what is added to it on the way.
  for (const path of needed) {
    for (const { kind, path: to, external } of bundle[path]?.imports ?? []) {
      if (kind === "import-statement" && !external) needed.add(to);
    }
  }
  return [...needed];
}

function compressed(path: string): number {
  return gzipSync(readFileSync(resolve(ROOT, path))).length;
}

function report(what: string, kib: number, ceiling: number): void {
  console.log(`${kib.toFixed(1).padStart(6)} KiB  ${what}, compressed; at most ${ceiling}`);
  if (kib > ceiling) process.exitCode = 1;
}
