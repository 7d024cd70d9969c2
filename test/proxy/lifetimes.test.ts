/** Lifetimes, windows and what browsers are told, as rules and origin word them, seen from outside. */
import { describe, expect, test } from "vitest";
import type { ClientResponse } from "../support/client.ts";
import { eventually, outcomeOf, stage } from "../support/stage.ts";

const cc = (value: string) => ({ "Cache-Control": value });

const { ask, path, script, received } = stage({
  rules: {
    rules: [
      {
        name: "errors",
        match: { path: "/errors/*" },
        edgeTtl: { fallback: "1h", byStatus: { "404": "1h", "5xx": "never" } },
      },
      { name: "silent", match: { path: "/silent/*" }, edgeTtl: { fallback: "1h" } },
      { name: "bounded", match: { path: "/bounded/*" }, edgeTtl: { max: "60s" } },
      { name: "jittered", match: { path: "/jittered/*" }, edgeTtl: { override: "1d", jitter: "50%" } },
      { name: "keyed", match: { path: "/keyed/*" }, edgeTtl: "1h", key: { cookies: ["theme"] } },
      { name: "window", match: { path: "/window/*" }, staleWhileRevalidate: "1h", staleIfError: "1h" },
      {
        name: "lifted",
        match: { path: "/lifted/*" },
        staleWhileRevalidate: { window: "1h", override: true },
      },
      { name: "errorless", match: { path: "/errorless/*" }, staleIfError: { window: "1h", override: true } },
      {
        name: "browser",
        match: { path: "/browser/*" },
        edgeTtl: "1h",
        browserTtl: { fallback: "1m", max: "2m", byStatus: { "404": "never" } },
      },
    ],
  },
});

const statusOf = (answer: ClientResponse) => answer.headers["cache-status"] ?? "";

/** The first answer from the copy, once that is in place. Fails where there never is one. */
async function fromCopy(target: string, fields: Record<string, string> = {}): Promise<ClientResponse> {
  let answer = await ask(target, { headers: fields });
  await eventually(async () => {
    answer = await ask(target, { headers: fields });
    return statusOf(answer).includes(";hit");
  });
  return answer;
}

describe("edgeTtl", () => {
  test("an error is stored where the rule says so of its status", async () => {
    expect((await fromCopy(path("/errors", { status: 404 }))).status).toBe(404);
  });

  test("what is never to be stored is not, whatever the origin says", async () => {
    const target = path("/errors", { status: 503, headers: cc("max-age=60") });
    expect(outcomeOf(await ask(target))).toBe("status-never");
  });

  test("an error does not fall under a fallback", async () => {
    const target = path("/silent", { status: 404 });
    expect(outcomeOf(await ask(target))).toBe("no-lifetime");
  });

  test("max bounds what the origin allows", async () => {
    const target = path("/bounded", { headers: cc("max-age=3600") });
    expect(statusOf(await fromCopy(target))).toMatch(/;ttl=(59|60)\b/);
  });

  test("jitter shortens the lifetime, and leaves it the same for all who ask", async () => {
    const target = path("/jittered", {});
    const answers = [await fromCopy(target), await ask(target)];
    const ttls = answers.map((answer) => Number(/;ttl=(\d+)/.exec(statusOf(answer))?.[1]));
    for (const seconds of ttls) expect([seconds >= 43_190, seconds <= 86_400]).toEqual([true, true]);
    expect(Math.abs((ttls[0] ?? 0) - (ttls[1] ?? 0))).toBeLessThanOrEqual(2);
  });
});

describe("requestCookies", () => {
  test("what came under a cookie is not shared on the rule's word alone", async () => {
    const target = path("/silent", { body: "of ann" }, { body: "of bob" });
    await ask(target, { headers: { Cookie: "session=ann" } });
    const answer = await ask(target, { headers: { Cookie: "session=bob" } });
    expect([outcomeOf(answer), answer.body]).toEqual(["request-cookies", "of bob"]);
  });

  test("it is shared where the origin gives a lifetime", async () => {
    const target = path("/silent", { headers: cc("max-age=60") });
    expect((await fromCopy(target, { Cookie: "session=ann" })).status).toBe(200);
  });

  test("and where every cookie is in the key", async () => {
    const target = path("/keyed", { body: "dark" }, { body: "light" });
    const dark = await fromCopy(target, { Cookie: "theme=dark; session=ann" });
    const light = await fromCopy(target, { Cookie: "theme=light; session=bob" });
    expect([dark.body, light.body]).toEqual(["dark", "light"]);
  });
});

describe("stale windows", () => {
  test("a window that s-maxage forbids does nothing", async () => {
    const target = path("/window", { headers: { ...cc("s-maxage=0"), ETag: '"v1"' } });
    await eventually(async () => statusOf(await ask(target)).includes("fwd=stale"));
    expect(received(target).at(-1)?.headers["if-none-match"]).toBe('"v1"');
  });

  test("one that overrides serves stale, and refreshes behind the answer", async () => {
    const target = path("/lifted", { headers: { ...cc("s-maxage=0"), ETag: '"v1"' } });
    expect(outcomeOf(await fromCopy(target))).toBe("stale-while-revalidate");
    await eventually(() => received(target).at(-1)?.headers["if-none-match"] === '"v1"');
  });

  test("on an error too", async () => {
    const target = path("/errorless", {
      headers: { ...cc("s-maxage=0, must-revalidate"), ETag: '"v1"' },
      body: "old",
    });
    await eventually(async () => {
      await ask(target);
      return received(target).at(-1)?.headers["if-none-match"] === '"v1"';
    });
    script(target, { status: 503 });
    const answer = await ask(target);
    expect([answer.status, answer.body, outcomeOf(answer)]).toEqual([200, "old", "stale-if-error"]);
  });
});

describe("browserTtl", () => {
  test.each([
    ["silence", {}, "max-age=60"],
    ["too long", cc("public, max-age=3600, immutable"), "public, max-age=120, immutable"],
    ["short enough", cc("max-age=30"), "max-age=30"],
  ])("%s: from the origin and from the cache alike", async (_, headers, expected) => {
    const target = path("/browser", { headers });
    const answers = [await ask(target), await fromCopy(target)];
    expect(answers.map((answer) => answer.headers["cache-control"])).toEqual([expected, expected]);
  });
});

describe("tags", () => {
  test("reach no client, stored or passed", async () => {
    const tags = { "Cache-Tag": "a", "Surrogate-Key": "b", xkey: "c" };
    const stored = path("/silent", { headers: tags });
    const passed = path("/silent", { headers: { ...tags, ...cc("no-store") } });
    for (const answer of [await ask(stored), await fromCopy(stored), await ask(passed)]) {
      for (const name of ["cache-tag", "surrogate-key", "xkey"]) expect(answer.headers[name]).toBeUndefined();
    }
  });
});
