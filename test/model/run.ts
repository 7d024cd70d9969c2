/** Runs one script against the real proxy and the model side by side, and says where they part. */
import { expect } from "vitest";
import { defineRules } from "../../src/rules/rule.ts";
import { FakeCache } from "../store/fake-cache.ts";
import { configWith } from "../support/config.ts";
import { type Isolate, openIsolate } from "../support/isolate.ts";
import type { Expected } from "./answer.ts";
import { ModelCache, type Plan } from "./cache.ts";
import { fieldsOf, Origin, START } from "./origin.ts";
import type { Asks, Path, Rule, Step } from "./script.ts";

const PUBLIC = "https://api.example.com";

/** How often a run came to each plan: a model that never serves proves nothing. */
export type Tally = Record<Plan["kind"] | "refresh" | "again", number>;

export async function run(rule: Rule, steps: readonly Step[], tally: Tally): Promise<void> {
  const clock = { now: START };
  const origin = new Origin(clock);
  const rules = defineRules({
    origins: { default: { service: "API" } },
    defaults: decisionsOf(rule),
    rules: [],
  });
  const config = configWith({ bindings: { API: origin } });
  const isolate = await openIsolate({ config, rules, cache: new FakeCache().cache, clock: () => clock.now });
  const world = {
    clock,
    origin,
    isolate,
    model: new ModelCache(rule),
    seen: new Map<Path, Headers>(),
    tally,
  };
  for (const step of steps) await take(step, world);
}

interface World {
  readonly clock: { now: number };
  readonly origin: Origin;
  readonly isolate: Isolate;
  readonly model: ModelCache;
  /** The fields of the last answer for each path. */
  readonly seen: Map<Path, Headers>;
  readonly tally: Tally;
}

async function take(step: Step, world: World): Promise<void> {
  const { clock, origin, isolate, model } = world;
  switch (step.do) {
    case "wait":
      clock.now += step.ms;
      return;
    case "purge": {
      const value = step.path === null ? "" : PUBLIC + step.path;
      await isolate.purge({ scope: step.path === null ? "everything" : "url", value, soft: step.soft });
      model.purge(step.path, step.soft, clock.now);
      return;
    }
    case "ask":
      if (step.changed) origin.change(step.asks.path);
      origin.says = step.says;
      return ask(step.asks, world);
    default:
      return step satisfies never;
  }
}

async function ask(asks: Asks, { clock, origin, isolate, model, seen, tally }: World): Promise<void> {
  const fields = fieldsOf(asks, seen.get(asks.path));
  const asking = { asks, fields };
  const plan = model.plan(asking, clock.now);
  tally[plan.kind]++;
  const before = origin.exchanges.length;
  const askedAt = clock.now;
  const request = new Request(PUBLIC + asks.path, { method: asks.method, headers: fields });
  const { response, settled } = await isolate.ask(request);
  const asked = origin.exchanges.slice(before);
  const text = await response.text().catch(() => null);
  await settled();
  const all = origin.exchanges.slice(before);
  if (response.status < 400 && asks.method === "GET") seen.set(asks.path, response.headers);
  const answer = { status: response.status, headers: response.headers, text };
  switch (plan.kind) {
    case "refuse":
      expect({ asked: all.length, status: response.status }).toEqual({ asked: 0, status: 504 });
      return;
    case "serve": {
      compare(answer, model.serve(plan, asking, askedAt));
      const { behind, held } = plan;
      if (behind === "refresh") tally.refresh++;
      expect({ behind, asked: all.length > 0 }).toEqual({ behind, asked: behind === "refresh" });
      if (all.length > 0) expect(model.refresh(asking, held, all)).toBe(true);
      else await compareAgain(answer, await isolate.again(request), tally);
      return;
    }
    case "pass":
    case "write":
    case "ask":
      expect(asked.length).toBeGreaterThan(0);
      expect(all.length).toBe(asked.length);
      compare(answer, model.conclude(plan, asking, asked, clock.now));
      return;
    default:
      plan satisfies never;
  }
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Null: it ended before its end. */
  readonly text: string | null;
}

/** Whoever asks the same at the same instant is given the same, to the last field. */
async function compareAgain(answer: Answer, again: Response | null, tally: Tally): Promise<void> {
  if (again === null) return;
  tally.again++;
  const { status, headers } = again;
  const shown = { status, headers: [...headers], text: await again.text() };
  expect(shown).toEqual({ ...answer, headers: [...answer.headers] });
}

/** Of no interest: our own account of it, and what Node adds. */
const IGNORED = ["cache-status", "content-length", "content-type"];

function compare({ status, headers, text }: Answer, expected: Expected): void {
  const got = Object.fromEntries([...headers].filter(([name]) => !IGNORED.includes(name)));
  const wanted = Object.fromEntries(expected.fields ?? []);
  const body = expected.body === null ? null : expected.cut ? "cut" : expected.body;
  const gotBody = expected.body === null ? null : (text ?? "cut");
  if (expected.fields === null) {
    expect(status).toBe(expected.status);
    return;
  }
  const told = expected.optional ? picked(wanted, got) : wanted;
  expect({ status, body: gotBody, ...got }).toEqual({ status: expected.status, body, ...told });
}

// How long the whole is, is told by the answer to a range that there is not.
function picked(wanted: Record<string, string>, got: Record<string, string>): object {
  const names = Object.keys(got);
  return Object.fromEntries(names.map((name) => [name, name === "content-range" ? got[name] : wanted[name]]));
}

function decisionsOf(rule: Rule): object {
  const { override, fallback, min, max, staleWhileRevalidate, staleIfError, ...others } = rule;
  const ttl = Object.fromEntries(
    Object.entries({ override, fallback, min, max }).filter(([, value]) => value !== null),
  );
  return {
    ...others,
    ...(Object.keys(ttl).length > 0 && { edgeTtl: ttl }),
    ...(staleWhileRevalidate && { staleWhileRevalidate }),
    ...(staleIfError && { staleIfError }),
  };
}
