/** `wrangler dev` as a child process whose output is filtered and which leaves nothing behind. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { KEEP_LAST_BUNDLE, QUIET_ENV, ROOT, WRANGLER } from "./tools.ts";
import { createOutputReader } from "./wrangler-output.ts";

export interface WranglerDev {
  /** Ends wrangler and workerd, and removes what they stored. */
  stop(): Promise<void>;
}

export interface WranglerDevOptions {
  readonly port: number;
  readonly origin: string;
  readonly onReady: () => void;
  readonly onLine: (line: string) => void;
  /** It ended without having been stopped. */
  readonly onEnd: (exitCode: number | null) => void;
}

const GRACE_MS = 3000;

export function startWranglerDev(options: WranglerDevOptions): WranglerDev {
  // Every run has a state of its own, so it starts with an empty cache.
  const scratch = mkdtempSync(join(tmpdir(), "selvedge-dev-"));
  const child = spawnWrangler(options, scratch);
  let stopping = false;
  child.once("exit", (exitCode) => {
    if (!stopping) options.onEnd(exitCode);
  });
  relayOutput(child, options);
  return {
    async stop() {
      stopping = true;
      await endGroup(child);
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

function spawnWrangler({ port, origin }: WranglerDevOptions, scratch: string): ChildProcess {
  const [command = "", ...wrangler] = WRANGLER;
  const args = [
    "dev",
    ...["--ip", "127.0.0.1", "--port", `${port}`, "--inspector-port", "0"],
    ...["--var", `ORIGIN:${origin}`, "--var", "LOG:pretty"],
    ...["--persist-to", join(scratch, "state"), "--show-interactive-dev-session=false"],
    // Otherwise the Worker would see the custom domain of wrangler.toml instead of this machine.
    "--infer-origin-from-routes=false",
  ];
  return spawn(command, [...wrangler, ...args], {
    cwd: ROOT,
    // A process group of its own, so that workerd is stopped together with wrangler.
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...QUIET_ENV,
      // A mistake while one edits is told, and what was served before goes on to be served.
      [KEEP_LAST_BUNDLE]: "1",
      WRANGLER_LOG_PATH: join(scratch, "logs"),
      WRANGLER_REGISTRY_PATH: join(scratch, "registry"),
    },
  });
}

function relayOutput(child: ChildProcess, { onReady, onLine }: WranglerDevOptions): void {
  let wasReady = false;
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    const read = createOutputReader();
    createInterface({ input: stream }).on("line", (line) => {
      const output = read(line);
      if (output.kind === "show") onLine(output.text);
      if (output.kind === "reloaded") onLine("(reloaded)");
      if (output.kind !== "ready" || wasReady) return;
      wasReady = true;
      onReady();
    });
  }
}

async function endGroup(child: ChildProcess): Promise<void> {
  signalGroup(child, "SIGTERM");
  for (let waitedMs = 0; waitedMs < GRACE_MS && signalGroup(child, 0); waitedMs += 50) await sleep(50);
  signalGroup(child, "SIGKILL");
}

/** False once nobody of the group is left. */
function signalGroup(child: ChildProcess, signal: NodeJS.Signals | 0): boolean {
  if (child.pid === undefined) return false;
  try {
    return process.kill(-child.pid, signal);
  } catch {
    return false;
  }
}
