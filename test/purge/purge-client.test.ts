import { beforeEach, describe, expect, test, vi } from "vitest";
import { factsIn, type Purges, purgeOf } from "../../src/purge/purge.ts";
import { stored } from "../cache/support.ts";
import { Clock, DataCentre, FakeLog, type Isolate, tag } from "./support.ts";

const BOUND_MS = 5000;
const SKEW_MS = 2000;

let clock: Clock;
let log: FakeLog;

beforeEach(() => {
  clock = new Clock();
  log = new FakeLog(clock);
});

/** What a response tagged "products" and requested at that instant comes to. */
function judge(purges: Purges, requestedAt: number): "gone" | "stale" | "kept" {
  const verdict = purgeOf(stored({}, { tags: ["products"], requestedAt }), purges);
  if (verdict === null) return "kept";
  return verdict.soft ? "stale" : "gone";
}

/** An isolate that knows all purges up to now. */
async function warm(dataCentre: DataCentre): Promise<Isolate> {
  const isolate = dataCentre.isolate();
  await isolate.request();
  await isolate.settle();
  return isolate;
}

const tags = (count: number, from = 0) => Array.from({ length: count }, (_, n) => tag(`tag:${from + n}`));

describe("where a purge was sent", () => {
  test("it is in force at once", async () => {
    const isolate = await warm(new DataCentre(clock, log));
    const requestedAt = clock.now;
    expect(await isolate.record(tag("products"))).toMatchObject({ kind: "recorded" });
    expect(judge(await isolate.request(), requestedAt)).toBe("gone");
  });

  test("it is in force before the log has answered", async () => {
    const isolate = await warm(new DataCentre(clock, log));
    log.mood = "hanging";
    void isolate.record(tag("products"));
    await vi.waitFor(() => expect(judge(isolate.client.current(isolate.occasion), clock.now)).toBe("gone"));
  });

  test("the other isolates of the data centre learn it from there, without the log", async () => {
    const dataCentre = new DataCentre(clock, log);
    const other = await warm(dataCentre);
    const isolate = await warm(dataCentre);
    await isolate.record(tag("products"));
    clock.pass(BOUND_MS);
    log.mood = "down";
    await other.request();
    await other.settle();
    expect(judge(await other.request(), clock.now - BOUND_MS)).toBe("gone");
  });

  test("a log that restarts meanwhile is told again", async () => {
    const isolate = await warm(new DataCentre(clock, log));
    log.mood = "restarting";
    expect(await isolate.record(tag("products"))).toMatchObject({ kind: "recorded" });
    expect(log.facts).toHaveLength(1);
  });

  test("what is refused has not happened", async () => {
    const isolate = await warm(new DataCentre(clock, log));
    expect(await isolate.record(tag(""))).toMatchObject({ kind: "refused", mistakes: [{ key: "value" }] });
    expect([...factsIn(await isolate.request())]).toEqual([]);
  });
});

describe("in all other data centres", () => {
  test("a purge is in force within the bound, also in an isolate that had nothing to do meanwhile", async () => {
    const sender = await warm(new DataCentre(clock, log));
    const other = await warm(new DataCentre(clock, log));
    const requestedAt = clock.now;
    clock.pass(1);
    await sender.record(tag("products"));
    expect(judge(await other.request(), requestedAt)).toBe("kept");
    clock.pass(BOUND_MS);
    expect(judge(await other.request(), requestedAt)).toBe("gone");
  });

  test("it is in force after a week without a request", async () => {
    const sender = await warm(new DataCentre(clock, log));
    const other = await warm(new DataCentre(clock, log));
    const requestedAt = clock.now;
    await sender.record(tag("products"));
    clock.pass(7 * 86_400_000);
    expect(judge(await other.request(), requestedAt)).toBe("gone");
  });

  test.each([0, 500, 1000, 2000])("no request waits where one comes every %i ms", async (everyMs) => {
    const isolate = await warm(new DataCentre(clock, log));
    for (let n = 0; n < 20; n++) {
      clock.pass(everyMs);
      expect(isolate.client.ready(isolate.occasion)).toBeNull();
      isolate.client.current(isolate.occasion);
      await isolate.settle();
    }
  });

  test("one refresh at a time, however many requests want it", async () => {
    const isolate = await warm(new DataCentre(clock, log));
    log.asked.length = 0;
    clock.pass(BOUND_MS + 1);
    await Promise.all([isolate.request(), isolate.request(), isolate.request()]);
    await isolate.settle();
    expect(log.asked).toEqual(["since 0"]);
  });

  test("the log is asked once for all isolates of a data centre", async () => {
    const dataCentre = new DataCentre(clock, log);
    const isolates = await Promise.all(Array.from({ length: 10 }, () => warm(dataCentre)));
    clock.pass(BOUND_MS + 1);
    log.asked.length = 0;
    for (const isolate of isolates) {
      await isolate.request();
      await isolate.settle();
    }
    expect(log.asked).toEqual(["since 0"]);
  });
});

