/** The servers of the lab run in processes of their own, so that their CPU is not counted with that of a Worker. */
import { fork } from "node:child_process";
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";

export interface ChildServer {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  readonly port: number;
  /** Tells it something, and waits for the number that it answers. One at a time. */
  tell(message: string): Promise<number>;
  stop(): void;
}

/**
 * In the child: listens on a free port of this machine, which the parent is told, and ends with the parent.
 * `heed` is called with what the parent tells, and answers with a number.
 */
export function listen(server: Server, heed: (message: string) => number = () => 0): void {
  server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
  process.on("message", (message) => process.send?.(heed(String(message))));
  process.on("disconnect", () => process.exit());
}

/** In the parent: starts a file beside this one. */
export async function startChild(file: string): Promise<ChildServer> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = fork(path, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const answer = async () =>
    Number((await once(child, "message", { signal: AbortSignal.timeout(10_000) }))[0]);
  const port = await answer();
  return {
    ...{ url: `http://127.0.0.1:${port}`, port },
    tell: (message) => {
      child.send(message);
      return answer();
    },
    stop: () => child.kill(),
  };
}
