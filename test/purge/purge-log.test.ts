import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { PurgeScope } from "../../src/purge/purge.ts";
import { type DataCentres, type RemoteLog, startDataCentres } from "../support/data-centres.ts";
import { tag } from "./support.ts";

const NOON = Date.UTC(2026, 0, 1, 12);
const DAY_MS = 86_400_000;

let started: DataCentres<"isolate">;
let log: RemoteLog;

beforeEach(async () => {
  started = await startDataCentres({ isolate: { dataCentre: "a" } }, "AdjustableLog");
  ({ log } = started.isolates.isolate);
  await log.setClock(NOON);
});

afterEach(() => started.close());

const tags = (count: number, from = 0) => Array.from({ length: count }, (_, n) => tag(`tag:${from + n}`));
const purge = (scope: PurgeScope, value: string, soft = false) => ({ scope, value, soft });

describe("numbers and instants", () => {
  test("each purge has a number of its own, those sent together one instant", async () => {
    expect(await log.record([tag("a"), purge("rule", "r", true)], "ann")).toEqual({
      kind: "recorded",
      facts: [
        { ...tag("a"), at: NOON, sequence: 1 },
        { ...purge("rule", "r", true), at: NOON, sequence: 2 },
      ],
    });
    await log.setClock(NOON + 1);
    expect(await log.record([tag("b")], "ann")).toMatchObject({ facts: [{ at: NOON + 1, sequence: 3 }] });
  });

  test("instants do not go back when the clock does", async () => {
    await log.record([tag("a")], "ann");
    await log.setClock(NOON - 5000);
    expect(await log.record([tag("b")], "ann")).toMatchObject({ facts: [{ at: NOON }] });
  });

  test("purges sent at once from many places have different numbers", async () => {
    const outcomes = await Promise.all(tags(50).map((one) => log.record([one], "ann")));
    const numbers = outcomes
      .flatMap((one) => (one.kind === "recorded" ? one.facts : []))
      .map((f) => f.sequence);
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, n) => n + 1));
  });
});

describe("what is kept", () => {
  test("of each scope and value the latest, hard and soft apart", async () => {
    await log.record([tag("a"), tag("a", true), tag("b")], "ann");
    await log.setClock(NOON + 1);
    await log.record([tag("a")], "ann");
    expect(await log.since(0, 10)).toEqual({
      facts: [
        { ...tag("a", true), at: NOON, sequence: 2 },
        { ...tag("b"), at: NOON, sequence: 3 },
        { ...tag("a"), at: NOON + 1, sequence: 4 },
      ],
      sequence: 4,
      more: false,
    });
  });

  test("of soft ones the first and the last of each minute: each may be the first since a copy was requested", async () => {
    for (const seconds of [0, 10, 20, 70]) {
      await log.setClock(NOON + seconds * 1000);
      await log.record([tag("a", true), tag("a", true)], "ann");
    }
    const { facts } = await log.since(0, 10);
    expect(facts.map(({ at, sequence }) => [(at - NOON) / 1000, sequence])).toEqual([
      [0, 2],
      [20, 6],
      [70, 8],
    ]);
  });

  test("of soft ones of one scope and value no more than a full list, and of others all", async () => {
    await log.record([tag("b", true), tag("a")], "ann");
    for (let minute = 1; minute <= 34; minute++) {
      await log.setClock(NOON + minute * 60_000);
      await log.record([tag("a", true)], "ann");
    }
    const { facts } = await log.since(0, 100);
    expect(facts.map(({ at }) => (at - NOON) / 60_000)).toEqual([
      0,
      0,
      ...Array.from({ length: 32 }, (_, n) => n + 3),
    ]);
  });

  test("a hard purge of everything takes the place of all before it, a soft one does not", async () => {
    await log.record([tag("a"), purge("everything", "", true)], "ann");
    expect((await log.since(0, 10)).facts).toHaveLength(2);
    await log.record([purge("everything", "")], "ann");
    await log.record([tag("b")], "ann");
    const { facts } = await log.since(0, 10);
    expect(facts.map(({ scope, sequence }) => [scope, sequence])).toEqual([
      ["everything", 3],
      ["tag", 4],
    ]);
  });

  test("nothing that has outlived every stored response", async () => {
    await log.record([tag("old")], "ann");
    await log.setClock(NOON + 1);
    await log.record([tag("young")], "ann");
    await log.setClock(NOON + 30 * DAY_MS + 1);
    await log.ring();
    expect((await log.since(0, 10)).facts).toMatchObject([{ value: "young" }]);
  });

  test("never more than isolates can hold: then the older half becomes one purge of everything", async () => {
    for (let n = 0; n < 4; n++) {
      await log.setClock(NOON + n);
      await log.record(tags(1000, n * 1000), "ann");
    }
    const { facts } = await log.since(0, 10_000);
    const everything = facts.find(({ scope }) => scope === "everything");
    expect(everything).toMatchObject({ soft: false, at: NOON + 1, sequence: 3001 });
    expect(facts.filter(({ scope }) => scope === "tag").map(({ at }) => at)).not.toContain(NOON + 1);
    expect(facts).toHaveLength(2001);
    expect(await log.list(1, 3002)).toMatchObject([{ by: "selvedge: more purges than can be held" }]);
    expect((await log.record([tag("a")], "ann")).kind).toBe("recorded");
  });
});