describe("an isolate that starts cold", () => {
  test("knows the purges of the past before its first request is answered", async () => {
    const sender = await warm(new DataCentre(clock, log));
    await sender.record(tag("products"));
    const requestedAt = clock.now;
    clock.pass(3 * 86_400_000);
    const isolate = new DataCentre(clock, log).isolate();
    expect(judge(await isolate.request(), requestedAt)).toBe("gone");
    expect(isolate.state).toMatchObject({ known: true, sequence: 1, facts: 1, failures: 0 });
  });

  test("does not ask the log where its data centre knows enough", async () => {
    const dataCentre = new DataCentre(clock, log);
    const sender = await warm(dataCentre);
    await sender.record(tag("products"));
    const asked = log.asked.length;
    clock.pass(1000);
    const isolate = await warm(dataCentre);
    expect(judge(await isolate.request(), clock.now - 1000)).toBe("gone");
    expect(log.asked.length).toBe(asked);
  });

  test("waits 250 ms at the most, and then takes all that is older than itself for stale", async () => {
    log.mood = "hanging";
    const isolate = new DataCentre(clock, log).isolate();
    const began = performance.now();
    const purges = await isolate.request();
    expect(performance.now() - began).toBeGreaterThanOrEqual(240);
    expect(isolate.state).toMatchObject({ known: false, ageMs: null });
    expect(judge(purges, clock.now - 1)).toBe("stale");
    clock.pass(250);
    expect(isolate.client.ready(isolate.occasion)).toBeNull();
    expect(judge(await isolate.request(), clock.now)).toBe("kept");
  });

  test("has no more doubts once it knows", async () => {
    log.mood = "down";
    const isolate = new DataCentre(clock, log).isolate();
    const requestedAt = clock.now - 10_000;
    expect(judge(await isolate.request(), requestedAt)).toBe("stale");
    log.mood = "up";
    clock.pass(60_000);
    await warmAgain(isolate);
    expect(judge(await isolate.request(), requestedAt)).toBe("kept");
  });
});

async function warmAgain(isolate: Isolate): Promise<void> {
  await isolate.request();
  await isolate.settle();
}

