/** A lifetime of one second protects an origin from a crowd, whenever within a second its answer comes. */
import { expect, test } from "vitest";
import { defineRules } from "../../src/rules/rule.ts";
import { FakeCache } from "../store/fake-cache.ts";
import { configWith } from "../support/config.ts";
import { openIsolate } from "../support/isolate.ts";

const START = Date.UTC(2026, 0, 1);
const CROWD = 5;

test.each(Array.from({ length: 40 }, (_, index) => 960 + index))(
  "asked %i ms after the second of its Date",
  async (ms) => {
    // A millisecond goes by each time somebody looks.
    let now = START + ms;
    let asked = 0;
    const fetch = async () => {
      asked += 1;
      const headers = { date: new Date(Math.floor(now / 1000) * 1000).toUTCString() };
      return new Response("now", { headers });
    };
    const isolate = await openIsolate({
      config: configWith({ bindings: { API: { fetch } } }),
      rules: defineRules({ origins: { default: { service: "API" } }, defaults: { edgeTtl: 1 }, rules: [] }),
      cache: new FakeCache().cache,
      clock: () => now++,
    });
    for (const expected of [1, 2, 3]) {
      // Each reads at once: what is stored comes no faster than the first client reads.
      const crowd = Array.from({ length: CROWD }, async () => {
        const { response, settled } = await isolate.ask(new Request("https://api.example.com/"));
        const text = await response.text();
        await settled();
        return text;
      });
      expect(await Promise.all(crowd)).toEqual(Array(CROWD).fill("now"));
      expect(asked).toBe(expected);
      now = Math.floor(now / 1000) * 1000 + 3000 + ms;
    }
  },
);
