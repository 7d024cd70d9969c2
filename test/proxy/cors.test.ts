/** Never a wrong answer: what one site was allowed is not pinned into the copy that others get. */
import { describe, expect, test } from "vitest";
import { eventually, outcomeOf, stage } from "../support/stage.ts";

const HOUR = { "Cache-Control": "max-age=3600" };

const { ask, received, path } = stage({
  rules: {
    rules: [
      {
        name: "app",
        match: { path: "/app/*" },
        cors: {
          origins: ["https://app.example.com", "https://*.partner.example"],
          methods: ["GET", "PUT"],
          headers: ["content-type", "x-token"],
          exposeHeaders: ["x-total"],
          credentials: true,
          maxAge: "1h",
        },
      },
      { name: "open", match: { path: "/open/*" }, cors: { origins: "*" } },
      {
        name: "writes",
        match: { path: "/by-method/*", method: "PUT" },
        cors: { origins: "*", methods: ["PUT"] },
      },
      { name: "reads", match: { path: "/by-method/*", method: "GET" } },
    ],
  },
});

const from = (site: string, fields: Record<string, string> = {}) => ({
  headers: { Origin: site, ...fields },
});

describe("CORS at the edge", () => {
  test("a preflight is answered without the origin", async () => {
    const target = path("/app", { headers: HOUR });
    const asked = { "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "x-token" };
    const answer = await ask(target, { method: "OPTIONS", ...from("https://app.example.com", asked) });
    expect(answer.status).toBe(204);
    expect(answer.headers["access-control-allow-origin"]).toBe("https://app.example.com");
    expect(answer.headers["access-control-allow-methods"]).toContain("PUT");
    expect(answer.headers["access-control-max-age"]).toBe("3600");
    expect(answer.headers["access-control-allow-credentials"]).toBe("true");
    expect(outcomeOf(answer)).toBe("preflight");
    expect(received(target)).toEqual([]);
  });

  test("each site is answered for itself from one copy, and the origin's own fields do not show", async () => {
    const pinned = { "Access-Control-Allow-Origin": "https://first.example", "X-Total": "3" };
    const target = path("/app", { headers: { ...HOUR, ...pinned } });
    const first = await ask(target, from("https://app.example.com"));
    await eventually(async () => outcomeOf(await ask(target)) === "hit");
    const second = await ask(target, from("https://a.partner.example"));
    const stranger = await ask(target, from("https://evil.example"));
    const allowed = [first, second, stranger].map(({ headers }) => headers["access-control-allow-origin"]);
    expect(allowed).toEqual(["https://app.example.com", "https://a.partner.example", undefined]);
    expect([second, stranger].map(outcomeOf)).toEqual(["hit", "hit"]);
    expect(second.headers["vary"]?.toLowerCase()).toContain("origin");
    expect(second.headers["access-control-expose-headers"]).toBe("x-total");
    expect(received(target)).toHaveLength(1);
    expect(received(target)[0]?.headers["origin"]).toBeUndefined();
  });

  test("a public API allows everybody, without varying", async () => {
    const target = path("/open", { headers: HOUR });
    const answer = await ask(target, from("https://anyone.example"));
    expect(answer.headers["access-control-allow-origin"]).toBe("*");
    expect(answer.headers["vary"]).toBeUndefined();
  });

  test("a 304 and an error of ours are readable to the site too", async () => {
    const target = path("/app", { headers: { ...HOUR, ETag: '"v1"' } });
    await ask(target);
    const fields = { "If-None-Match": '"v1"' };
    const unchanged = await ask(target, from("https://app.example.com", fields));
    expect([unchanged.status, unchanged.headers["access-control-allow-origin"]]).toEqual([
      304,
      "https://app.example.com",
    ]);
    const broken = await ask(path("/app", { fault: "reset" }), from("https://app.example.com"));
    expect([broken.status, broken.headers["access-control-allow-origin"]]).toEqual([
      502,
      "https://app.example.com",
    ]);
  });

  test("a preflight falls under the rule of the request that it asks for", async () => {
    const target = path("/by-method", { status: 405 });
    const preflight = (method: string) =>
      ask(target, {
        method: "OPTIONS",
        ...from("https://anyone.example", { "Access-Control-Request-Method": method }),
      });
    const [put, get] = [await preflight("PUT"), await preflight("GET")];
    expect([put.status, put.headers["access-control-allow-methods"], get.status]).toEqual([204, "PUT", 405]);
  });

  test("a write still tells the origin where it came from", async () => {
    const target = path("/app", { status: 204 });
    await ask(target, { method: "PUT", body: "x", ...from("https://app.example.com") });
    expect(received(target)[0]?.headers["origin"]).toBe("https://app.example.com");
  });
});
