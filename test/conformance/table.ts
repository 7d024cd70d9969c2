/**
 * Runs a table of protocol cases against the Worker in workerd: each step sends one request, says what the
 * origin answers if it is asked, and what is expected of the answer and of what the origin got.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ClientResponse, send } from "../support/client.ts";
import { type RunningWorker, startWorker } from "../support/harness.ts";
import { type Answer, type Fields, type Origin, type Received, startOrigin } from "../support/origin.ts";

/** A text must be equal, a pattern must match, null stands for an absent field. */
export type Expected = Readonly<Record<string, string | RegExp | null>>;

export interface Step {
  /** Default GET. */
  readonly method?: string;
  /** Header fields of the request. */
  readonly headers?: Fields;
  readonly body?: string;
  /** Appended to the path of the case; "?a=1", say. */
  readonly at?: string;
  /** What the origin answers from this step on, if asked. */
  readonly origin?: Answer;
  /** Before the request: only where the clock itself is tested. */
  readonly waitMs?: number;
  /** True where the origin must not be asked, false where it must, once. */
  readonly fromCache?: boolean;
  /** How often the origin must be asked before the answer, where once is not it. */
  readonly asked?: number;
  /** True where the origin must be asked once behind the answer. */
  readonly refreshes?: boolean;
  readonly status?: number;
  /** Header fields of the answer. */
  readonly answers?: Expected;
  readonly answerBody?: string;
  /** Header fields that the origin must have got in the last request of this step. */
  readonly sent?: Expected;
}

export interface Case {
  readonly name: string;
  /** Default: a path of its own for which there is no rule. `*` stands for something unique. */
  readonly path?: string;
  readonly steps: readonly Step[];
}

export type Table = Readonly<Record<string, readonly Case[]>>;

/** A store is written behind the answer; the next request of the same client comes a moment later. */
const SETTLE_MS = 75;
const REFRESH_MS = 3_000;

/** Runs tables, by topic and then by the section titles that are their keys, against one Worker and one origin. */
export function runTables(topics: Readonly<Record<string, Table>>): void {
  let origin: Origin;
  let worker: RunningWorker;
  beforeAll(async () => {
    origin = await startOrigin();
    worker = await startWorker({ origin: origin.url, vars: { LOG: "off", ORIGIN_TIMEOUT: "1s" } });
  });
  afterAll(async () => {
    await worker?.close();
    await origin?.stop();
  });
  let count = 0;
  const add = ({ name, path = "/c/*", steps }: Case): void => {
    const own = path.replace("*", String(++count));
    test(name, () => runSteps(own, steps, { origin, worker }));
  };
  for (const [topic, table] of Object.entries(topics)) {
    for (const [section, cases] of Object.entries(table)) {
      describe.concurrent(`${topic} > ${section}`, () => cases.forEach(add));
    }
  }
}

interface Sides {
  readonly origin: Origin;
  readonly worker: RunningWorker;
}

async function runSteps(path: string, steps: readonly Step[], sides: Sides): Promise<void> {
  for (const [index, step] of steps.entries()) {
    if (index > 0) await sleep(step.waitMs ?? SETTLE_MS);
    await runStep(path, step, { ...sides, label: `step ${index + 1}` });
  }
}

async function runStep(path: string, step: Step, { origin, worker, label }: Sides & { label: string }) {
  const { method, headers, body, at = "" } = step;
  const target = path + (at.startsWith("?") ? "" : at);
  if (step.origin) origin.script(target, [step.origin]);
  const before = origin.received(target).length;
  const request = { ...(method && { method }), ...(headers && { headers }), ...(body && { body }) };
  const answer = await send(worker.url + path + at, request);
  const asked = (): readonly Received[] => origin.received(target).slice(before);
  if (step.refreshes) await until(() => asked().length > 0);
  check(step, answer, { asked: asked(), label });
}

/** Waits for what happens behind an answer, and no longer; what has not happened then fails the check. */
async function until(happened: () => boolean): Promise<void> {
  for (const deadline = Date.now() + REFRESH_MS; !happened() && Date.now() < deadline; ) await sleep(10);
  await sleep(SETTLE_MS);
}

function check(
  step: Step,
  answer: ClientResponse,
  { asked, label }: { asked: readonly Received[]; label: string },
) {
  const status = answer.headers["cache-status"] ?? "";
  const told = `${label}: ${answer.status} ${status}`;
  const times = step.asked ?? (step.refreshes ? 1 : timesAsked(step.fromCache));
  if (times !== null) expect(asked.length, `${told}: requests at the origin`).toBe(times);
  if (step.status !== undefined) expect(answer.status, `${told}: status`).toBe(step.status);
  if (step.answerBody !== undefined) expect(answer.body, `${told}: body`).toBe(step.answerBody);
  checkFields(answer.headers, step.answers, told);
  if (step.sent) checkFields(asked.at(-1)?.headers ?? {}, step.sent, `${told}: at the origin`);
}

function timesAsked(fromCache: boolean | undefined): number | null {
  if (fromCache === undefined) return null;
  return fromCache ? 0 : 1;
}

function checkFields(
  headers: Readonly<Record<string, string>>,
  expected: Expected = {},
  label: string,
): void {
  for (const [name, value] of Object.entries(expected)) {
    const found = headers[name.toLowerCase()];
    const where = `${label}: ${name}`;
    if (value === null) expect(found, where).toBeUndefined();
    else if (typeof value === "string") expect(found, where).toBe(value);
    else expect(found ?? "", where).toMatch(value);
  }
}

const HOUR_SECONDS = 3600;

/** An IMF-fixdate so many hours from now; negative for the past. */
export function hoursFromNow(hours: number): string {
  return secondsFromNow(hours * HOUR_SECONDS);
}

export function secondsFromNow(seconds: number): string {
  return new Date(Date.now() + seconds * 1000).toUTCString();
}

/** A response with these fields is stored, and answers a second request. */
export function reused(
  name: string,
  headers: Fields,
  more: Partial<Step> & { readonly status?: number } = {},
): Case {
  const { status = 200, ...second } = more;
  const first: Step = { origin: { status, headers }, fromCache: false, status };
  return { name, steps: [first, { fromCache: true, status, ...second }] };
}

/** A response with these fields does not answer a second request without the origin. */
export function notReused(
  name: string,
  headers: Fields,
  more: Partial<Step> & { readonly status?: number } = {},
): Case {
  const { status = 200, ...second } = more;
  const first: Step = { origin: { status, headers }, fromCache: false, status };
  return { name, steps: [first, { fromCache: false, status, ...second }] };
}
