/** Always an answer, and explained: what a rule answers by itself never reaches the origin. */
import { describe, expect, test } from "vitest";
import { outcomeOf, stage } from "../../support/stage.ts";

const { ask, received } = stage({
  rules: {
    rules: [
      {
        name: "old-api",
        match: { path: "/v1/items/:id" },
        respond: { redirect: "/v2/items/{id}{search}", status: 308 },
      },
      { name: "moved", match: { path: "/moved/*" }, respond: { redirect: "https://new.example.com{path}" } },
      {
        name: "scrapers",
        match: { headers: { "user-agent": { matches: "^Scraper" } } },
        respond: { block: 403, body: "no" },
      },
      {
        name: "closed",
        match: { path: "/closed" },
        respond: { maintenance: true, retryAfter: "10m", body: "back soon" },
      },
      {
        name: "robots",
        match: { path: "/robots.txt" },
        respond: {
          fixed: 200,
          headers: { "Content-Type": "text/plain", "Cache-Control": "max-age=60" },
          body: "Disallow: /",
        },
      },
    ],
  },
});

describe("an answer without the origin", () => {
  test("a redirect, with what the path and the query were", async () => {
    const answer = await ask("/v1/items/a%2Fb?x=1");
    expect([answer.status, answer.headers["location"]]).toEqual([308, "/v2/items/a%2Fb?x=1"]);
    expect(outcomeOf(answer)).toBe("respond");
    expect(received("/v1/items/a%2Fb")).toEqual([]);
  });

  test("a redirect leads to the rule's host, whatever the path says", async () => {
    const answer = await ask("/moved//evil.example/x");
    expect(answer.status).toBe(302);
    expect(new URL(answer.headers["location"] ?? "").host).toBe("new.example.com");
  });

  test("a block", async () => {
    const answer = await ask("/anything", { headers: { "User-Agent": "Scraper/1" } });
    expect([answer.status, answer.body, outcomeOf(answer)]).toEqual([403, "no", "blocked"]);
    expect(answer.headers["cache-control"]).toBe("no-store");
    expect(received("/anything")).toEqual([]);
  });

  test("maintenance, with when to come again", async () => {
    const answer = await ask("/closed", { method: "POST", body: "x" });
    expect([answer.status, answer.body, answer.headers["retry-after"], outcomeOf(answer)]).toEqual([
      503,
      "back soon",
      "600",
      "maintenance",
    ]);
    expect(received("/closed")).toEqual([]);
  });

  test("a fixed response, its head alone to HEAD", async () => {
    const [got, head] = [await ask("/robots.txt"), await ask("/robots.txt", { method: "HEAD" })];
    expect([got.status, got.body, got.headers["cache-control"]]).toEqual([200, "Disallow: /", "max-age=60"]);
    expect([head.status, head.body, head.headers["content-type"]]).toEqual([200, "", "text/plain"]);
    expect(received("/robots.txt")).toEqual([]);
  });
});
