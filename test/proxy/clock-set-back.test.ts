/** Never a wrong answer: what was stored by a clock that was ahead is not used as if purges could be compared with it. */
import { describe, expect, test } from "vitest";
import { defineRules } from "../../src/rules/rule.ts";
import { FakeCache } from "../store/fake-cache.ts";
import { configWith } from "../support/config.ts";
import { openIsolate } from "../support/isolate.ts";

const START = Date.UTC(2026, 0, 1);
const HOUR_MS = 3_600_000;

/** An isolate with a copy that has been answered from, and the origin's conditional requests so far. */
async function warmed(memoryBytes: number) {
  const clock = { now: START };
  const conditions: (string | null)[] = [];
  const fetch = async (_: string, { headers }: { headers: Headers }) => {
    const condition = new Headers(headers).get("if-none-match");
    conditions.push(condition);
    const said = { "cache-control": "max-age=86400", etag: '"one"' };
    return new Response(condition ? null : "things", { status: condition ? 304 : 200, headers: said });
  };
  const isolate = await openIsolate({
    config: configWith({ memoryBytes, bindings: { API: { fetch } } }),
    rules: defineRules({ rules: [], origins: { default: { service: "API" } } }),
    cache: new FakeCache().cache,
    clock: () => clock.now,
  });
  const ask = async (path = "/things") => {
    const { response, settled } = await isolate.ask(new Request(`https://api.example.com${path}`));
    const answer = [response.status, await response.text()];
    await settled();
    return answer;
  };
  for (let times = 0; times < 3; times++) await ask();
  return { clock, conditions, ask };
}

describe.each([
  ["with memory", 32 * 1024 * 1024],
  ["without", 0],
])("%s, after a clock was set back by an hour", (_, memoryBytes) => {
  test("a copy is validated before it is used, once", async () => {
    const { clock, conditions, ask } = await warmed(memoryBytes);
    clock.now -= HOUR_MS;
    // By the end of it all purges are known again.
    await ask("/others");
    for (let times = 0; times < 5; times++) {
      expect(await ask()).toEqual([200, "things"]);
      expect(conditions).toEqual([null, null, '"one"']);
      clock.now += 1000;
    }
  });
});

test("without a change of the clock nothing is asked twice", async () => {
  const { clock, conditions, ask } = await warmed(0);
  clock.now += HOUR_MS;
  expect(await ask()).toEqual([200, "things"]);
  expect(conditions).toEqual([null]);
});
