/** Several data centres around one log, in workerd: the bound holds, and a hit does not wait. */
import { afterEach, describe, expect, test } from "vitest";
import {
  type DataCentres,
  type IsolateOptions,
  type RemoteIsolate,
  type StoredFacts,
  startDataCentres,
} from "../support/data-centres.ts";
import { tag } from "./support.ts";

/** Short, so that tests do not wait for long; nothing depends on how fast it passes. */
const BOUND_MS = 1000;

let started: DataCentres<string> | null = null;

afterEach(async () => {
  await started?.close();
  started = null;
});

async function start<Name extends string>(isolates: Readonly<Record<Name, IsolateOptions>>) {
  const dataCentres = await startDataCentres(isolates);
  started = dataCentres;
  return dataCentres.isolates;
}

function response(requestedAt: number, tags: readonly string[] = ["products"]): StoredFacts {
  return { uri: "https://api.example.com/products", rule: "products", tags, requestedAt };
}

/** How long after `from` the isolate takes what was requested then for purged, asking it all the time. */
async function untilPurged(isolate: RemoteIsolate, stored: StoredFacts): Promise<number> {
  const from = performance.now();
  for (;;) {
    const { verdict } = await isolate.judge(stored);
    const afterMs = performance.now() - from;
    if (verdict !== null) return afterMs;
    if (afterMs > 10 * BOUND_MS) throw new Error("never purged");
  }
}

const inOneBound = () => new Promise((resolve) => setTimeout(resolve, BOUND_MS));

describe("a purge", () => {
  test("is in force at once where it was sent, and within the bound in every other data centre", async () => {
    const { sender, neighbour, far, idle, cold } = await start({
      sender: { dataCentre: "a", boundMs: BOUND_MS },
      neighbour: { dataCentre: "a", boundMs: BOUND_MS },
      far: { dataCentre: "b", boundMs: BOUND_MS },
      idle: { dataCentre: "b", boundMs: BOUND_MS },
      cold: { dataCentre: "c", boundMs: BOUND_MS },
    });
    const stored = response(await sender.now());
    for (const isolate of [sender, neighbour, far, idle]) {
      expect((await isolate.judge(stored)).verdict).toBeNull();
    }
    expect(await sender.record(tag("products"))).toMatchObject({ kind: "recorded" });
    expect((await sender.judge(stored)).verdict).toMatchObject({ scope: "tag", soft: false });
    const allowanceMs = 500; // for the requests themselves, on a machine that is busy
    const [nearMs, farMs] = await Promise.all([untilPurged(neighbour, stored), untilPurged(far, stored)]);
    expect(nearMs).toBeLessThan(BOUND_MS + allowanceMs);
    expect(farMs).toBeLessThan(BOUND_MS + allowanceMs);
    await inOneBound();
    expect((await idle.judge(stored)).verdict).not.toBeNull();
    expect((await cold.judge(stored)).verdict).not.toBeNull();
  });

  test("is known to a cold isolate although the log is down, where its data centre knew it", async () => {
    const { sender, cold } = await start({
      sender: { dataCentre: "a", boundMs: BOUND_MS },
      cold: { dataCentre: "a", boundMs: BOUND_MS },
    });
    const stored = response(await sender.now());
    await sender.judge(stored);
    await sender.record(tag("products"));
    await cold.setLogDown(true);
    const { verdict, state } = await cold.judge(stored);
    expect(verdict).toMatchObject({ scope: "tag", soft: false });
    expect(state.known).toBe(true);
  });

  test("reaches its own data centre where no log is bound, and says so", async () => {
    const { sender, other } = await start({
      sender: { dataCentre: "a", boundMs: BOUND_MS, log: false },
      other: { dataCentre: "a", boundMs: BOUND_MS, log: false },
    });
    const stored = response(await sender.now());
    expect((await other.judge(stored)).state.mode).toBe("data-centre");
    expect(await sender.record(tag("products"))).toMatchObject({ kind: "recorded-here" });
    await inOneBound();
    expect((await other.judge(stored)).verdict).not.toBeNull();
  });
});

describe("a hit", () => {
  test("does not wait while requests keep coming", async () => {
    const { isolate } = await start({ isolate: { dataCentre: "a", boundMs: 60_000 } });
    const stored = response(await isolate.now());
    expect((await isolate.judge(stored)).waited).toBe(true);
    for (let n = 0; n < 20; n++) expect((await isolate.judge(stored)).waited).toBe(false);
  });

  test("does not wait for a log that is down, which is counted and caught up with", async () => {
    const { sender, other } = await start({
      sender: { dataCentre: "a", boundMs: BOUND_MS },
      other: { dataCentre: "b", boundMs: BOUND_MS },
    });
    const stored = response(await sender.now());
    await other.judge(stored);
    await other.setLogDown(true);
    await sender.judge(stored);
    await sender.record(tag("products"));
    await inOneBound();
    await other.judge(stored);
    const { verdict, waited, state } = await other.judge(stored);
    expect({ verdict, waited }).toEqual({ verdict: null, waited: false });
    expect(state).toMatchObject({ known: true, lastError: "Error: the log is down" });
    expect(state.failures).toBeGreaterThan(0);
    await other.setLogDown(false);
    await untilPurged(other, stored);
    expect((await other.judge(stored)).state).toMatchObject({ failures: 0, lastError: null });
  });
});

describe("clocks that differ by two seconds", () => {
  test.each([-2000, 2000])(
    "a data centre whose clock is %i ms ahead keeps nothing older",
    async (aheadMs) => {
      const { sender, skewed } = await start({
        sender: { dataCentre: "a", boundMs: BOUND_MS },
        skewed: { dataCentre: "b", boundMs: BOUND_MS, clockAheadMs: aheadMs },
      });
      const stored = response(await skewed.now());
      await skewed.judge(stored);
      await sender.record(tag("products"));
      await inOneBound();
      expect((await skewed.judge(stored)).verdict).not.toBeNull();
    },
  );
});

describe("many purges", () => {
  test("10,000 from one isolate, sent many at once, are all in force elsewhere", async () => {
    const { sender, cold } = await start({
      sender: { dataCentre: "a", boundMs: BOUND_MS },
      cold: { dataCentre: "b", boundMs: BOUND_MS },
    });
    await sender.judge(response(0));
    const requestedAt = await sender.now();
    for (let n = 0; n < 10_000; n += 400) {
      const twenty = Array.from({ length: 20 }, (_, index) => sender.record(...tags(20, n + 20 * index)));
      const kinds = (await Promise.all(twenty)).map(({ kind }) => kind);
      expect(new Set(kinds)).toEqual(new Set(["recorded"]));
    }
    const { state } = await cold.judge(response(requestedAt));
    // A cold isolate waits no longer than it may: it has all once it has been told.
    const told = state.facts === 10_000 ? state : await whenTold(cold, requestedAt);
    expect(told).toMatchObject({ sequence: 10_000, facts: 10_000 });
    expect((await cold.judge(response(requestedAt, ["tag:9999"]))).verdict).not.toBeNull();
  });
});

const tags = (count: number, from: number) => Array.from({ length: count }, (_, n) => tag(`tag:${from + n}`));

async function whenTold(isolate: RemoteIsolate, requestedAt: number) {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const { state } = await isolate.judge(response(requestedAt));
    if (state.facts === 10_000 || performance.now() > deadline) return state;
  }
}
