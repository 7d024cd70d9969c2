/** A request without what a rule requires reaches neither copies nor the origin. */
import { describe, expect, test } from "vitest";
import { eventually, outcomeOf, stage } from "../support/stage.ts";

const { ask, path, received } = stage({
  rules: {
    rules: [
      {
        name: "app",
        match: { path: "/app/*" },
        edgeTtl: "1h",
        require: {
          headers: { "X-App-Version": true, "X-Platform": ["ios", "android"], "X-Debug": false },
        },
      },
      {
        name: "conditional",
        match: { path: "/conditional/*" },
        cache: false,
        cors: { origins: "*", methods: ["PUT"], headers: "*" },
        require: { headers: { "if-match": { matches: '^"\\w+"$' } }, status: 428 },
      },
    ],
  },
});

const GOOD = { "X-App-Version": "7", "X-Platform": "ios" };

describe("required header fields", () => {
  test.each<[title: string, fields: Record<string, string>, status: number]>([
    ["all of them", GOOD, 200],
    ["another of the values", { ...GOOD, "X-Platform": "android" }, 200],
    ["none", {}, 403],
    ["one of two", { "X-App-Version": "7" }, 403],
    ["another value", { ...GOOD, "X-Platform": "web" }, 403],
    ["a value in capitals", { ...GOOD, "X-Platform": "IOS" }, 403],
    ["two values", { ...GOOD, "X-Platform": "ios, android" }, 403],
    ["one that must not be there", { ...GOOD, "X-Debug": "1" }, 403],
  ])("%s", async (_, headers, status) => {
    const target = path("/app", {});
    await eventually(async () => outcomeOf(await ask(target, { headers: GOOD })) === "hit");
    const answer = await ask(target, { headers });
    expect(answer.status).toBe(status);
    if (status === 200) return;
    expect(outcomeOf(answer)).toBe("required-field");
    expect(answer.headers).toMatchObject({
      "content-type": "application/problem+json",
      "cache-control": "no-store",
    });
    expect(JSON.parse(answer.body)).toMatchObject({ status: 403, code: "required-field" });
    expect(received(target)).toHaveLength(1);
  });

  test("with a status of the rule's own, for writes too, and a preflight needs none", async () => {
    const target = path("/conditional", {});
    const put = (headers: Record<string, string>) => ask(target, { method: "PUT", body: "x", headers });
    expect([(await put({})).status, (await put({ "If-Match": "*" })).status]).toEqual([428, 428]);
    expect((await put({ "If-Match": '"v1"' })).status).toBe(200);
    const preflight = { Origin: "https://a.example", "Access-Control-Request-Method": "PUT" };
    expect((await ask(target, { method: "OPTIONS", headers: preflight })).status).toBe(204);
    expect(received(target)).toHaveLength(1);
  });
});
