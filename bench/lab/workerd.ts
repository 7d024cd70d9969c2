/** Workers under plain `workerd serve`: nothing stands between the load and the Worker, as Miniflare would. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import type { ChildServer } from "./child.ts";

export interface Running {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** CPU that the process has used so far, in microseconds, of user and system together. */
  cpuUs(): number;
  /** Memory that the process holds now. */
  rssBytes(): number;
  /** Where its inspector listens, or null where it has none. */
  readonly inspectorPort: number | null;
  stop(): void;
}

export interface WorkerSetup {
  readonly name: string;
  /** Where its bundle is: the entry and the modules that it imports. */
  readonly directory: string;
  readonly variables: Readonly<Record<string, string>>;
  readonly hasPurgeLog: boolean;
  readonly origin: ChildServer;
  readonly cacheApi: ChildServer;
  /** The core that it runs on, or null for whichever. */
  readonly core: number | null;
  /** What V8 is told besides. */
  readonly v8Flags?: readonly string[];
  /** Whether its heap can be looked into, which costs. */
  readonly isInspected?: boolean;
}

const START_LIMIT_MS = 20_000;
const { default: WORKERD } = createRequire(import.meta.url)("workerd") as { readonly default: string };

export async function startWorkerd(setup: WorkerSetup): Promise<Running> {
  const config = join(mkdtempSync(join(setup.directory, "run-")), "worker.capnp");
  writeFileSync(config, configOf(setup));
  const inspector = setup.isInspected ? ["--inspector-addr=127.0.0.1:0"] : [];
  const command = [WORKERD, "serve", "--control-fd=3", ...inspector, config];
  const pinned = setup.core === null ? command : ["taskset", "-c", String(setup.core), ...command];
  const [program = "", ...args] = pinned;
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe", "pipe"] });
  const { port, inspectorPort } = await portsOf(child);
  return {
    url: `http://127.0.0.1:${port}`,
    inspectorPort,
    cpuUs: () => cpuUs(child.pid ?? 0),
    rssBytes: () => rssBytes(child.pid ?? 0),
    stop: () => child.kill("SIGKILL"),
  };
}

interface Ports {
  readonly port: number;
  readonly inspectorPort: number | null;
}

/** workerd tells on its control channel which ports it was given, the inspector's first. */
function portsOf(child: ChildProcess): Promise<Ports> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("workerd did not start")), START_LIMIT_MS);
    const said: string[] = [];
    let told = "";
    // Read to the end, lest it waits; of interest only if it does not start.
    child.stderr?.on("data", (chunk: Buffer) => said.length < 20 && said.push(chunk.toString()));
    child.once("exit", (code) => reject(new Error(`workerd ended with ${code}: ${said.join("")}`)));
    child.stdio[3]?.on("data", (chunk: Buffer) => {
      told += chunk;
      const port = /"event":"listen",.*"port":(\d+)/.exec(told)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      const inspector = /"event":"listen-inspector","port":(\d+)/.exec(told)?.[1];
      resolve({ port: Number(port), inspectorPort: inspector === undefined ? null : Number(inspector) });
    });
  });
}

function configOf({
  name,
  directory,
  variables,
  hasPurgeLog,
  origin,
  cacheApi,
  v8Flags = [],
}: WorkerSetup): string {
  const files = readdirSync(directory).filter((file) => file.endsWith(".js"));
  // The first module is the entry.
  const modules = files.sort((one, other) => Number(other === `${name}.js`) - Number(one === `${name}.js`));
  const bindings = Object.entries({ ORIGIN: origin.url, ...variables }).map(
    ([key, value]) => `(name = ${JSON.stringify(key)}, text = ${JSON.stringify(value)})`,
  );
  if (hasPurgeLog) bindings.push('(name = "PURGE_LOG", durableObjectNamespace = "PurgeLog")');
  const purgeLog = `
    durableObjectNamespaces = [(className = "PurgeLog", uniqueKey = "bench", enableSql = true)],
    durableObjectStorage = (localDisk = "disk"),`;
  const disk = mkdtempSync(join(directory, "log-"));
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "cache", external = (address = "127.0.0.1:${cacheApi.port}", http = (style = host))),
    (name = "disk", disk = (path = ${JSON.stringify(disk)}, writable = true)),
    (name = "internet", network = (allow = ["public", "private", "local"])),
  ],
  v8Flags = ${JSON.stringify(v8Flags)},
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [${modules.map((file) => `(name = "${basename(file)}", esModule = embed "../${file}")`).join(", ")}],
  bindings = [${bindings.join(", ")}],
  compatibilityDate = "2026-11-17",
  cacheApiOutbound = "cache",
  globalOutbound = "internet",${hasPurgeLog ? purgeLog : ""}
);
`;
}

/** The scheduler counts nanoseconds for each thread; threads that have ended are not among them, and workerd's stay. */
function cpuUs(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`);
  return threads.reduce((sum, thread) => sum + threadUs(pid, thread), 0);
}

function threadUs(pid: number, thread: string): number {
  try {
    return Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8").split(" ")[0]) / 1000;
  } catch {
    return 0; // it has ended meanwhile
  }
}

function rssBytes(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kibibytes ?? Number.NaN) * 1024;
}
