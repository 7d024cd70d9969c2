import { describe, expect, test } from "vitest";
import { decodeSnapshot, encodeSnapshot, openSnapshots, type Snapshot } from "../../src/purge/snapshots.ts";
import { FakeCache } from "../store/fake-cache.ts";

const SNAPSHOT: Snapshot = {
  from: 3,
  sequence: 5,
  readAt: 1000,
  facts: [
    { scope: "tag", value: "prodüct", soft: false, at: 900, sequence: 4 },
    { scope: "everything", value: "", soft: true, at: 901, sequence: 5 },
  ],
};

test("a snapshot is read as it was written", () => {
  expect(decodeSnapshot(encodeSnapshot(SNAPSHOT))).toEqual(SNAPSHOT);
});

test("100,000 facts take less than 60 bytes each, as they are", () => {
  const facts = Array.from({ length: 100_000 }, (_, n) => ({
    scope: "tag" as const,
    value: `product:${n}`,
    soft: false,
    at: 1_767_268_800_000 + n,
    sequence: 0,
  }));
  expect(encodeSnapshot({ ...SNAPSHOT, facts }).length).toBeLessThan(6_000_000);
});

describe("what is no snapshot is none", () => {
  const written = JSON.parse(encodeSnapshot(SNAPSHOT)) as Record<string, unknown>;
  test.each<[name: string, text: string]>([
    ["nothing", ""],
    ["no JSON", "{"],
    ["null", "null"],
    ["another shape", "{}"],
    ["a column too short", JSON.stringify({ ...written, instants: [1] })],
    ["no column", JSON.stringify({ ...written, values: null })],
    ["an unknown scope", JSON.stringify({ ...written, scopes: [99, 0] })],
    ["a value that is no text", JSON.stringify({ ...written, values: ["a", 1] })],
    ["an instant that is no number", JSON.stringify({ ...written, instants: [null, 1] })],
    ["no number", JSON.stringify({ ...written, sequence: "5" })],
  ])("%s", (_, text) => {
    expect(decodeSnapshot(text)).toBeNull();
  });
});

test("snapshots stand below their address, each under its name", async () => {
  const cache = new FakeCache();
  const snapshots = openSnapshots(cache.cache, "https://api.example.com/purges/x", () => {});
  await snapshots.write("recent", SNAPSHOT);
  await snapshots.write("all", SNAPSHOT);
  expect([...cache.kept.keys()]).toEqual([
    "https://api.example.com/purges/x/recent",
    "https://api.example.com/purges/x/all",
  ]);
  expect(await snapshots.read("recent")).toEqual(SNAPSHOT);
});
