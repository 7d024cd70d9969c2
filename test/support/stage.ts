import { afterAll, beforeAll } from "vitest";
import { type ClientRequest, type ClientResponse, send } from "./client.ts";
import { type RunningWorker, type StartOptions, startWorker } from "./harness.ts";
import { type Answer, type Origin, type Received, startOrigin } from "./origin.ts";

/** A Worker in front of an origin under the test's control, for all tests of a file. */
export interface Stage {
  readonly origin: Origin;
  readonly worker: RunningWorker;
  /** A path that no other test uses, below `prefix`, with its answers. */
  path(prefix: string, ...answers: Answer[]): string;
  /** What the origin answers for a path, in this order. */
  script(path: string, ...answers: Answer[]): void;
  /** Sends a request for a path, which may have a query, to the Worker. */
  ask(path: string, request?: ClientRequest): Promise<ClientResponse>;
  /** What has reached the origin for a path. */
  received(path: string): readonly Received[];
}

/** Starts both before the tests of a file and stops them after. Nothing is logged unless `vars` say so. */
export function stage(options: Omit<StartOptions, "origin"> = {}): Stage {
  let origin: Origin | undefined;
  let worker: RunningWorker | undefined;
  let count = 0;
  beforeAll(async () => {
    origin = await startOrigin();
    const vars = { LOG: "off", ORIGIN_TIMEOUT: "3s", ...options.vars };
    worker = await startWorker({ ...options, origin: origin.url, vars });
  });
  afterAll(async () => {
    await worker?.close();
    await origin?.stop();
  });
  return {
    get origin() {
      return running(origin);
    },
    get worker() {
      return running(worker);
    },
    path(prefix, ...answers) {
      const path = `${prefix}/${++count}`;
      running(origin).script(path, answers);
      return path;
    },
    script: (path, ...answers) => running(origin).script(path, answers),
    ask: (path, request) => send(running(worker).url + path, request),
    received: (path) => running(origin).received(path),
  };
}

function running<Started>(started: Started | undefined): Started {
  if (started === undefined) throw new Error("the stage is used before its tests run");
  return started;
}

/** The reason that Cache-Status gives for what happened, else "hit" or the token of the forward. */
export function outcomeOf({ headers }: ClientResponse): string {
  const status = headers["cache-status"] ?? "";
  const detail = /;detail=("?)([\w-]+)\1/.exec(status)?.[2];
  const forward = /;fwd=([\w-]+)/.exec(status)?.[1];
  return detail ?? (/;hit/.test(status) ? "hit" : (forward ?? "none"));
}

/** Until a condition holds, which something behind an answer brings about; fails after five seconds. */
export async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 5_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error("it did not come about in five seconds");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