describe("a log that is down", () => {
  test("keeps nobody waiting, counts, and what is known stays in force", async () => {
    const isolate = await warm(new DataCentre(clock, log));
    await isolate.record(tag("products"));
    log.mood = "down";
    const requestedAt = clock.now;
    clock.pass(BOUND_MS + 1);
    await warmAgain(isolate);
    expect(isolate.client.ready(isolate.occasion)).toBeNull();
    expect(judge(await isolate.request(), requestedAt)).toBe("gone");
    expect(isolate.state).toEqual({
      mode: "log",
      known: true,
      sequence: 0,
      ageMs: BOUND_MS + 1,
      aheadMs: 0,
      facts: 1,
      failures: 1,
      lastError: "Error: the log is down",
    });
  });

  test("is asked less and less often, and at least twice a minute", async () => {
    const isolate = await warm(new DataCentre(clock, log));
    log.mood = "down";
    log.asked.length = 0;
    const askedAfter: number[] = [];
    for (let second = 1; second <= 120; second++) {
      clock.pass(1000);
      const before = log.asked.length;
      await warmAgain(isolate);
      if (log.asked.length > before) askedAfter.push(second);
    }
    expect(askedAfter).toEqual([3, 8, 18, 38, 68, 98]);
  });

  test("is caught up with when it is back", async () => {
    const sender = await warm(new DataCentre(clock, log));
    const isolate = await warm(new DataCentre(clock, log));
    const requestedAt = clock.now;
    await sender.record(tag("products"));
    log.mood = "down";
    clock.pass(BOUND_MS + 1);
    await warmAgain(isolate);
    log.mood = "up";
    clock.pass(30_000);
    await warmAgain(isolate);
    expect(judge(await isolate.request(), requestedAt)).toBe("gone");
    expect(isolate.state).toMatchObject({ failures: 0, lastError: null, ageMs: 0 });
  });

  test("a cold isolate serves by what its data centre last knew", async () => {
    const dataCentre = new DataCentre(clock, log);
    const sender = await warm(dataCentre);
    await sender.record(tag("products"));
    clock.pass(BOUND_MS);
    await warmAgain(sender);
    const requestedAt = clock.now - BOUND_MS;
    log.mood = "down";
    clock.pass(3_600_000);
    const isolate = await warm(dataCentre);
    expect(isolate.state).toMatchObject({ known: true, ageMs: 3_600_000, failures: 1 });
    expect(judge(await isolate.request(), requestedAt)).toBe("gone");
    expect(judge(await isolate.request(), clock.now)).toBe("kept");
  });

  test("a purge is in force in this data centre, and whoever sent it is told", async () => {
    const dataCentre = new DataCentre(clock, log);
    const isolate = await warm(dataCentre);
    const other = await warm(dataCentre);
    log.mood = "down";
    const requestedAt = clock.now;
    const recorded = await isolate.record(tag("products"));
    expect(recorded).toMatchObject({ kind: "not-recorded", error: "Error: the log is down" });
    expect(judge(await isolate.request(), requestedAt)).toBe("gone");
    clock.pass(BOUND_MS + 1);
    await warmAgain(other);
    expect(judge(await other.request(), requestedAt)).toBe("gone");
  });

  test("a log that hangs is given up on", async () => {
    const isolate = await warm(new DataCentre(clock, log, { limitMs: 20 }));
    log.mood = "hanging";
    expect(await isolate.record(tag("products"))).toMatchObject({
      kind: "not-recorded",
      error: "Error: no answer within 20 ms",
    });
  });
});

describe("clocks that differ by two seconds", () => {
  test.each([
    ["the log behind", -SKEW_MS],
    ["the log ahead", SKEW_MS],
  ])("%s: what was requested before the purge is gone in every data centre", async (_, aheadMs) => {
    log = new FakeLog(clock, aheadMs);
    const sender = await warm(new DataCentre(clock, log));
    const other = await warm(new DataCentre(clock, log));
    const requestedAt = clock.now;
    await sender.record(tag("products"));
    clock.pass(BOUND_MS + 1);
    expect(judge(await sender.request(), requestedAt)).toBe("gone");
    expect(judge(await other.request(), requestedAt)).toBe("gone");
  });

  test("what was requested after the purge is kept, at the latest after both clocks' differences", async () => {
    log = new FakeLog(clock, SKEW_MS);
    const sender = await warm(new DataCentre(clock, log));
    await sender.record(tag("products"));
    clock.pass(BOUND_MS);
    const purges = await sender.request();
    expect(judge(purges, clock.now - BOUND_MS + 2 * SKEW_MS)).toBe("gone");
    expect(judge(purges, clock.now - BOUND_MS + 2 * SKEW_MS + 1)).toBe("kept");
  });
});

