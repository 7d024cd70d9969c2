/** Who is let in, and what of the prefix gets out. */
import { describe, expect, test } from "vitest";
import { type ClientResponse, send } from "../support/client.ts";
import { stage } from "../support/stage.ts";
import { CONTROL_TOKENS, type ControlRequest, control, sendRaw, TOKENS } from "./support.ts";

const running = stage({ vars: { CONTROL_TOKENS } });
const elsewhere = stage({ vars: { CONTROL_TOKENS, CONTROL_PREFIX: "/ops/edge" } });
const without = stage();

const ask = (route: string, request?: ControlRequest) => control(running.worker.url, route, request);
const from = (ip: string) => ({ "CF-Connecting-IP": ip });

describe("roles", () => {
  test.each<[title: string, route: string, method: string, token: string, status: number]>([
    ["a reader reads", "/purges", "GET", TOKENS.reader, 200],
    ["a reader does not purge", "/purge", "POST", TOKENS.reader, 403],
    ["who may purge may read", "/health", "GET", TOKENS.ci, 200],
    ["an administrator may do all", "/purge", "POST", TOKENS.ops, 400],
    ["nobody does nothing", "/purge", "POST", "", 401],
    ["a token that is none", "/purge", "POST", "ops-token-0123456789abd", 401],
    ["the beginning of a token", "/health", "GET", TOKENS.ops.slice(0, -1), 401],
    ["a token and more", "/health", "GET", `${TOKENS.ops}x`, 401],
    ["another method", "/purge", "GET", TOKENS.ops, 405],
    ["HEAD", "/health", "HEAD", TOKENS.reader, 200],
    ["which methods there are", "/health", "OPTIONS", TOKENS.reader, 204],
    ["an unknown route", "/nothing", "GET", TOKENS.ops, 404],
    ["the prefix alone", "", "GET", TOKENS.ops, 404],
    ["a parameter that is none", "/purges?limt=1", "GET", TOKENS.ops, 400],
  ])("%s", async (_, route, method, token, status) => {
    const answer = await ask(route, { method, token, ...(method === "POST" ? { body: "{}" } : {}) });
    expect([answer.status, answer.headers["cache-control"]]).toEqual([status, "no-store"]);
    if (method === "HEAD" || status === 204) expect(answer.body).toBe("");
    else if (status >= 400) expect(answer.headers["content-type"]).toBe("application/problem+json");
  });

  test("each refusal says what it would take", async () => {
    const [missing, wrong, forbidden, other, question] = await Promise.all([
      ask("/health", { token: "" }),
      ask("/health", { token: "wrong-token-0123456789" }),
      ask("/purge", { method: "POST", token: TOKENS.reader }),
      ask("/health", { method: "PUT", body: "" }),
      ask("/purge", { method: "OPTIONS" }),
    ]);
    const challenge = ({ headers }: ClientResponse) => headers["www-authenticate"];
    expect([missing, wrong, forbidden].map(challenge)).toEqual([
      'Bearer realm="selvedge"',
      'Bearer realm="selvedge", error="invalid_token"',
      'Bearer realm="selvedge", error="insufficient_scope", scope="purge"',
    ]);
    expect(forbidden.body).toContain("the role purge");
    expect([other, question].map(({ headers }) => headers["allow"])).toEqual([
      "GET, HEAD, OPTIONS",
      "POST, OPTIONS",
    ]);
  });

  test("the scheme is told from others, whatever its case", async () => {
    const status = async (Authorization: string) =>
      (await ask("/health", { token: "", headers: { Authorization } })).status;
    expect(await status(`bearer ${TOKENS.ops}`)).toBe(200);
    expect(await status(`Basic ${TOKENS.ops}`)).toBe(401);
    expect(await status(TOKENS.ops)).toBe(401);
  });

  test.each<[title: string, route: string, method: string, token: string, detail: string]>([
    [
      "another role",
      "/purge",
      "POST",
      TOKENS.reader,
      "this takes a token with the role purge; that of reader has the role read",
    ],
    ["another method", "/purge", "GET", TOKENS.ops, "found GET; allowed: POST, OPTIONS"],
    [
      "no token",
      "/health",
      "GET",
      "",
      'authorization: the bearer token is missing; allowed: "Bearer" and a token',
    ],
    [
      "no route",
      "/healthz",
      "GET",
      TOKENS.reader,
      'found "/healthz"; allowed: /health, /stats, /rules, /purge, /purges, /warm, /explain, /inspect, /openapi.json; did you mean "/health"?',
    ],
    ["a parameter twice", "/explain?url=/a&url=/b", "GET", TOKENS.reader, "?url: twice; allowed: once"],
  ])("%s: the answer says what was found, and what is allowed", async (_, route, method, token, detail) => {
    expect(JSON.parse((await ask(route, { method, token })).body).detail).toBe(detail);
  });

  test("only who has a token learns which routes there are", async () => {
    for (const token of ["", "a-wrong-token-0123456"]) {
      expect((await ask("/healthz", { token })).body).not.toContain("/health,");
    }
  });

  test("a misspelt parameter is named, with what was probably meant", async () => {
    expect(JSON.parse((await ask("/purges?limt=1")).body).detail).toBe(
      '?limt: unknown; allowed: limit, before; did you mean "limit"?',
    );
  });
});

