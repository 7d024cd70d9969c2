/** What is loaded when it is first needed: once it is there it costs no promise, and no failure is kept. */
import { expect, test } from "vitest";
import { Late } from "../../src/proxy/late.ts";

test("is not at hand before it is loaded, and from then on it is", async () => {
  const late = new Late(async () => "module");
  expect(late.atHand).toBeNull();
  expect(await late.load()).toBe("module");
  expect(late.atHand).toBe("module");
});

test("that could not be loaded is tried again for the next who needs it", async () => {
  const outcomes = [() => Promise.reject(new Error("not now")), () => Promise.resolve("module")];
  const late = new Late(() => outcomes.shift()?.() ?? Promise.reject(new Error("no more")));
  await expect(late.load()).rejects.toThrow("not now");
  expect(late.atHand).toBeNull();
  expect(await late.load()).toBe("module");
});

test("whoever's own loading hangs holds up nobody else", async () => {
  const outcomes = [() => new Promise<string>(() => {}), () => Promise.resolve("module")];
  const late = new Late(() => outcomes.shift()?.() ?? Promise.reject(new Error("no more")));
  void late.load();
  expect(await late.load()).toBe("module");
  expect(late.atHand).toBe("module");
});
