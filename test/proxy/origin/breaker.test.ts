/** Always an answer: an origin that fails is left alone for a while, and asked again by itself. */
import { describe, expect, test } from "vitest";
import { Breaker } from "../../../src/proxy/origin/breaker.ts";
import { drawn } from "../../../src/proxy/origin/shares.ts";
import { Slots } from "../../../src/proxy/origin/slots.ts";

type Step = readonly [second: number, ...does: string[]];

/** Plays steps: "admit", "ok", "fail", "fail 120" (Retry-After), "postpone", and collects what is admitted. */
function play(steps: readonly Step[]): string {
  const breaker = new Breaker({ failures: 3, cooldownSeconds: 30, probe: null });
  return steps
    .flatMap(([second, ...does]) => does.map((what) => act(breaker, second * 1000, what)))
    .filter((admission) => admission !== null)
    .join(" ");
}

function act(breaker: Breaker, now: number, what: string): string | null {
  const [verb, seconds] = what.split(" ");
  if (verb === "admit") return breaker.admit(now);
  if (verb === "ok") breaker.succeeded();
  else if (verb === "postpone") breaker.postpone();
  else breaker.failed(now, seconds === undefined ? null : Number(seconds));
  return null;
}

describe("a circuit breaker", () => {
  test.each<[title: string, steps: Step[], admitted: string]>([
    ["sends while all is well", [[0, "admit", "ok", "admit"]], "send send"],
    ["sends after fewer failures than it takes", [[0, "fail", "fail", "admit"]], "send"],
    ["opens after so many in a row", [[0, "fail", "fail", "fail", "admit"]], "refuse"],
    [
      "a success in between begins the count again",
      [[0, "fail", "fail", "ok", "fail", "fail", "admit"]],
      "send",
    ],
    [
      "stays open for its cooldown",
      [
        [0, "fail", "fail", "fail"],
        [29.9, "admit"],
        [30, "admit"],
      ],
      "refuse test",
    ],
    [
      "lets one test pass, and no other meanwhile",
      [
        [0, "fail", "fail", "fail"],
        [30, "admit", "admit", "admit"],
      ],
      "test refuse refuse",
    ],
    [
      "closes when the test succeeds",
      [
        [0, "fail", "fail", "fail"],
        [30, "admit", "ok", "admit", "admit"],
      ],
      "test send send",
    ],
    [
      "opens again when the test fails, at once",
      [
        [0, "fail", "fail", "fail"],
        [30, "admit", "fail", "admit"],
        [59, "admit"],
        [60, "admit"],
      ],
      "test refuse refuse test",
    ],
    [
      "a test that is never heard of is given up",
      [
        [0, "fail", "fail", "fail"],
        [30, "admit"],
        [89, "admit"],
        [90, "admit"],
      ],
      "test refuse test",
    ],
    [
      "a test that could not be made leaves it to the next",
      [
        [0, "fail", "fail", "fail"],
        [30, "admit", "postpone", "admit"],
      ],
      "test test",
    ],
    [
      "Retry-After keeps it open for longer",
      [
        [0, "fail", "fail", "fail 120"],
        [60, "admit"],
        [120, "admit"],
      ],
      "refuse test",
    ],
    [
      "a shorter Retry-After does not shorten the cooldown",
      [
        [0, "fail", "fail", "fail 1"],
        [29, "admit"],
      ],
      "refuse",
    ],
    [
      "Retry-After counts for ten minutes at most",
      [
        [0, "fail", "fail", "fail 86400"],
        [599, "admit"],
        [600, "admit"],
      ],
      "refuse test",
    ],
  ])("%s", (_, steps, admitted) => {
    expect(play(steps)).toBe(admitted);
  });

  test("says when it is worth to ask again", () => {
    const breaker = new Breaker({ failures: 1, cooldownSeconds: 30, probe: null });
    breaker.failed(0, null);
    expect([0, 29_500, 40_000].map((now) => breaker.secondsLeft(now))).toEqual([30, 1, 1]);
  });
});

describe("a limit on what is under way", () => {
  test("takes so many, and one more for each that is given back", () => {
    const slots = new Slots(2);
    const [first, second, third] = [slots.take(0), slots.take(0), slots.take(0)];
    first?.giveBack();
    first?.giveBack();
    const [fourth, fifth] = [slots.take(0), slots.take(0)];
    expect([first, second, third, fourth, fifth].map((slot) => slot !== null)).toEqual([
      true,
      true,
      false,
      true,
      false,
    ]);
  });

  test("takes back what was lost with a client that left, and not what is still under way", () => {
    const slots = new Slots(2);
    const lost = slots.take(0);
    const alive = slots.take(0);
    alive?.renew(50_000);
    const tried = [59_999, 60_000, 60_000].map((now) => slots.take(now) !== null);
    lost?.renew(60_000);
    expect([...tried, slots.take(110_000) !== null]).toEqual([false, true, false, true]);
  });
});

describe("a choice by shares", () => {
  test.each<[shares: number[], chance: number, index: number]>([
    [[9, 1], 0, 0],
    [[9, 1], 0.899, 0],
    [[9, 1], 0.9, 1],
    [[9, 1], 0.999, 1],
    [[0, 1], 0, 1],
    [[1, 0], 0.999, 0],
    [[0.5], 0.7, 0],
    [[1, 1, 2], 0.5, 2],
  ])("of %j at %f: %i", (shares, chance, index) => {
    expect(drawn(shares, chance)).toBe(index);
  });
});
