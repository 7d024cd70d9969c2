import { expect, test } from "vitest";
import { Flights, type Landing } from "../../../src/proxy/refresh/flights.ts";

const LANDED: Landing = { kind: "not-shared" };

test("who comes while an answer is being stored is told the same as those who waited", async () => {
  const flights = new Flights();
  const storing = Promise.withResolvers<void>();
  flights.takeOff("a", true).land(LANDED, storing.promise);
  expect(await flights.underWay("a")?.landing).toBe(LANDED);
  storing.resolve();
  await storing.promise;
  expect(flights.underWay("a")).toBeNull();
});

test("a flight whose answer could not be stored is over all the same", async () => {
  const flights = new Flights();
  const storing = Promise.reject(new Error("the store is broken"));
  flights.takeOff("a", true).land(LANDED, storing);
  await storing.catch(() => {});
  expect(flights.underWay("a")).toBeNull();
});

test("a landing is told once, and ends no other flight", async () => {
  const flights = new Flights();
  const first = flights.takeOff("a", true);
  first.land(LANDED);
  flights.takeOff("a", true);
  first.land({ kind: "personal" });
  expect(await first.landing).toBe(LANDED);
  expect(flights.size).toBe(1);
});
