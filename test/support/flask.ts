/** Starts and stops the Flask API of examples/flask-api, as a process of its own. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { ROOT } from "../../scripts/tools.ts";

const PYTHONS = ["python3", "/usr/bin/python3"];
const READY_ATTEMPTS = 100;

export const PRODUCT_LIFE_MS = 2_000;
export const BLOG_LIFE_MS = 3_000;

const FLASK_SETTINGS = {
  PRODUCTS_MAX_AGE: String(PRODUCT_LIFE_MS / 1000),
  BLOG_MAX_AGE: String(BLOG_LIFE_MS / 1000),
  SLOW_SECONDS: "0.3",
  PYTHONDONTWRITEBYTECODE: "1",
};

export interface FlaskRequest {
  readonly number: number;
  readonly method: string;
  readonly path: string;
  readonly status: number;
}

export interface FlaskApp {
  readonly url: string;
  /** What has reached Flask, in the order of the answers. */
  requests(): Promise<readonly FlaskRequest[]>;
  stop(): Promise<void>;
}

/** A Python that can import flask, or null. */
export function findFlaskPython(): string | null {
  const canImport = (python: string): boolean => spawnSync(python, ["-c", "import flask"]).status === 0;
  return PYTHONS.find(canImport) ?? null;
}

/** A port that was free a moment ago; Flask needs the same one again after it was stopped. */
export async function reservePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export interface FlaskOptions {
  /** Below examples/flask-api. Default: app.py, with lives that a test can wait out; see its head. */
  readonly file?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export async function startFlask(
  python: string,
  port: number,
  { file = "app.py", env = {} }: FlaskOptions = {},
): Promise<FlaskApp> {
  const child = spawn(python, [`${ROOT}examples/flask-api/${file}`, String(port)], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, ...FLASK_SETTINGS, ...env },
  });
  let output = "";
  child.stderr.on("data", (chunk: Buffer) => {
    output += chunk;
  });
  const url = `http://127.0.0.1:${port}`;
  const stop = (): Promise<void> => end(child);
  if (!(await answers(url, child))) {
    await stop();
    throw new Error(`Flask did not start on port ${port}:\n${output}`);
  }
  return {
    url,
    stop,
    requests: async () => (await fetch(`${url}/_requests`)).json() as Promise<FlaskRequest[]>,
  };
}

async function answers(url: string, child: ChildProcess): Promise<boolean> {
  for (let attempt = 0; attempt < READY_ATTEMPTS && child.exitCode === null; attempt++) {
    const answered = await fetch(`${url}/_requests`).then(
      () => true,
      () => false,
    );
    if (answered) return true;
    await sleep(100);
  }
  return false;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const isEnded = await Promise.race([ended.then(() => true), sleep(3000, false)]);
  if (!isEnded) child.kill("SIGKILL");
  await ended;
}