describe("where nobody is let in, there is nothing", () => {
  test.each(["", "/", "/health", "/purge", "/openapi.json", "/nothing"])("%s", async (route) => {
    const closed = await control(without.worker.url, route);
    const unknown = await ask("/nothing/");
    expect([closed.status, closed.body]).toEqual([404, unknown.body]);
    expect(closed.headers["cache-control"]).toBe("no-store");
    expect(without.received(`/__selvedge${route}`)).toEqual([]);
  });
});

describe("no spelling of the prefix is cached or reaches the origin, and only one is answered", () => {
  const SPELLINGS = [
    "/__selvedge/health/",
    "/__selvedge//health",
    "//__selvedge/health",
    "/__SELVEDGE/health",
    "/%5f_selvedge/health",
    "/%5F%5Fselvedge/health",
    "/%255f_selvedge/health",
    "/%25255f_selvedge/health",
    "/__selvedge%2fhealth",
    "/__selvedge%5chealth",
    "/__selvedge;x/health",
    "/__selvedge%3bx/health",
    "/__selvedge./health",
    "/__selvedge%2e/health",
    "/__selvedge%252e/health",
    "/__selvedge%20/health",
    "/__selvedge%00/health",
    "/__selvedge%00.jpg",
    "/__selvedge/health%00",
    "/__selvedge/%68ealth",
    "/__selvedge/../__selvedge%2fhealth",
    "/a/%252e%252e/__selvedge/health",
    "/a%2f..%2f__selvedge/health",
    "/..;/__selvedge/health",
    "/__selvedge%3fhealth",
    "/__selvedge%23health",
  ];
  const authorization = `Authorization: Bearer ${TOKENS.ops}`;

  test.each(SPELLINGS)("%s", async (target) => {
    for (const written of [target, `${running.worker.url}${target}`]) {
      const answer = await sendRaw(running.worker.url, written, [authorization]);
      expect(answer).toMatch(/^HTTP\/1\.1 404 /);
      expect(answer).toContain("there is nothing here");
      expect(answer.toLowerCase()).toContain("cache-control: no-store");
    }
  });

  // What the platform itself makes of a target is the plain spelling, before the Worker sees it.
  test.each([
    "/a/../__selvedge/health",
    "/__selvedge\\health",
    "/./__selvedge/health",
    "/a/%2e%2e/__selvedge/health",
    "/__selvedge/health?",
    "/__selvedge/health#x",
  ])("%s is the plain one", async (target) => {
    expect(await sendRaw(running.worker.url, target, [authorization])).toMatch(/^HTTP\/1\.1 200 /);
  });

  test("in its absolute form, the plain one too", async () => {
    const target = `${running.worker.url}/__selvedge/health`;
    expect(await sendRaw(running.worker.url, target, [authorization])).toMatch(/^HTTP\/1\.1 200 /);
  });

  test("nor by any method", async () => {
    for (const method of ["POST", "PUT", "DELETE", "PATCH", "PURGE", "QUERY"]) {
      const answer = await send(`${running.worker.url}/__selvedge%2fhealth`, { method, body: "x" });
      expect(answer.status).toBe(404);
    }
  });

  test("the origin has seen nothing of it", () => {
    expect(running.origin.all()).toEqual([]);
  });

  test("a path that only looks like it is the origin's", async () => {
    running.script("/__selvedges", { body: "the origin's" });
    running.script("/x/__selvedge", { body: "the origin's" });
    for (const path of ["/__selvedges", "/x/__selvedge"])
      expect((await running.ask(path)).body).toBe("the origin's");
  });

  test("another prefix takes its place", async () => {
    const { worker, received } = elsewhere;
    elsewhere.script("/__selvedge/health", { body: "the origin's" });
    const headers = { Authorization: `Bearer ${TOKENS.ops}` };
    const status = async (path: string) => (await send(worker.url + path, { headers })).status;
    expect(await status("/ops/edge/health")).toBe(200);
    expect(await status("/ops//edge/health")).toBe(404);
    expect(await status("/OPS/edge/health")).toBe(404);
    expect(await status("/__selvedge/health")).toBe(200);
    expect(received("/__selvedge/health")).toHaveLength(1);
    expect(elsewhere.origin.all()).toHaveLength(1);
  });
});