describe("what has changed since", () => {
  test("comes in pages, and a fact that changes meanwhile comes once more", async () => {
    await log.record(tags(5), "ann");
    const first = await log.since(0, 2);
    expect(first).toMatchObject({ sequence: 2, more: true });
    await log.record([tag("tag:0"), tag("tag:4")], "ann");
    const second = await log.since(first.sequence, 2);
    const third = await log.since(second.sequence, 2);
    const values = [first, second, third].flatMap(({ facts }) => facts.map(({ value }) => value));
    expect(values).toEqual(["tag:0", "tag:1", "tag:2", "tag:3", "tag:0", "tag:4"]);
    expect(await log.since(third.sequence, 2)).toEqual({ facts: [], sequence: 7, more: false });
  });

  test("is everything for whoever is ahead of the log", async () => {
    await log.record([tag("a")], "ann");
    expect(await log.since(500, 10)).toMatchObject({ facts: [{ value: "a" }], sequence: 1, more: false });
  });

  test("is little, though there were 100,000 purges", { timeout: 60_000 }, async () => {
    for (let n = 0; n < 100; n++) {
      await log.setClock(NOON + n);
      await log.record(tags(1000), "ann");
    }
    expect((await log.since(0, 10_000)).facts).toHaveLength(1000);
    const before = (await log.since(0, 10_000)).sequence;
    expect(before).toBe(100_000);
    await log.record([tag("one more")], "ann");
    expect((await log.since(before, 10_000)).facts).toMatchObject([{ value: "one more", sequence: 100_001 }]);
  });
});

describe("the history", () => {
  test("says who asked for what, and when, the latest first, superseded purges too", async () => {
    await log.record([tag("a")], "ann");
    await log.record([tag("a"), purge("rule", "r")], "bob");
    expect(await log.list(10)).toEqual([
      { ...purge("rule", "r"), at: NOON, sequence: 3, by: "bob" },
      { ...tag("a"), at: NOON, sequence: 2, by: "bob" },
      { ...tag("a"), at: NOON, sequence: 1, by: "ann" },
    ]);
    expect(await log.list(1)).toMatchObject([{ sequence: 3 }]);
    expect(await log.list(10, 2)).toMatchObject([{ sequence: 1 }]);
  });

  test("holds the last 10,000", async () => {
    for (let n = 0; n < 11; n++) await log.record(tags(1000), "ann");
    const entries = await log.list(20_000);
    expect(entries).toHaveLength(10_000);
    expect(entries.at(-1)).toMatchObject({ sequence: 1001 });
  });

  test("does not keep a name of any length", async () => {
    await log.record([tag("a")], "x".repeat(10_000));
    expect((await log.list(1))[0]?.by).toHaveLength(200);
  });
});

describe("what is refused", () => {
  test("is said, and nothing of the list is recorded", async () => {
    expect(await log.record([tag("a"), tag("b".repeat(2049))], "ann")).toMatchObject({
      kind: "refused",
      mistakes: [{ index: 1, key: "value" }],
    });
    expect((await log.since(0, 10)).facts).toEqual([]);
  });
});
