/** All that is under test, and what it needs, started for one run and stopped after it. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { type ChildServer, startChild } from "./child.ts";
import type { Stand } from "./scenario.ts";
import { TARGETS, type TargetName } from "./targets.ts";
import { startWorkerd } from "./workerd.ts";

export interface Lab {
  readonly stands: ReadonlyMap<TargetName, Stand>;
  /** Whether the Workers have a core for themselves. */
  readonly pinned: boolean;
  stop(): void;
}

const WORKER_CORE = 0;

export async function openLab(names: readonly TargetName[]): Promise<Lab> {
  const scratch = mkdtempSync(join(tmpdir(), "selvedge-bench-"));
  const stops: (() => void)[] = [() => rmSync(scratch, { recursive: true, force: true })];
  const stop = () => {
    for (const each of stops.splice(0).reverse()) each();
  };
  try {
    const pinned = moveOffWorkerCore();
    const [origin, cacheApi] = await Promise.all([startChild("origin.ts"), startChild("cache-api.ts")]);
    stops.push(origin.stop, cacheApi.stop);
    const workers = [...new Set(names.map((name) => TARGETS[name].worker))];
    await Promise.all(workers.map((worker) => bundle(worker, join(scratch, worker))));
    const open = async (name: TargetName) => {
      const { stand, stop: stopOne } = await openStand(name, { scratch, origin, cacheApi, pinned });
      stops.push(stopOne);
      return [name, stand] as const;
    };
    return { stands: new Map(await Promise.all(names.map(open))), pinned, stop };
  } catch (error) {
    stop();
    throw error;
  }
}

/** Leaves one core to the Workers, where there are two and a way to; what is started from here on follows. */
function moveOffWorkerCore(): boolean {
  if (availableParallelism() < 2) return false;
  const others = `${WORKER_CORE + 1}-${availableParallelism() - 1}`;
  return (
    spawnSync("taskset", ["-a", "-c", "-p", others, String(process.pid)], { stdio: "ignore" }).status === 0
  );
}

/** As wrangler bundles for deployment: modules, minified, those that are imported late apart. */
async function bundle(worker: string, outdir: string): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(new URL(`../workers/${worker}.ts`, import.meta.url))],
    ...{ outdir, bundle: true, splitting: true, minify: true },
    ...{ format: "esm", target: "es2024", conditions: ["workerd", "worker", "browser"] },
    external: ["cloudflare:*", "node:*"],
    logLevel: "error",
  });
}

interface Surroundings {
  readonly scratch: string;
  readonly origin: ChildServer;
  readonly cacheApi: ChildServer;
  readonly pinned: boolean;
}

async function openStand(
  target: TargetName,
  { scratch, origin, cacheApi, pinned }: Surroundings,
): Promise<{ readonly stand: Stand; readonly stop: () => void }> {
  const { worker, variables } = TARGETS[target];
  const running = await startWorkerd({
    ...{ name: worker, directory: join(scratch, worker), variables, origin, cacheApi },
    hasPurgeLog: worker === "selvedge",
    core: pinned ? WORKER_CORE : null,
  });
  const stand: Stand = {
    target,
    url: running.url,
    cpuUs: running.cpuUs,
    setOrigin: async (mode) => void (await origin.tell(mode)),
    takeAsked: () => origin.tell("take"),
  };
  return { stand, stop: running.stop };
}
