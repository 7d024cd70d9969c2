/** docs/recipes.md: lists, pages, search. What stands under "What happens" is checked over HTTP. */
import { describe, expect, test } from "vitest";
import { eventually, outcomeOf } from "../support/stage.ts";
import { distinct, HOUR, staged } from "./support.ts";

describe("Product list", () => {
  const { script, ask, received } = staged("Product list");

  test("a minute's requests, tracked or not, are one to the origin", async () => {
    script("/products", [{ headers: { "Cache-Control": "no-transform" } }]);
    const first = await ask("/products?utm_source=mail&page=1");
    await eventually(async () => outcomeOf(await ask("/products?page=1&fbclid=x")) === "hit");
    expect(first.headers["cache-control"]).toContain("max-age=5");
    expect(distinct(received("/products").map(({ url }) => url))).toEqual(["/products?page=1"]);
  });
});

describe("Product list, past its thirty seconds", () => {
  const { script, ask } = staged("Product list", { replaced: { 'edgeTtl: "30s"': "edgeTtl: 0" } });

  test("it is served stale and fetched behind the answer", async () => {
    script("/products", [{ body: "old" }]);
    await eventually(async () => outcomeOf(await ask("/products")) === "stale-while-revalidate");
    script("/products", [{ body: "new" }]);
    expect((await ask("/products")).body).toBe("old");
    await eventually(async () => (await ask("/products")).body === "new");
  });

  test("an origin that sends s-maxage forbids it", async () => {
    script("/products", [{ headers: { "Cache-Control": "s-maxage=60", ETag: '"v1"' } }]);
    await eventually(async () => outcomeOf(await ask("/products?own=1")) === "stale-forbidden");
  });
});

describe("Product list, past its stale window", () => {
  const { script, ask } = staged("Product list", {
    replaced: { 'edgeTtl: "30s"': "edgeTtl: 0", 'staleWhileRevalidate: "5m"': "staleWhileRevalidate: 0" },
  });

  test("the copy stands in for an origin that fails", async () => {
    script("/products", [{ body: "old" }]);
    await eventually(async () => outcomeOf(await ask("/products")) === "stale");
    script("/products", [{ status: 503, body: "down" }, { fault: "reset" }]);
    const [on503, onReset] = [await ask("/products"), await ask("/products")];
    expect([on503, onReset].map(({ status, body }) => [status, body])).toEqual([
      [200, "old"],
      [200, "old"],
    ]);
    expect(outcomeOf(on503)).toBe("stale-if-error");
  });
});

describe("Product page, current after a write", () => {
  const { script, ask } = staged("Product page, current after a write");
  const READS = ["/products/7", "/products?page=2", "/stock/7", "/products/8"];

  const warm = async (): Promise<void> => {
    for (const path of READS) {
      script(path.split("?", 1)[0] ?? "", [{ headers: HOUR }]);
      await eventually(async () => outcomeOf(await ask(path)) === "hit");
    }
  };

  test("a successful write changes the product, the lists and the stock at once, and no other product", async () => {
    await warm();
    script("/products/7", [{ status: 200 }]);
    await ask("/products/7", { method: "PUT", body: "{}" });
    const outcomes = await Promise.all(READS.map(async (path) => outcomeOf(await ask(path)) === "hit"));
    expect(outcomes).toEqual([false, false, false, true]);
  });

  test("a failed write changes nothing", async () => {
    await warm();
    script("/products/7", [{ status: 409 }]);
    await ask("/products/7", { method: "PUT", body: "{}" });
    expect(outcomeOf(await ask("/products/7"))).toBe("hit");
  });

  test("browsers ask each time", async () => {
    script("/products/9", [{ headers: { ...HOUR, ETag: '"v1"' } }]);
    expect((await ask("/products/9")).headers["cache-control"]).toContain("no-cache");
    await eventually(async () => outcomeOf(await ask("/products/9")) === "hit");
    expect((await ask("/products/9", { headers: { "If-None-Match": '"v1"' } })).status).toBe(304);
  });
});

describe("Search", () => {
  const { script, ask, received } = staged("Search");

  test("spellings of one search are one copy, and the origin sees what is named, in order", async () => {
    script("/search", [{}]);
    await ask("/search?q=loom&page=1&utm_source=mail&debug=1");
    await eventually(async () => outcomeOf(await ask("/search?page=1&q=loom")) === "hit");
    const other = await ask("/search?page=1&q=loom&filter_color=red");
    expect(outcomeOf(other)).toBe("uri-miss");
    expect(distinct(received("/search").map(({ url }) => url))).toEqual([
      "/search?page=1&q=loom",
      "/search?filter_color=red&page=1&q=loom",
    ]);
  });
});

describe("GraphQL over POST", () => {
  const { script, ask, received } = staged("GraphQL over POST");
  const QUERY = { "X-GraphQL-Operation": "query", "Content-Type": "application/json" };
  const post = (body: string, headers: Record<string, string> = QUERY) =>
    ask("/graphql", { method: "POST", body, headers });

  test("equal bodies share an answer, others do not", async () => {
    script("/graphql", [{}]);
    await eventually(async () => outcomeOf(await post('{"query":"{ a }"}')) === "hit");
    expect(outcomeOf(await post('{"query":"{ b }"}'))).toBe("uri-miss");
    expect(distinct(received("/graphql").map(({ method, body }) => [method, body]))).toEqual([
      ["POST", '{"query":"{ a }"}'],
      ["POST", '{"query":"{ b }"}'],
    ]);
  });

  test("mutations, long bodies and whoever is signed in pass", async () => {
    script("/graphql", [{}]);
    const before = received("/graphql").length;
    const passed = [
      await post('{"mutation":1}', {}),
      await post('{"mutation":1}', {}),
      await post("x".repeat(33_000)),
      await post("x".repeat(33_000)),
      await post('{"query":"{ c }"}', { ...QUERY, Authorization: "Bearer x" }),
      await post('{"query":"{ c }"}', { ...QUERY, Authorization: "Bearer x" }),
    ];
    expect(passed.map(outcomeOf)).not.toContain("hit");
    expect(received("/graphql").length - before).toBe(passed.length);
  });
});

describe("Not found, for half a minute", () => {
  const { script, ask, received } = staged("Not found, for half a minute");

  test.each([404, 410])("a %i is kept although the origin says nothing of it", async (status) => {
    const path = `/items/gone-${status}`;
    script(path, [{ status }]);
    await eventually(async () => outcomeOf(await ask(path)) === "hit");
    expect((await ask(path)).status).toBe(status);
    expect((await ask(path)).headers["cache-status"]).toMatch(
      status === 404 ? /ttl=(?:30|2\d)\b/ : /ttl=3[56]\d\d/,
    );
  });

  test("a 5xx is not, although it does", async () => {
    script("/items/broken", [{ status: 501, headers: HOUR }]);
    const answers = [await ask("/items/broken"), await ask("/items/broken")];
    expect(answers.map(outcomeOf)).toEqual(["status-never", "status-never"]);
    expect(received("/items/broken")).toHaveLength(2);
  });
});
