import type { Asked, Load, Loaded } from "./load.ts";
import { sendLoad } from "./load.ts";
import type { TargetName } from "./targets.ts";

/** A Worker under test, and the origin behind it. */
export interface Stand {
  readonly target: TargetName;
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  cpuUs(): number;
  /** How the origin answers from now on. */
  setOrigin(mode: OriginMode): Promise<void>;
  /** How often the origin was asked since the last time. */
  takeAsked(): Promise<number>;
}

/** "refuse": nobody listens there. "hang": it takes requests, and never answers. */
export type OriginMode = "ok" | "503" | "reset" | "refuse" | "hang";

export interface Scale {
  /** The smoke test: as few requests as show that all works. */
  readonly quick: boolean;
  /** Of a round of the plain scenarios. */
  readonly requests: number;
}

/** What one round has measured. */
export interface Sample extends Omit<Loaded, "statuses" | "unanswered" | "wrong"> {
  /** Per request, of the process under test. */
  readonly cpuUs: number;
  readonly originRequests: number;
  /** Not answered, or not as it should be. */
  readonly failed: number;
  /** Answered with the body that was meant for another. */
  readonly wrong: number;
}

export interface Scenario {
  readonly name: string;
  /** Compared with these, where they were measured too. */
  readonly bases: readonly TargetName[];
  readonly targets: readonly TargetName[];
  /** At most so many rounds, because they take long. */
  readonly mostRounds: number;
  /** Once, before the rounds. */
  prepare(stand: Stand, scale: Scale): Promise<void>;
  /** `round` is another number each time, so that its URLs can be new ones. */
  measure(stand: Stand, scale: Scale, round: number): Promise<Sample>;
}

/** Sends a load, and takes down what it cost. */
export async function sample(stand: Stand, load: Load): Promise<Sample> {
  let before = 0;
  const begin = async () => {
    await stand.takeAsked();
    before = stand.cpuUs();
  };
  const { statuses, unanswered, wrong, ...loaded } = await sendLoad(stand.url, load, begin);
  const cpuUs = (stand.cpuUs() - before) / loaded.requests;
  const bad = Object.entries(statuses).reduce(
    (sum, [status, count]) => sum + (Number(status) < 400 ? 0 : count),
    0,
  );
  return { ...loaded, cpuUs, wrong, originRequests: await stand.takeAsked(), failed: unanswered + bad };
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The path of an object of the origin (lab/origin.ts). */
export function objectPath(query: Readonly<Record<string, string | number>>, prefix = ""): string {
  return `${prefix}/object?${new URLSearchParams(Object.entries(query).map(([name, value]) => [name, String(value)]))}`;
}

/** Requests in turns. */
export function inTurns(requests: readonly Asked[]): Load["request"] {
  const [first] = requests;
  if (first === undefined) throw new Error("no request to send");
  return (number) => requests[number % requests.length] ?? first;
}
