/** Who has written sees it, and nobody else pays for it. */
import { describe, expect, test } from "vitest";
import type { ClientResponse } from "../support/client.ts";
import { eventually, outcomeOf, stage } from "../support/stage.ts";
import { SECRET } from "../support/tokens.ts";

const { ask, path, received } = stage({
  rules: {
    rules: [
      { name: "orders", match: { path: "/orders/*", method: ["POST", "PUT"] }, readYourWrites: "10s" },
      { name: "by-cookies", match: { path: "/by-cookies/*" }, key: { cookies: ["theme"] } },
    ],
  },
  vars: { SELVEDGE_SECRET: SECRET },
});

const HOUR = { "Cache-Control": "max-age=3600", ETag: '"v1"' };

/** What a browser sends back of what it was told to keep. */
function kept(answer: ClientResponse): string {
  return (answer.headers["set-cookie"] ?? "").split(";")[0] ?? "";
}

async function storedAt(prefix: string): Promise<string> {
  const target = path(prefix, { headers: HOUR });
  await ask(target);
  await eventually(async () => outcomeOf(await ask(target)) === "hit");
  return target;
}

async function written(): Promise<ClientResponse> {
  return ask(path("/orders", { status: 201 }), { method: "POST", body: "{}" });
}

describe.concurrent("the writer", () => {
  test("is told so by a cookie of ours, on success only", async () => {
    const cookie = (await written()).headers["set-cookie"];
    expect(cookie).toMatch(
      /^selvedge-written=\d{13}\.[0-9a-f]{64}; Path=\/; Max-Age=10; HttpOnly; SameSite=Lax$/,
    );
    const refused = await ask(path("/orders", { status: 422 }), { method: "POST", body: "{}" });
    expect(refused.headers["set-cookie"]).toBeUndefined();
  });

  test("is told so beside the origin's own cookies", async () => {
    const target = path("/orders", { headers: { "Set-Cookie": ["a=1", "b=2"] } });
    const answer = await ask(target, { method: "PUT", body: "{}" });
    const cookies = answer.rawHeaders.filter(([name]) => name.toLowerCase() === "set-cookie");
    expect(cookies).toHaveLength(3);
  });

  test("is not served what is older than its write, anywhere, until it has been asked for once", async () => {
    const target = await storedAt("/elsewhere");
    const headers = { Cookie: kept(await written()) };
    const first = await ask(target, { headers });
    expect([first.body, outcomeOf(first)]).not.toContain("hit");
    expect(received(target)).toHaveLength(2);
    await eventually(async () => outcomeOf(await ask(target, { headers })) === "hit");
  });

  test("has the origin confirm it where that is enough", async () => {
    const target = path("/elsewhere", { headers: HOUR, body: "same" }, { status: 304, headers: HOUR });
    await ask(target);
    await eventually(async () => outcomeOf(await ask(target)) === "hit");
    const answer = await ask(target, { headers: { Cookie: kept(await written()) } });
    expect([answer.status, answer.body]).toEqual([200, "same"]);
    expect(received(target)[1]?.headers["if-none-match"]).toBe('"v1"');
  });

  test("keeps what it says from the origin and from the key", async () => {
    const target = path("/by-cookies", { headers: HOUR });
    await ask(target, { headers: { Cookie: "theme=dark" } });
    const answer = await written();
    await ask(target, { headers: { Cookie: `theme=dark; ${kept(answer)}` } });
    expect(received(target).map(({ headers }) => headers["cookie"])).toEqual(["theme=dark", "theme=dark"]);
    await eventually(
      async () => outcomeOf(await ask(target, { headers: { Cookie: "theme=dark" } })) === "hit",
    );
    const passed = path("/orders", {});
    await ask(passed, { method: "PUT", body: "", headers: { Cookie: kept(answer) } });
    expect(received(passed)[0]?.headers["cookie"]).toBeUndefined();
  });
});

describe.concurrent("all others", () => {
  test("are served what is stored", async () => {
    const target = await storedAt("/elsewhere");
    await written();
    expect(outcomeOf(await ask(target))).toBe("hit");
    expect(outcomeOf(await ask(target, { headers: { Cookie: "a=b" } }))).toBe("hit");
  });

  test("cannot claim to have written", async () => {
    const target = await storedAt("/elsewhere");
    const cookie = kept(await written());
    const forged = [
      cookie.replace(/=\d+/, `=${Date.now()}`),
      `${cookie.slice(0, -1)}${cookie.endsWith("0") ? "1" : "0"}`,
      `selvedge-written=${Date.now()}`,
    ];
    for (const Cookie of forged) expect(outcomeOf(await ask(target, { headers: { Cookie } }))).toBe("hit");
  });
});
