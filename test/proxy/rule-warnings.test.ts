/** Explained: a window that the origin silences is said so, once, in words. */
import { expect, test } from "vitest";
import { outcomeOf, stage } from "../support/stage.ts";

const running = stage({
  vars: { LOG: "json" },
  rules: { rules: [{ name: "list", match: { path: "/list/*" }, staleWhileRevalidate: "1h" }] },
});

const SILENCED = { "Cache-Control": "s-maxage=60", Age: "100", ETag: '"v1"' };

test("an s-maxage that ends the rule's stale-while-revalidate", async () => {
  const paths = ["/list", "/list"].map((prefix) => running.path(prefix, { headers: SILENCED }));
  for (const path of [...paths, ...paths, ...paths]) await running.ask(path);
  const warnings = running.worker.logs.filter((line) => line.includes("rule-without-effect"));
  expect(warnings.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({ rule: "list", reason: "stale-forbidden", url: paths[0] }),
  ]);
  const answer = await running.ask(paths[1] ?? "");
  expect(outcomeOf(answer)).toBe("stale-forbidden");
});
