/** Numbers of the isolate that is asked: what it answered and why, and how it and its origins are doing. */
import { describe, expect, test } from "vitest";
import { eventually, outcomeOf, stage } from "../support/stage.ts";
import { CONTROL_TOKENS, control } from "./support.ts";

const HOUR = { "Cache-Control": "max-age=3600" };

const running = stage({
  vars: { CONTROL_TOKENS },
  rules: {
    origins: {
      default: { circuitBreaker: { failures: 2, cooldown: "1h" } },
      idle: { url: "http://127.0.0.1:1" },
    },
    rules: [
      { name: "listed", match: { path: "/listed/*" } },
      { name: "idle", match: { path: "/idle" }, origin: { use: "idle" } },
    ],
  },
});
const { ask, path } = running;

interface Counts {
  readonly requests: number;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly hitRatio: number | null;
}

interface Stats extends Counts {
  readonly isolate: { readonly id: string; readonly since: string };
  readonly reasons: Readonly<Record<string, number>>;
  readonly storage: Readonly<Record<string, number>>;
  readonly rules: readonly (Counts & { readonly name: string | null })[];
  readonly origins: readonly { readonly name: string; readonly requests: number; readonly breaker: object }[];
  readonly memory: { readonly entries: number; readonly bytes: number };
  readonly purges: { readonly known: boolean };
}

const stats = async (): Promise<Stats> => JSON.parse((await control(running.worker.url, "/stats")).body);

describe("GET stats", () => {
  test("of an isolate that has answered nothing yet", async () => {
    const told = await stats();
    expect(told).toMatchObject({ requests: 0, hitRatio: null, outcomes: {}, rules: [], flights: 0 });
    expect(told.origins).toEqual([
      { name: "default", requests: 0, failures: {}, errors: 0, withheld: {}, breaker: { state: "closed" } },
      { name: "idle", requests: 0, failures: {}, errors: 0, withheld: {}, breaker: null },
    ]);
    expect(told.memory).toMatchObject({ entries: 0, bytes: 0, evictions: 0 });
  });

  test("what was answered, why, under which rule, and what was kept", async () => {
    const target = path("/listed", { headers: HOUR });
    await eventually(async () => outcomeOf(await ask(target)) === "hit");
    const before = await stats();
    await ask(target);
    await ask(path("/other", { headers: { "Cache-Control": "no-store" } }));
    const told = await stats();
    expect(told.requests).toBe(before.requests + 2);
    expect(told.reasons["fresh"]).toBe((before.reasons["fresh"] ?? 0) + 1);
    expect(told.storage).toMatchObject({ stored: 1, "no-store": 1 });
    const listed = told.rules.find(({ name }) => name === "listed");
    const { HIT = 0, MISS = 0 } = listed?.outcomes ?? {};
    expect([MISS, listed?.requests, listed?.hitRatio]).toEqual([1, HIT + 1, HIT / (HIT + 1)]);
    expect(told.rules.find(({ name }) => name === null)?.outcomes).toEqual({ MISS: 1 });
    expect(told.memory.entries).toBeGreaterThan(0);
    expect(told.isolate).toEqual(before.isolate);
    expect(told.purges.known).toBe(true);
  });

  test("an origin that fails, and that it is not asked any more", async () => {
    for (let time = 0; time < 3; time++) await ask(path("/broken", { fault: "reset" }));
    const [origin] = (await stats()).origins;
    expect(origin).toMatchObject({
      failures: { "origin-unreachable": 2 },
      withheld: { "circuit-open": 1 },
      breaker: { state: "open", testedInSeconds: expect.any(Number) },
    });
  });
});
