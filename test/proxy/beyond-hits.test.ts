/** The way to the origin is loaded when an isolate first needs it: nobody notices, however many need it at once. */

import { Agent } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { defineRules } from "../../src/rules/rule.ts";
import { FakeCache } from "../store/fake-cache.ts";
import { send } from "../support/client.ts";
import { configWith } from "../support/config.ts";
import { type RunningWorker, startWorker } from "../support/harness.ts";
import { openIsolate } from "../support/isolate.ts";
import { type Origin, startOrigin } from "../support/origin.ts";

describe("an isolate that has just started", () => {
  let origin: Origin;
  beforeAll(async () => {
    origin = await startOrigin();
  });
  afterAll(() => origin.stop());

  async function asFirst(path: string, number: number, headers = {}): Promise<readonly string[]> {
    const worker: RunningWorker = await startWorker({ origin: origin.url, vars: { LOG: "off" } });
    const agent = new Agent({ maxSockets: number });
    try {
      const asked = Array.from({ length: number }, () => send(worker.url + path, { agent, headers }));
      return (await Promise.all(asked)).map(({ status, body }) => `${status} ${body}`);
    } finally {
      agent.destroy();
      await worker.close();
    }
  }

  test.each([0, 20, 200])(
    "answers 200 that ask it at once for the same by one request to the origin, which takes %i ms",
    async (delayMs) => {
      const path = `/herd/${delayMs}`;
      origin.script(path, [{ headers: { "Cache-Control": "max-age=600" }, body: "shared", delayMs }]);
      expect(await asFirst(path, 200)).toEqual(Array(200).fill("200 shared"));
      expect(origin.received(path)).toHaveLength(1);
    },
  );
});

const START = Date.UTC(2026, 0, 1);

describe("over what another isolate has stored", () => {
  const rules = defineRules({
    origins: { default: { service: "API" } },
    defaults: { edgeTtl: "10s", staleWhileRevalidate: "1h" },
    rules: [],
  });
  const url = "https://api.example.com/a";
  let now = START;
  let asked = 0;
  const fetch = async () => {
    asked += 1;
    return new Response(`answer ${asked}`, { headers: { date: new Date(now).toUTCString() } });
  };
  const cache = new FakeCache().cache;
  const open = (failsToLoad: boolean) =>
    openIsolate({
      config: configWith({ bindings: { API: { fetch } } }),
      ...{ rules, cache, failsToLoad },
      clock: () => now,
    });

  async function askOf(isolate: Awaited<ReturnType<typeof open>>, target = url, init?: RequestInit) {
    const { response, settled } = await isolate.ask(new Request(target, init));
    const text = await response.text();
    await settled();
    return [response.status, text] as const;
  }

  beforeEach(async () => {
    now += 86_400_000;
    asked = 0;
    await askOf(await open(false));
  });

  test("one that cannot load it answers what is fresh, and what is stale", async () => {
    const isolate = await open(true);
    expect(await askOf(isolate)).toEqual([200, "answer 1"]);
    now += 60_000;
    expect(await askOf(isolate)).toEqual([200, "answer 1"]);
    expect(asked).toBe(1);
  });

  test.each([
    ["a miss", "https://api.example.com/b", {}],
    ["a write", url, { method: "POST", body: "x" }],
    ["a refusal", "https://api.example.com/b", { headers: { "cache-control": "only-if-cached" } }],
  ])("one that cannot load it tells so whoever needs it: %s", async (_, target, init) => {
    const [status, text] = await askOf(await open(true), target, init);
    expect([status, JSON.parse(text)]).toMatchObject([500, { code: "internal" }]);
    expect(asked).toBe(1);
  });

  test("many whose stale copy it is the first to refresh have it refreshed once", async () => {
    now += 60_000;
    const isolate = await open(false);
    const all = await Promise.all(Array.from({ length: 20 }, () => askOf(isolate)));
    expect(all.map(([, text]) => text)).toEqual(Array(20).fill("answer 1"));
    expect(asked).toBe(2);
    expect(await askOf(isolate)).toEqual([200, "answer 2"]);
  });
});
