/** A secret is in force as soon as it is put: one that is too short costs those who need it their cache, and nobody an answer. */
import { describe, expect, test } from "vitest";
import { eventually, outcomeOf, stage } from "../support/stage.ts";

const stand = stage({
  rules: {
    rules: [
      { name: "user", match: { path: "/user/*" }, scope: "user" },
      { name: "wrote", match: { path: "/wrote/*" }, readYourWrites: "1m" },
    ],
  },
  vars: { SELVEDGE_SECRET: "too short" },
});
const { ask, path } = stand;
const FRESH = { headers: { "Cache-Control": "max-age=60" } };

describe("a SELVEDGE_SECRET that is too short", () => {
  test("what is for everybody is cached all the same", async () => {
    const target = path("/all", FRESH);
    await ask(target);
    await eventually(async () => outcomeOf(await ask(target)) === "hit");
  });

  test("what is for one user passes, uncached", async () => {
    const target = path("/user", FRESH);
    const asAnn = { headers: { Authorization: "Bearer ann" } };
    const answers = [await ask(target, asAnn), await ask(target, asAnn)];
    expect(answers.map((answer) => [answer.body, outcomeOf(answer)])).toEqual([
      ["answer 1", "no-identity"],
      ["answer 2", "no-identity"],
    ]);
  });

  test("a write is answered, and nothing is signed with it", async () => {
    const written = await ask(path("/wrote", { status: 201 }), { method: "POST", body: "x" });
    expect([written.status, written.headers["set-cookie"]]).toEqual([201, undefined]);
  });

  test("the log says what is wrong and what is allowed, and not the secret", async () => {
    await ask(path("/user", FRESH), { headers: { Authorization: "Bearer ann" } });
    const told = () => stand.worker.logs.filter((line) => line.includes("SELVEDGE_SECRET"));
    await eventually(() => told().length > 0);
    expect(told().join("\n")).toMatch(/9 characters.*at least 32 characters/);
    expect(told().join("\n")).not.toContain("too short");
  });
});
