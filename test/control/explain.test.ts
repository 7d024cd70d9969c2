/** Explained: what would be done with a request, by the decisions that serve it, and nothing done. */
import { describe, expect, test } from "vitest";
import { send } from "../support/client.ts";
import { eventually, outcomeOf, stage } from "../support/stage.ts";

const TOKEN = "a-token-of-some-length";
const HOUR = { "Cache-Control": "max-age=3600" };

const running = stage({
  vars: { CONTROL_TOKEN: TOKEN, SELVEDGE_SECRET: "a secret that is thirty-two characters long" },
  rules: {
    rules: [
      { name: "writes", match: { method: ["POST", "PUT"] }, cache: false },
      { name: "user", match: { path: "/user/*" }, scope: "user" },
      {
        name: "list",
        match: { path: "/list/*" },
        query: { include: ["page"] },
        key: { language: ["en", "de"] },
        tags: ["list"],
      },
      {
        name: "keyed",
        match: { path: "/keyed/*" },
        key: { headers: ["x-api-key", "x-plan"], cookies: ["session"] },
      },
      { name: "closed", match: { path: "/closed" }, respond: { maintenance: true } },
      { name: "varying", match: { path: "/varying/*" }, staleWhileRevalidate: "1h" },
    ],
  },
});
const { ask, path, received } = running;

async function explained(query: string, status = 200, route = "explain"): Promise<Record<string, unknown>> {
  const answer = await send(`${running.worker.url}/__selvedge/${route}?${query}`, {
    headers: { Authorization: `Bearer ${TOKEN}` },
  });
  expect(answer.status).toBe(status);
  return JSON.parse(answer.body);
}

async function stored(prefix: string, query = ""): Promise<string> {
  const target = path(prefix, { headers: HOUR });
  await eventually(async () => outcomeOf(await ask(target + query)) === "hit");
  return target;
}

describe("explain", () => {
  test("the rule, why not the ones before it, the key and what it is made of, and that nothing is stored", async () => {
    const target = path("/list", { headers: HOUR });
    const told = await explained(`url=${target}%3Fpage=2%26utm=x&header=Accept-Language:%20de-AT`);
    expect(told).toMatchObject({
      rule: "list",
      rulesBefore: [
        { index: 0, name: "writes", whyNot: 'method "GET" is not "POST" or "PUT"' },
        { index: 1, name: "user", whyNot: `path "${target}" does not match "/user/*"` },
      ],
      plan: { kind: "lookup" },
      key: { uri: `${running.worker.url}${target}?page=2`, key: expect.stringContaining('"language":"de"') },
      canonical: { url: `${running.worker.url}${target}?page=2`, fields: { "accept-language": "de" } },
      stored: null,
      decision: { kind: "fetch", reason: "uri-miss", section: "RFC 9111 §4" },
    });
    expect(received(target)).toEqual([]);
  });

  test("what is stored, its freshness, and that it would be served", async () => {
    const target = await stored("/list", "?page=1");
    const told = await explained(`url=${target}%3Fpage=1`);
    expect(told).toMatchObject({
      stored: {
        status: 200,
        rule: "list",
        tags: ["list"],
        freshness: { lifetimeSeconds: 3600, from: "max-age" },
      },
      purge: null,
      decision: { kind: "serve", reason: "fresh" },
    });
    expect(received(target)).toHaveLength(1);
  });

  test("a purge, and what it makes of the copy", async () => {
    const target = await stored("/varying");
    await send(`${running.worker.url}/__selvedge/purge`, {
      method: "POST",
      headers: { Authorization: `Bearer ${TOKEN}` },
      body: JSON.stringify({ urls: [target], soft: true }),
    });
    expect(await explained(`url=${target}`)).toMatchObject({
      purge: { scope: "url", soft: true },
      decision: { kind: "serve-stale", reason: "purged-soft" },
    });
    expect(received(target)).toHaveLength(1);
  });

  test("a write, after which nothing is left of the copy", async () => {
    const target = await stored("/varying");
    await ask(target, { method: "PUT", body: "x" });
    expect(await explained(`url=${target}`)).toMatchObject({
      invalidatedAt: expect.any(String),
      stored: null,
      decision: { kind: "fetch", reason: "uri-miss" },
    });
  });

  test("who is asking counts, and is not repeated", async () => {
    const target = path("/user", { headers: HOUR });
    const asking = { headers: { Authorization: "Bearer of-alice" } };
    await eventually(async () => outcomeOf(await ask(target, asking)) === "hit");
    const [alice, bob, nobody] = [
      await explained(`url=${target}&header=Authorization:Bearer%20of-alice`),
      await explained(`url=${target}&header=Authorization:Bearer%20of-bob`),
      await explained(`url=${target}`),
    ];
    expect([alice, bob].map(({ decision }) => Object(decision).reason)).toEqual(["fresh", "uri-miss"]);
    expect(nobody).toMatchObject({ plan: { kind: "bypass", reason: "no-identity" } });
    expect(JSON.stringify([alice, bob])).not.toMatch(/of-alice|of-bob/);
  });

  test("credentials in the key are not repeated either; what is none is", async () => {
    const fields = ["X-Api-Key: of-alice-1", "X-Plan: pro", "Cookie: session=of-alice-2; a=b"];
    const described = fields.map((field) => `&header=${encodeURIComponent(field)}`).join("");
    for (const told of [
      await explained(`url=/keyed/1${described}`),
      await explained(`url=/keyed/1${described}`, 200, "inspect"),
    ]) {
      expect(Object(told["key"]).key).toMatch(/"x-api-key","hidden".*"x-plan","pro".*"session","hidden"/);
      expect(JSON.stringify(told)).not.toContain("of-alice");
    }
  });

  test("a path that begins with two slashes is one of this host, as it is for who asks for it", async () => {
    expect(await explained("url=//list/1?page=2")).toMatchObject({
      request: { url: `${running.worker.url}//list/1?page=2` },
      rule: null,
    });
  });

  test("what is not looked up at all", async () => {
    expect(await explained("url=/closed")).toMatchObject({
      plan: { kind: "respond", reason: "maintenance" },
    });
    expect(await explained("url=/a&method=DELETE")).toMatchObject({
      rule: null,
      plan: { kind: "write-through", reason: "method-unsafe" },
    });
  });

  test.each([
    ["", "url: found nothing; allowed: an address"],
    ["url=ftp://a/", 'url: found "ftp://a/"'],
    ["url=/a&method=G%20T", 'method: found "G T"'],
    ["url=/a&header=nonsense", 'header: found ""; allowed: "Name: value"'],
    ["url=/a&header=a%20b:%20secret", 'header: found "a b"'],
  ])("?%s is refused by name", async (query, complaint) => {
    const { detail } = await explained(query, 400);
    expect(detail).toContain(complaint);
    expect(detail).not.toContain("secret");
  });
});
