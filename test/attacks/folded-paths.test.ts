/** Never a wrong answer: what a rule passes, or keeps for one user, is not had by another spelling of its path. */
import { describe, expect, test } from "vitest";
import { eventually, outcomeOf, stage } from "../support/stage.ts";

const { ask, script, received } = stage({
  vars: { SELVEDGE_SECRET: "a secret that is thirty-two characters long" },
  rules: {
    defaults: { key: { pathCase: "insensitive", trailingSlash: "strip" }, edgeTtl: "10m" },
    rules: [
      { name: "account", match: { path: ["/account", "/account/*"] }, cache: false },
      { name: "own", match: { path: "/own/:page" }, scope: "user" },
      { name: "moved", match: { path: "/gone" }, respond: { block: 410 } },
      { name: "item", match: { path: "/Items/:id" }, tags: ["item:{id}"] },
    ],
  },
});

const rule = ({ headers }: { headers: Readonly<Record<string, string>> }) =>
  /;rule="?([\w-]+)/.exec(headers["cache-status"] ?? "")?.[1] ?? null;

describe("a path that folds into another rule's", () => {
  test.each(["/ACCOUNT/1", "/Account/1/", "/account/1//", "/%61CCOUNT/1"])("is passed: %s", async (path) => {
    script("/account/1", { body: "mine" });
    script("/ACCOUNT/1", { body: "mine" });
    script("/Account/1/", { body: "mine" });
    script("/account/1//", { body: "mine" });
    script("/aCCOUNT/1", { body: "mine" });
    const answers = [await ask(path), await ask(path)];
    expect(answers.map(rule)).toEqual(["account", "account"]);
    expect(answers.map(outcomeOf)).toEqual(["rule-pass", "rule-pass"]);
  });

  test("is kept for its user", async () => {
    script("/own/page", { headers: { "Cache-Control": "max-age=60" }, body: "of a" });
    await ask("/own/page", { headers: { Authorization: "Bearer a" } });
    const other = await ask("/OWN/Page/", { headers: { Authorization: "Bearer b" } });
    expect([rule(other), outcomeOf(other)]).toEqual(["own", "uri-miss"]);
    expect(received("/own/page")).toHaveLength(2);
  });

  test("is blocked", async () => {
    expect((await ask("/GONE/")).status).toBe(410);
  });

  test("shares one copy with it, asked for in one spelling", async () => {
    script("/free", { body: "free" });
    await ask("/FREE/");
    await eventually(async () => outcomeOf(await ask("/free")) === "hit");
    expect([received("/FREE/").length, received("/free").length]).toEqual([0, 1]);
  });
});