describe("what the data centre keeps", () => {
  const recent = (dataCentre: DataCentre) => snapshotOf(dataCentre, "recent");
  const all = (dataCentre: DataCentre) => snapshotOf(dataCentre, "all");

  function snapshotOf({ cache }: DataCentre, name: string) {
    const kept = cache.kept.get(`https://api.example.com/${name}`);
    return JSON.parse(kept?.body.toString() ?? "null") as {
      values: string[];
      from: number;
      sequence: number;
    };
  }

  test("is small where 100,000 purges are known: the last minute's changes", async () => {
    const sender = await warm(new DataCentre(clock, log));
    for (let n = 0; n < 100; n++) await sender.record(...tags(1000, n * 1000));
    clock.pass(120_000);
    await sender.record(tag("products"));
    const dataCentre = new DataCentre(clock, log);
    const isolate = await warm(dataCentre);
    expect(isolate.state).toMatchObject({ facts: 100_001, sequence: 100_001 });
    expect(recent(dataCentre)).toMatchObject({ values: ["products"], from: 100_000, sequence: 100_001 });
    expect(all(dataCentre).values).toHaveLength(100_001);
  });

  test("an isolate that has missed more than that asks the log for the rest, and misses nothing", async () => {
    const dataCentre = new DataCentre(clock, log);
    const sender = await warm(new DataCentre(clock, log));
    const idle = await warm(dataCentre);
    const busy = await warm(dataCentre);
    for (let n = 0; n < 5; n++) {
      await sender.record(...tags(600, n * 600));
      clock.pass(BOUND_MS + 1);
      await warmAgain(busy);
    }
    expect(recent(dataCentre)).toMatchObject({ from: 1000, sequence: 3000 });
    log.asked.length = 0;
    await warmAgain(idle);
    expect(log.asked).toEqual(["since 0", "since 1000", "since 2000"]);
    expect(idle.state).toMatchObject({ sequence: 3000, facts: 3000 });
  });

  test("a soft purge that is repeated does not hide the first, since which a copy is stale: not from who knew it, nor from who begins", async () => {
    const dataCentre = new DataCentre(clock, log);
    const sender = await warm(new DataCentre(clock, log));
    const busy = await warm(dataCentre);
    clock.pass(60_000);
    const requestedAt = clock.now - 1;
    const purgedAt = clock.now + SKEW_MS;
    for (const pauseMs of [10_000, 120_000, BOUND_MS + 1]) {
      await sender.record(tag("products", true));
      clock.pass(pauseMs);
    }
    const response = stored({}, { tags: ["products"], requestedAt });
    await warmAgain(busy);
    const verdicts = [sender, busy, await warm(dataCentre)].map(({ client, occasion }) =>
      purgeOf(response, client.current(occasion)),
    );
    expect(verdicts).toEqual([1, 2, 3].map(() => expect.objectContaining({ purgedAt, soft: true })));
  });

  test("a cold isolate takes all from its data centre, and from the log what came after", async () => {
    const dataCentre = new DataCentre(clock, log);
    const sender = await warm(new DataCentre(clock, log));
    await sender.record(...tags(1000));
    await warm(dataCentre);
    clock.pass(600_000);
    await sender.record(...tags(10, 5000));
    log.asked.length = 0;
    const isolate = await warm(dataCentre);
    expect(log.asked).toEqual(["since 1000"]);
    expect(isolate.state).toMatchObject({ sequence: 1010, facts: 1010 });
  });

  test("when it is lost, or no longer legible, the log is asked for all", async () => {
    const dataCentre = new DataCentre(clock, log);
    const sender = await warm(dataCentre);
    await sender.record(tag("products"));
    for (const kept of dataCentre.cache.kept.values()) kept.body = Buffer.from("[1]");
    const isolate = await warm(dataCentre);
    expect(isolate.state).toMatchObject({ known: true, facts: 1 });
    dataCentre.cache.kept.clear();
    expect((await warm(dataCentre)).state).toMatchObject({ known: true, facts: 1 });
  });

  test("a log that has begun anew is read from its beginning", async () => {
    const dataCentre = new DataCentre(clock, log);
    const isolate = await warm(dataCentre);
    await isolate.record(...tags(10));
    clock.pass(BOUND_MS + 1);
    await warmAgain(isolate);
    log.facts.length = 0;
    await log.record([tag("products")], "tester");
    const requestedAt = clock.now;
    clock.pass(BOUND_MS + 1);
    await warmAgain(isolate);
    expect(judge(await isolate.request(), requestedAt)).toBe("gone");
    expect(isolate.state.sequence).toBe(1);
    clock.pass(BOUND_MS + 1);
    expect(judge(await (await warm(dataCentre)).request(), requestedAt)).toBe("gone");
  });

  test("facts that have outlived every stored response are dropped", async () => {
    const isolate = await warm(new DataCentre(clock, log));
    await isolate.record(tag("products"));
    log.facts.length = 0;
    clock.pass(31 * 86_400_000);
    await warmAgain(isolate);
    expect(isolate.state.facts).toBe(0);
  });
});

