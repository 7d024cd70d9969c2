/** Clocks that are set back, or stand far ahead: no purge is missed because of them. */
import { beforeEach, describe, expect, test } from "vitest";
import { factsIn, type Purges, purgeOf } from "../../src/purge/purge.ts";
import { stored } from "../cache/support.ts";
import { Clock, DataCentre, FakeLog, type Isolate, tag } from "./support.ts";

const BOUND_MS = 5000;
const SKEW_MS = 2000;
const HOUR_MS = 3_600_000;

/** Of the data centre that is looked at; all others, and the log, are right. */
let here: Clock;
let right: Clock;
let fast: Clock;
let log: FakeLog;

beforeEach(() => {
  here = new Clock();
  right = new Clock();
  fast = new Clock();
  pass(10 * HOUR_MS);
  log = new FakeLog(right);
});

/** What a response tagged "products" and requested at that instant comes to. */
function judge(purges: Purges, requestedAt: number): "gone" | "stale" | "kept" {
  const verdict = purgeOf(stored({}, { tags: ["products"], requestedAt }), purges);
  if (verdict === null) return "kept";
  return verdict.soft ? "stale" : "gone";
}

async function serve(isolate: Isolate): Promise<Purges> {
  await isolate.request();
  await isolate.settle();
  return isolate.request();
}

/** From another data centre. */
async function purge(): Promise<void> {
  await new DataCentre(right, log).isolate().record(tag("products"));
}

function pass(ms: number): void {
  for (const clock of [here, right, fast]) clock.pass(ms);
}

describe("a clock that is set back by an hour", () => {
  test("what was known before is not trusted for that hour: the next request waits for the log", async () => {
    const isolate = new DataCentre(here, log).isolate();
    await serve(isolate);
    const requestedAt = here.now;
    here.pass(-HOUR_MS);
    await purge();
    expect(judge(await isolate.request(), requestedAt - HOUR_MS)).toBe("gone");
    expect(isolate.state).toMatchObject({ known: true, ageMs: 0, failures: 0 });
  });

  test("and from then on the bound holds by the clock as it is", async () => {
    const isolate = new DataCentre(here, log).isolate();
    await serve(isolate);
    here.pass(-HOUR_MS);
    await serve(isolate);
    expect(isolate.client.ready(isolate.occasion)).toBeNull();
    await purge();
    const requestedAt = here.now;
    pass(BOUND_MS + 1);
    expect(judge(await isolate.request(), requestedAt)).toBe("gone");
  });

  test("what the data centre wrote down before is not trusted either", async () => {
    const dataCentre = new DataCentre(here, log);
    await serve(dataCentre.isolate());
    here.pass(-HOUR_MS);
    await purge();
    expect(judge(await dataCentre.isolate().request(), here.now)).toBe("gone");
  });

  test("two seconds are within what clocks differ by, and nobody waits", async () => {
    const isolate = new DataCentre(here, log).isolate();
    await serve(isolate);
    here.pass(-SKEW_MS);
    expect(isolate.client.ready(isolate.occasion)).toBeNull();
  });

  test("a request waits 250 ms at the most, also amid a refresh that was begun before", async () => {
    log.mood = "hanging";
    const isolate = new DataCentre(here, log, { limitMs: 60_000 }).isolate();
    const first = isolate.request();
    here.pass(-100_000);
    await Promise.all([first, isolate.request()]);
  }, 10_000);

  test("a refresh that has died is given up as soon as without", async () => {
    log.mood = "hanging";
    const isolate = new DataCentre(here, log, { limitMs: 60_000 }).isolate();
    await isolate.request();
    log.mood = "up";
    here.pass(-HOUR_MS);
    await isolate.request();
    expect(isolate.state).toMatchObject({ known: true });
  });

  test("a log that is down is asked again as soon as without, and what is known stays in force", async () => {
    const isolate = new DataCentre(here, log).isolate();
    await isolate.record(tag("products"));
    const requestedAt = here.now;
    await serve(isolate);
    log.mood = "down";
    pass(BOUND_MS + 1);
    await serve(isolate);
    here.pass(-HOUR_MS);
    expect(isolate.client.ready(isolate.occasion)).toBeNull();
    expect(isolate.state).toMatchObject({ known: true, ageMs: null });
    expect(judge(isolate.client.current(isolate.occasion), requestedAt)).toBe("gone");
    await isolate.settle();
    log.mood = "up";
    pass(30_000);
    await serve(isolate);
    expect(isolate.state).toMatchObject({ ageMs: 0, failures: 0 });
  });
});

describe("an isolate whose clock stands an hour ahead", () => {
  /** It has written down what it knows for the others of its data centre. */
  async function besideOneAhead() {
    const dataCentre = new DataCentre(here, log);
    const isolate = dataCentre.isolate();
    await serve(isolate);
    fast.now = here.now + HOUR_MS;
    const ahead = new DataCentre(fast, log, {}, dataCentre.cache).isolate();
    await serve(ahead);
    return { ahead, isolate, dataCentre };
  }

  test("the others do not take its word for how much is known", async () => {
    const { isolate } = await besideOneAhead();
    await serve(isolate);
    await purge();
    const requestedAt = here.now;
    pass(BOUND_MS + 1);
    expect(judge(await isolate.request(), requestedAt)).toBe("gone");
  });

  test("what it tells them of purges they believe", async () => {
    const { ahead, isolate } = await besideOneAhead();
    await ahead.record(tag("products"));
    log.mood = "down";
    const requestedAt = here.now;
    pass(BOUND_MS + 1);
    expect(judge(await serve(isolate), requestedAt)).toBe("gone");
  });

  test.each([
    ["another", "another", "it"],
    ["it", "another", "another"],
    ["another", "it", "another"],
  ])(
    "while the log is down: what %s purges, and then %s, all learn where %s was the last to ask",
    async (...who) => {
      const { ahead, isolate, dataCentre } = await besideOneAhead();
      const [first, second, last] = who.map((each) => (each === "it" ? ahead : isolate));
      pass(BOUND_MS + 1);
      await serve(last as Isolate);
      log.mood = "down";
      await first?.record(tag("products"));
      await second?.record(tag("others"));
      const purges = await serve(dataCentre.isolate());
      expect([...factsIn(purges)].map(({ value }) => value).sort()).toEqual(["others", "products"]);
    },
  );
});

describe("a log whose clock stands an hour ahead", () => {
  beforeEach(() => {
    log = new FakeLog(right, HOUR_MS);
  });

  test("no purge is lost: it is in force everywhere within the bound, and in isolates that begin", async () => {
    const isolate = new DataCentre(here, log).isolate();
    await serve(isolate);
    await purge();
    const requestedAt = here.now;
    pass(BOUND_MS + 1);
    expect(judge(await isolate.request(), requestedAt)).toBe("gone");
    pass(120_000);
    expect(judge(await new DataCentre(here, log).isolate().request(), requestedAt)).toBe("gone");
  });

  test("it is about what is requested until then, the state says so, and it ends", async () => {
    const isolate = new DataCentre(here, log).isolate();
    await serve(isolate);
    await purge();
    pass(BOUND_MS + 1);
    expect(judge(await isolate.request(), here.now)).toBe("gone");
    expect(isolate.state.aheadMs).toBe(HOUR_MS - BOUND_MS - 1);
    pass(HOUR_MS);
    expect(judge(await serve(isolate), here.now)).toBe("kept");
    expect(isolate.state.aheadMs).toBe(0);
  });
});
