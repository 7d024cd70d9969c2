/** Always an answer, and no herd: who joins a flight without a look-up of its own costs those who come after nothing. */
import { expect, test } from "vitest";
import { defineRules } from "../../src/rules/rule.ts";
import { FakeCache } from "../store/fake-cache.ts";
import { configWith } from "../support/config.ts";
import { openIsolate } from "../support/isolate.ts";

const ASKED = "https://api.example.com/joined";

/** A cache that takes nothing until it is told to. */
class SlowCache extends FakeCache {
  readonly opened = Promise.withResolvers<void>();

  override async put(asked: RequestInfo | URL, response: Response): Promise<void> {
    await this.opened.promise;
    await super.put(asked, response);
  }
}

test("what was stored while a second flight is under way is found by those who come, and answers them", async () => {
  const clock = { now: Date.UTC(2026, 0, 1) };
  const cache = new SlowCache();
  const never = new Promise<Response>(() => {});
  const asked: number[] = [];
  const secondAsked = Promise.withResolvers<void>();
  const fetch = async () => {
    asked.push(clock.now);
    if (asked.length > 1) {
      secondAsked.resolve();
      return never;
    }
    const headers = { "cache-control": "max-age=1, stale-while-revalidate=60", "content-length": "3" };
    return new Response("one", { headers: { date: new Date(clock.now).toUTCString(), ...headers } });
  };
  const isolate = await openIsolate({
    config: configWith({ bindings: { API: { fetch } } }),
    rules: defineRules({ rules: [], origins: { default: { service: "API" } } }),
    cache: cache.cache,
    clock: () => clock.now,
  });
  const first = await isolate.ask(new Request(ASKED));
  clock.now += 3_000;
  // What was fetched for the first is still being stored, and too old for this one.
  const second = isolate.ask(new Request(ASKED));
  second.catch(() => {});
  await secondAsked.promise;
  cache.opened.resolve();
  await first.settled();
  const { response } = await isolate.ask(new Request(ASKED));
  expect(await response.text()).toBe("one");
  expect(response.headers.get("cache-status")).toContain("stale-while-revalidate");
});
