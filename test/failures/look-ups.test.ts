/** A herd asks the Cache API once; who leads it may leave. */
import { Agent, request as httpRequest } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { send } from "../support/client.ts";
import { stage } from "../support/stage.ts";

const stand = stage({ entry: "worker-with-faults", rules: { rules: [] } });
const FRESH = { headers: { "Cache-Control": "max-age=60" }, body: "shared" };

/** Sets how `match` fails, and tells how often it was asked since the last time. */
async function lookupsUntil(match: "none" | "slow" | "hang"): Promise<number> {
  return Number((await send(`${stand.worker.url}/__faults?match=${match}`)).body);
}

const together = (path: string) => Promise.all(Array.from({ length: 20 }, () => stand.ask(path)));

test("20 cold requests look up once before the origin is asked, and once before its answer is stored", async () => {
  // What a new isolate looks up besides, it does at its first request.
  await stand.ask(stand.path("/a", FRESH));
  const path = stand.path("/a", { ...FRESH, delayMs: 100 });
  await lookupsUntil("slow");
  const answers = await together(path);
  expect(answers.map(({ status, body }) => [status, body])).toEqual(Array(20).fill([200, "shared"]));
  expect(stand.received(path)).toHaveLength(1);
  expect(await lookupsUntil("none")).toBe(2);
});

test("who waits for the look-up of a client that has left is answered all the same", async () => {
  const path = stand.path("/a", FRESH);
  await lookupsUntil("hang");
  const leader = httpRequest(stand.worker.url + path, { agent: new Agent() });
  leader.on("error", () => {});
  leader.end();
  await sleep(100);
  const others = together(path);
  leader.destroy();
  await lookupsUntil("none");
  expect((await others).map(({ status, body }) => [status, body])).toEqual(Array(20).fill([200, "shared"]));
});
