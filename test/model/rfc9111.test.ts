/**
 * The proxy as it is deployed, against a second cache that was written from RFC 9111 alone: the same requests, the same
 * origin, the same clock. `MODEL_RUNS` makes it look further, `FUZZ_SEED` elsewhere.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { run, type Tally } from "./run.ts";
import { scripts } from "./scripts.ts";

const RUNS = Number(process.env["MODEL_RUNS"] ?? 600);
const STEPS = 30;

it("answers each request as a cache written from RFC 9111 does, and stores what it does", async () => {
  const tally: Tally = { pass: 0, write: 0, serve: 0, ask: 0, refuse: 0, refresh: 0, again: 0 };
  await fc.assert(
    fc.asyncProperty(scripts(STEPS), ([rule, steps]) => run(rule, steps, tally)),
    { numRuns: RUNS },
  );
  // Each kind of plan has been come to, or this would prove less than it says.
  expect(Math.min(...Object.values(tally))).toBeGreaterThan(RUNS / 20);
}, 600_000);
