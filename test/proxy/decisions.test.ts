/** What a rule decides, seen from outside, where nothing else shows it. */
import { describe, expect, test } from "vitest";
import { eventually, outcomeOf, stage } from "../support/stage.ts";

const HOUR = { "Cache-Control": "max-age=3600" };

const { ask, path, received } = stage({
  cf: {
    country: "DE",
    continent: "EU",
    asn: 64496,
    tlsVersion: "TLSv1.3",
    botManagement: { score: 10, verifiedBot: false },
  },
  rules: {
    rules: [
      { name: "honoured", match: { path: "/honoured/*" }, clientDirectives: "honor" },
      { name: "ignored", match: { path: "/ignored/*" } },
      { name: "guessed", match: { path: "/guessed/*" }, heuristicFreshness: true },
      { name: "stripped", match: { path: "/stripped/*" }, setCookie: "strip" },
      {
        name: "versioned",
        match: { path: "/versioned/*", headers: { "x-deployed": true } },
        key: { version: 2 },
      },
      { name: "unversioned", match: { path: "/versioned/*" }, key: { version: 1 } },
      {
        name: "german",
        match: { path: "/from/*", country: "DE", query: { ask: "country" } },
        respond: { fixed: 200, body: "DE" },
      },
      { name: "african", match: { path: "/from/*", continent: "AF" }, respond: { fixed: 200, body: "AF" } },
      {
        name: "bots",
        match: { path: "/from/*", bot: true, query: { ask: "bot" } },
        respond: { fixed: 200, body: "bot" },
      },
      {
        name: "network",
        match: { path: "/from/*", asn: [1, 64496], tlsVersion: "TLSv1.3", not: { query: { ask: true } } },
        respond: { fixed: 200, body: "network" },
      },
      {
        name: "nested",
        match: {
          path: "/from/*",
          any: [{ query: { a: "1" } }, { cookies: { beta: { matches: "^(on|yes)$" } } }],
        },
        respond: { fixed: 200, body: "nested" },
      },
      {
        name: "local",
        match: { path: "/ip", ip: ["127.0.0.0/8", "::1/128"] },
        respond: { fixed: 200, body: "local" },
      },
    ],
  },
});

async function stored(prefix: string, headers: Record<string, string | string[]> = HOUR): Promise<string> {
  const target = path(prefix, { headers });
  await eventually(async () => outcomeOf(await ask(target)) === "hit");
  return target;
}

describe("clientDirectives", () => {
  test("honoured: a client may demand validation, and forbid that the origin is asked", async () => {
    const target = await stored("/honoured");
    const fresh = await ask(target, { headers: { "Cache-Control": "no-cache" } });
    const absent = await ask(path("/honoured", { headers: HOUR }), {
      headers: { "Cache-Control": "only-if-cached" },
    });
    expect([outcomeOf(fresh), absent.status, outcomeOf(absent)]).toEqual([
      "request-no-cache",
      504,
      "only-if-cached",
    ]);
  });

  test("ignored: no client can make the origin work", async () => {
    const target = await stored("/ignored");
    const answer = await ask(target, {
      headers: { "Cache-Control": "no-cache, no-store", Pragma: "no-cache" },
    });
    expect(outcomeOf(answer)).toBe("hit");
  });
});

test("heuristicFreshness: what was last changed long ago is taken to be fresh for a while", async () => {
  await stored("/guessed", { "Last-Modified": "Thu, 01 Jan 2026 00:00:00 GMT" });
  const unguessed = path("/ignored", { headers: { "Last-Modified": "Thu, 01 Jan 2026 00:00:00 GMT" } });
  await ask(unguessed);
  await eventually(async () => outcomeOf(await ask(unguessed)) === "stale");
});

test("setCookie strip: the copy has no cookie, and neither has the first answer", async () => {
  const target = path("/stripped", { headers: { ...HOUR, "Set-Cookie": ["session=of-the-first", "b=2"] } });
  const first = await ask(target);
  await eventually(async () => outcomeOf(await ask(target)) === "hit");
  const answers = [first, await ask(target)];
  expect(answers.map(({ headers }) => headers["set-cookie"])).toEqual([undefined, undefined]);
});

test("a version leaves the copies of the one before behind", async () => {
  const target = await stored("/versioned");
  const deployed = { headers: { "X-Deployed": "yes" } };
  expect(outcomeOf(await ask(target, deployed))).toBe("uri-miss");
  await eventually(async () => outcomeOf(await ask(target, deployed)) === "hit");
  expect(received(target)).toHaveLength(2);
});

describe("what the platform knows of the client", () => {
  test.each([
    ["/from/1?ask=country", {}, "DE"],
    ["/from/1?ask=bot", {}, "bot"],
    ["/from/1", {}, "network"],
    ["/from/1?ask=&a=1", {}, "nested"],
    ["/from/1?ask=", { Cookie: "x=1; beta=yes" }, "nested"],
    ["/ip", {}, "local"],
    ["/ip", { "X-Forwarded-For": "192.0.2.1", "X-Real-IP": "192.0.2.1" }, "local"],
  ])("%s", async (target, headers, body) => {
    expect((await ask(target, { headers })).body).toBe(body);
  });

  test("none of the rules for others", async () => {
    const answer = await ask("/from/1?ask=", { headers: { Cookie: "beta=yesterday" } });
    expect(outcomeOf(answer)).not.toBe("respond");
  });
});