test("two Workers on one host, each with a log, do not believe each other's numbers", async () => {
  const [busy, quiet] = [new FakeLog(clock), new FakeLog(clock)];
  const one = new DataCentre(clock, busy, { snapshotsAt: (origin) => `${origin}/one` });
  const other = new DataCentre(clock, quiet, { snapshotsAt: (origin) => `${origin}/two` }, one.cache);
  const [first, second] = [await warm(one), await warm(other)];
  for (let n = 0; n < 10; n++) await first.record(tag(`of-the-first-${n}`));
  const requestedAt = clock.now;
  await new DataCentre(clock, quiet).isolate().record(tag("products"));
  clock.pass(BOUND_MS * 0.8);
  await warmAgain(first);
  clock.pass(BOUND_MS * 0.2 + 1);
  expect(judge(await second.request(), requestedAt)).toBe("gone");
  expect([first.state.sequence, second.state.sequence]).toEqual([10, 1]);
});

describe("without a log", () => {
  test("a purge is in force in its data centre, cold isolates included, and whoever sent it is told", async () => {
    const dataCentre = new DataCentre(clock, null);
    const [sender, other] = [await warm(dataCentre), await warm(dataCentre)];
    const requestedAt = clock.now;
    expect(await sender.record(tag("products"))).toMatchObject({ kind: "recorded-here" });
    expect(judge(await sender.request(), requestedAt)).toBe("gone");
    clock.pass(BOUND_MS + 1);
    expect(judge(await other.request(), requestedAt)).toBe("gone");
    const cold = dataCentre.isolate();
    expect(judge(await cold.request(), requestedAt)).toBe("gone");
    expect(cold.state).toMatchObject({ mode: "data-centre", known: true, failures: 0 });
  });

  test("purges that two isolates send at once are both known in the end", async () => {
    const dataCentre = new DataCentre(clock, null);
    const [one, two] = [await warm(dataCentre), await warm(dataCentre)];
    await Promise.all([one.record(tag("one")), two.record(tag("two"))]);
    for (let n = 0; n < 2; n++) {
      clock.pass(BOUND_MS + 1);
      for (const isolate of [one, two]) await warmAgain(isolate);
    }
    for (const isolate of [one, two, await warm(dataCentre)]) expect(isolate.state.facts).toBe(2);
  });
});

test("a cache that fails is done without", async () => {
  const errors: string[] = [];
  const broken = { match: () => Promise.reject(new Error("no")), put: () => Promise.reject(new Error("no")) };
  const onError = (operation: string) => errors.push(operation);
  const isolate = await warm(new DataCentre(clock, log, { cache: broken, onError }));
  expect(await isolate.record(tag("products"))).toMatchObject({ kind: "recorded" });
  expect(isolate.state).toMatchObject({ known: true, failures: 0 });
  expect(new Set(errors)).toEqual(new Set(["match", "put"]));
});