describe("who guesses", () => {
  const guess = (ip: string, number = 0) =>
    ask("/health", { token: `guess-number-${number}-0123`, headers: from(ip) });
  const enter = (ip: string) => ask("/health", { headers: from(ip) });

  test("is not heard after ten wrong tokens, not even with a right one; others are", async () => {
    const guesses = [];
    for (let number = 0; number < 12; number++) guesses.push((await guess("192.0.2.1", number)).status);
    expect(guesses).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429]);
    const refused = await enter("192.0.2.1");
    expect(refused.status).toBe(429);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    expect(Number(refused.headers["retry-after"])).toBeLessThanOrEqual(60);
    expect((await enter("192.0.2.2")).status).toBe(200);
  });

  test("is one client in all of an IPv6 network", async () => {
    for (let number = 0; number < 10; number++) await guess(`2001:db8:1:2::${number + 1}`, number);
    expect((await enter("2001:db8:1:2:ffff::1")).status).toBe(429);
    expect((await enter("2001:db8:1:3::1")).status).toBe(200);
  });

  test("at once is not heard either", async () => {
    await Promise.all(Array.from({ length: 30 }, (_, number) => guess("192.0.2.3", number)));
    expect((await enter("192.0.2.3")).status).toBe(429);
  });

  test("with no token at all is only told that it takes one", async () => {
    for (let number = 0; number < 12; number++) {
      expect((await ask("/health", { token: "", headers: from("192.0.2.4") })).status).toBe(401);
    }
    expect((await enter("192.0.2.4")).status).toBe(200);
  });
});

describe("CONTROL_LIMITER, where it is bound", () => {
  const limited = stage({
    vars: { CONTROL_TOKENS },
    options: { ratelimits: { CONTROL_LIMITER: { namespace_id: "1", simple: { limit: 2, period: 60 } } } },
  });

  test("counts wrong tokens for all isolates of a location, and only those", async () => {
    const ask = (token: string, ip: string) =>
      control(limited.worker.url, "/health", { token, headers: from(ip) });
    for (let count = 0; count < 5; count++) expect((await ask(TOKENS.ops, "192.0.2.1")).status).toBe(200);
    const statuses = [];
    for (let count = 0; count < 4; count++)
      statuses.push((await ask("wrong-token-0123456", "192.0.2.1")).status);
    expect(statuses).toEqual([401, 401, 401, 429]);
    expect((await ask(TOKENS.ops, "192.0.2.1")).status).toBe(429);
    expect((await ask(TOKENS.ops, "192.0.2.2")).status).toBe(200);
  });
});
