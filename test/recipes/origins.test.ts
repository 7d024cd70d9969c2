/** docs/recipes.md: which origin is asked, and what it is sent. */
import { afterAll, describe, expect, test } from "vitest";
import { startOrigin } from "../support/origin.ts";
import { eventually, outcomeOf } from "../support/stage.ts";
import { staged } from "./support.ts";

// What the recipes call hooks, standby and canary: known before the rules are.
const second = await startOrigin();
afterAll(() => second.stop());

describe("Webhooks", () => {
  const { script, ask, received } = staged("Webhooks", {
    replaced: { "https://hooks.example.com": second.url },
  });

  test("every request reaches its own origin, as it was sent", async () => {
    second.script("/webhooks/pay", [{ headers: { "Cache-Control": "public, max-age=60" } }, { status: 500 }]);
    const call = { method: "POST", body: '{"paid": true}', headers: { "X-Signature": "abc" } };
    const answers = [await ask("/webhooks/pay", call), await ask("/webhooks/pay", call)];
    expect(answers.map(({ status }) => status)).toEqual([200, 500]);
    const seen = second.received("/webhooks/pay");
    expect(
      seen.map(({ body, headers }) => [body, headers["x-signature"], headers["x-forwarded-path"]]),
    ).toEqual([
      ['{"paid": true}', "abc", "/webhooks/pay"],
      ['{"paid": true}', "abc", "/webhooks/pay"],
    ]);
    expect(received("/webhooks/pay")).toEqual([]);
  });

  test("nothing is stored, and other routes have the other origin", async () => {
    second.script("/webhooks/list", [{ headers: { "Cache-Control": "public, max-age=60" } }]);
    await ask("/webhooks/list");
    expect(outcomeOf(await ask("/webhooks/list"))).toBe("rule-pass");
    script("/items", [{ body: "default" }]);
    expect((await ask("/items")).body).toBe("default");
  });
});

describe("Two origins, one standing by", () => {
  const { script, ask, received } = staged("Two origins, one standing by", {
    replaced: { "https://standby.example.com": second.url },
  });

  test("a read that the first fails goes to the second, a write does not", async () => {
    script("/api/a", [{ status: 503 }]);
    second.script("/api/a", [{ body: "standby" }]);
    expect((await ask("/api/a")).body).toBe("standby");
    expect((await ask("/api/a", { method: "POST", body: "x" })).status).toBe(503);
    expect(second.received("/api/a").map(({ method }) => method)).toEqual(["GET"]);
    script("/api/well", [{ body: "first" }]);
    expect((await ask("/api/well")).body).toBe("first");
  });

  test("after three failures in a row the first is left alone", async () => {
    script("/api/b", [{ fault: "reset" }]);
    second.script("/api/b", [{ body: "standby", headers: { "Cache-Control": "no-store" } }]);
    await eventually(async () => {
      const before = received("/api/b").length;
      const { body } = await ask(`/api/b?n=${before}`);
      expect(body).toBe("standby");
      return received("/api/b").length === before;
    });
    expect(received("/api/b").length).toBeLessThanOrEqual(4);
  });
});

describe("Canary", () => {
  const { script, ask, received } = staged("Canary", {
    // As good as certain, so that chance does not decide a test.
    replaced: {
      "https://canary.example.com": second.url,
      "default: 95, canary: 5": "default: 1e-9, canary: 1",
    },
  });

  test("who is drawn for the canary gets it, and all who share the copy do", async () => {
    second.script("/shop/a", [{ body: "canary" }]);
    expect((await ask("/shop/a")).body).toBe("canary");
    await eventually(async () => outcomeOf(await ask("/shop/a")) === "hit");
    expect(received("/shop/a")).toEqual([]);
  });

  test("where the canary fails, the other is asked", async () => {
    second.script("/shop/b", [{ status: 500 }]);
    script("/shop/b", [{ body: "default" }]);
    expect((await ask("/shop/b")).body).toBe("default");
  });
});

describe("Canary, forced", () => {
  const { script, ask } = staged("Canary", {
    replaced: {
      "https://canary.example.com": second.url,
      "default: 95, canary: 5": "default: 1, canary: 1e-9",
    },
  });

  test("the header leads to it, and nothing of it is stored", async () => {
    second.script("/shop/c", [{ body: "canary", headers: { "Cache-Control": "max-age=60" } }]);
    script("/shop/c", [{ body: "default" }]);
    const forced = { headers: { "X-Canary": "1" } };
    expect([(await ask("/shop/c", forced)).body, (await ask("/shop/c")).body]).toEqual(["canary", "default"]);
  });
});

describe("A secret that only the origin sees", () => {
  const { script, ask, received } = staged("A secret that only the origin sees", {
    vars: { ORIGIN_KEY: "s3cret" },
  });

  test("every request carries it, whatever the client sends, and answers do not tell the server", async () => {
    const headers = { "Cache-Control": "max-age=60", Server: "gunicorn", "X-Powered-By": "Flask" };
    script("/items", [{ headers }]);
    const forged = { headers: { "X-Origin-Key": "guess" } };
    await ask("/items", forged);
    await ask("/items", { ...forged, method: "POST", body: "x" });
    expect(received("/items").map((seen) => seen.headers["x-origin-key"])).toEqual(["s3cret", "s3cret"]);
    await ask("/items");
    await eventually(async () => outcomeOf(await ask("/items")) === "hit");
    const hit = await ask("/items");
    expect([hit.headers["server"], hit.headers["x-powered-by"]]).toEqual([undefined, undefined]);
    expect(hit.headers["x-content-type-options"]).toBe("nosniff");
    expect(Object.values(hit.headers).join()).not.toContain("s3cret");
  });
});
