/** Always an answer: origins that fail, and the ways around them, over real connections. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ClientRequest, open, send } from "../../support/client.ts";
import { type RunningWorker, startWorker } from "../../support/harness.ts";
import { type Answer, type Origin, startOrigin } from "../../support/origin.ts";
import { eventually, outcomeOf } from "../../support/stage.ts";

const HOUR = { "Cache-Control": "max-age=3600" };
const STALE = { "Cache-Control": "max-age=60", Age: "100" };

let main: Origin;
let backup: Origin;
let inner: Origin;
let worker: RunningWorker;
let count = 0;

beforeAll(async () => {
  [main, backup, inner] = await Promise.all([startOrigin(), startOrigin(), startOrigin()]);
  worker = await startWorker({
    origin: main.url,
    vars: { LOG: "off", ORIGIN_TIMEOUT: "2s", API_KEY: "the secret value" },
    options: { serviceBindings: { INNER: { external: { address: new URL(inner.url).host, http: {} } } } },
    rules: {
      origins: {
        default: { retries: { attempts: 2, backoffMs: 1 } },
        plain: main.url,
        backup: `${backup.url}/base/`,
        inner: { service: "INNER" },
        fragile: { url: main.url, circuitBreaker: { failures: 2, cooldown: "1s" } },
        probed: { url: main.url, circuitBreaker: { failures: 1, cooldown: "1s", probe: "/health" } },
        narrow: { url: main.url, maxConcurrent: 1 },
        slow: { url: main.url, betweenBytesTimeout: "1s" },
        brief: { url: main.url, totalTimeout: "1s" },
      },
      rules: [
        { name: "retried", match: { path: "/retried/*" } },
        {
          name: "failing-over",
          match: { path: "/over/*" },
          origin: { use: ["plain", "backup"] },
          staleIfError: "1h",
        },
        { name: "fragile", match: { path: "/fragile/*" }, origin: "fragile", staleIfError: "1h" },
        { name: "probed", match: { path: "/probed/*" }, origin: "probed" },
        { name: "narrow", match: { path: "/narrow/*" }, origin: "narrow" },
        { name: "slow", match: { path: "/slow/*" }, origin: "slow" },
        { name: "brief", match: { path: "/brief/*" }, origin: "brief" },
        { name: "inner", match: { path: "/inner/*" }, origin: "inner" },
        {
          name: "rewritten",
          match: { path: "/v1/:kind/:id" },
          origin: { use: "backup", rewrite: "/v2/{kind}/{id}.json" },
          requestHeaders: {
            set: { "X-Api-Key": "{env.API_KEY}", "X-Kind": "{kind}" },
            add: { "X-Via": "edge" },
            remove: ["user-agent"],
          },
          responseHeaders: { set: { "X-Served": "{host}" }, remove: ["server"] },
        },
      ],
    },
  });
});

afterAll(async () => {
  await worker?.close();
  await Promise.all([main?.stop(), backup?.stop(), inner?.stop()]);
});

function scripted(prefix: string, ...answers: Answer[]): string {
  const path = `${prefix}/${++count}`;
  main.script(path, answers);
  return path;
}

const ask = (path: string, request?: ClientRequest) => send(worker.url + path, request);

describe("retries", () => {
  test("a read is sent again, until it is answered", async () => {
    const path = scripted(
      "/retried",
      { status: 503 },
      { fault: "reset" },
      { headers: HOUR, body: "at last" },
    );
    const answer = await ask(path);
    expect([answer.status, answer.body]).toEqual([200, "at last"]);
  });

  test("so many times and no more; the origin's own error is the answer", async () => {
    const path = scripted("/retried", { status: 502, body: "sorry" });
    const answer = await ask(path);
    expect([answer.status, answer.body, main.received(path).length]).toEqual([502, "sorry", 3]);
  });

  test("an origin that asks for more time than we would wait is left alone", async () => {
    const path = scripted("/retried", { status: 503, headers: { "Retry-After": "60" } });
    await ask(path);
    expect(main.received(path)).toHaveLength(1);
  });

  test("a read whose content has been sent is not sent again without it", async () => {
    const path = scripted("/retried", { status: 503 }, { status: 200 });
    const answer = await ask(path, { body: "content" });
    expect([answer.status, main.received(path).length]).toEqual([503, 1]);
  });

  test("a write is never sent again", async () => {
    const path = scripted("/retried", { status: 503 }, { status: 200 });
    const answer = await ask(path, { method: "POST", body: "x" });
    expect([answer.status, main.received(path).length]).toEqual([503, 1]);
  });
});

describe("failover", () => {
  test.each<[title: string, fault: Answer]>([
    ["an error", { status: 503 }],
    ["a broken connection", { fault: "reset" }],
    ["no answer in time", { fault: "hang" }],
  ])("the next origin answers in place of %s, below its own path", async (_, fault) => {
    const path = scripted("/over", fault);
    backup.script(`/base${path}`, [{ headers: HOUR, body: "from the backup" }]);
    const answer = await ask(path);
    expect([answer.status, answer.body]).toEqual([200, "from the backup"]);
  });

  test("where all fail, what one of them said is the answer", async () => {
    const path = scripted("/over", { status: 503, body: "closed for repairs" });
    backup.script(`/base${path}`, [{ fault: "reset" }]);
    const answer = await ask(path);
    expect([answer.status, answer.body]).toEqual([503, "closed for repairs"]);
  });

  test("where all fail, a stale copy is the answer", async () => {
    const path = scripted("/over", { headers: STALE, body: "old" }, { status: 503 });
    backup.script(`/base${path}`, [{ fault: "reset" }]);
    await ask(path);
    await eventually(async () => (await ask(path)).body === "old");
  });

  test.each<[title: string, fault: Answer, status: number]>([
    ["an error", { status: 503 }, 503],
    ["no answer in time", { fault: "hang" }, 504],
  ])("a write that came to %s is not sent to another origin", async (_, fault, status) => {
    const path = scripted("/over", fault);
    backup.script(`/base${path}`, [{ status: 200 }]);
    // Without content nothing but our own decision keeps it from being sent twice.
    expect((await ask(path, { method: "DELETE" })).status).toBe(status);
    expect(backup.received(`/base${path}`)).toEqual([]);
  });

  test("a redirect of the backup leads to the client's host, not around the cache", async () => {
    const path = scripted("/over", { fault: "reset" });
    backup.script(`/base${path}`, [{ status: 302, headers: { Location: `${backup.url}/base/next?x=1` } }]);
    expect((await ask(path)).headers["location"]).toBe(`${worker.url}/next?x=1`);
  });
});

describe("a circuit breaker", () => {
  test("stops asking, serves stale meanwhile, and finds out by itself that the origin is back", async () => {
    const copy = scripted("/fragile", { headers: STALE, body: "old" }, { body: "new", headers: HOUR });
    await ask(copy);
    const broken = scripted("/fragile", { status: 500 });
    await ask(broken);
    await ask(broken);
    const [refused, stale] = [await ask(broken), await ask(copy)];
    expect([refused.status, outcomeOf(refused)]).toEqual([503, "circuit-open"]);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    expect(stale.body).toBe("old");
    expect(main.received(broken)).toHaveLength(2);
    await eventually(async () => (await ask(copy)).body === "new");
  });

  test("with a health check, no client is the test", async () => {
    main.script("/health", [{ status: 200 }]);
    const path = scripted("/probed", { status: 500 }, { body: "well", headers: HOUR });
    expect((await ask(path)).status).toBe(500);
    await eventually(async () => (await ask(path)).body === "well");
    expect(main.received("/health").length).toBeGreaterThan(0);
    expect(main.received(path)).toHaveLength(2);
  });
});

describe("limits", () => {
  test("beyond the limit a request fails at once, and the place is free when the body has been read", async () => {
    const held = scripted("/narrow", { headers: HOUR, bodyDelayMs: 600, body: "x".repeat(100_000) });
    const other = scripted("/narrow", { headers: HOUR, body: "other" });
    const first = await open(worker.url + held);
    const refused = await ask(other);
    expect([refused.status, outcomeOf(refused), refused.headers["retry-after"]]).toEqual([
      503,
      "origin-busy",
      "1",
    ]);
    first.resume();
    await eventually(async () => (await ask(other)).body === "other");
    expect(main.received(other)).toHaveLength(1);
  });

  test("the place of a client that leaves amid a body is free when the origin goes on", async () => {
    const endless: Answer = (_, response) => {
      response.writeHead(200, { "Cache-Control": "no-store" });
      const timer = setInterval(() => response.write("more"), 50);
      response.on("close", () => clearInterval(timer));
    };
    const held = await open(worker.url + scripted("/narrow", endless));
    held.on("error", () => {});
    await new Promise((resolve) => held.once("data", resolve));
    held.destroy();
    const other = scripted("/narrow", { headers: HOUR, body: "other" });
    await eventually(async () => (await ask(other)).body === "other");
  });

  test("a body that stalls is broken off, and not stored", async () => {
    const stalling: Answer = (_, response) => {
      response.writeHead(200, { ...HOUR, "Content-Length": "100000" });
      response.write("half");
    };
    const path = scripted("/slow", stalling, { headers: HOUR, body: "whole" });
    const cut = await ask(path);
    expect([cut.complete, cut.body]).toEqual([false, "half"]);
    expect((await ask(path)).body).toBe("whole");
  });

  test("nothing is told of a small body that stalls", async () => {
    const stalling: Answer = (_, response) => {
      response.writeHead(200, { ...HOUR, "Content-Length": "10" });
      response.write("half");
    };
    const path = scripted("/slow", stalling, { headers: HOUR, body: "whole" });
    const failed = await ask(path);
    expect([failed.status, outcomeOf(failed)]).toEqual([504, "origin-timeout"]);
    expect((await ask(path)).body).toBe("whole");
  });

  test("a body that comes in time passes, with its length", async () => {
    const path = scripted("/slow", { headers: HOUR, bodyDelayMs: 200, body: "x".repeat(100_000) });
    const answer = await ask(path);
    expect([answer.complete, answer.bytes.length, answer.headers["content-length"]]).toEqual([
      true,
      100_000,
      "100000",
    ]);
  });

  test("an answer that takes too long in all is broken off", async () => {
    const dripping: Answer = (_, response) => {
      response.writeHead(200, HOUR);
      const timer = setInterval(() => response.write("drip"), 100);
      response.on("close", () => clearInterval(timer));
    };
    const answer = await ask(scripted("/brief", dripping));
    expect(answer.complete).toBe(false);
  });
});

describe("where a request goes", () => {
  test("through a service binding", async () => {
    const path = "/inner/1";
    inner.script(path, [{ headers: HOUR, body: "from within" }]);
    expect((await ask(`${path}?a=1`)).body).toBe("from within");
    expect(inner.received(path)[0]?.url).toBe(`${path}?a=1`);
  });

  test("to another path, with fields of the rule's own and none that it removes", async () => {
    backup.script("/base/v2/items/7.json", [{ headers: { ...HOUR, Server: "gunicorn" }, body: "seven" }]);
    const answer = await ask("/v1/items/7?page=2", {
      headers: { "User-Agent": "curl", "X-Api-Key": "mine" },
    });
    const [received] = backup.received("/base/v2/items/7.json");
    expect(answer.body).toBe("seven");
    expect(received?.url).toBe("/base/v2/items/7.json?page=2");
    expect(received?.headers).toMatchObject({
      "x-api-key": "the secret value",
      "x-kind": "items",
      "x-via": "edge",
    });
    expect(received?.headers["user-agent"]).toBeUndefined();
    expect(answer.headers["x-served"]).toBe(new URL(worker.url).host);
    expect(answer.headers["server"]).toBeUndefined();
    expect(JSON.stringify(answer.rawHeaders)).not.toContain("the secret value");
  });

  test.each([
    "/v1/items/..%2f..%2fadmin",
    "/v1/items/%2e%2e",
    "/v1/%2f%2fevil.example/x",
    "/v1/@evil.example/x",
    "/v1/items/..%5c..%5cadmin",
    "/v1/items/x%3Fy=1",
  ])("never to another host or out of its path: %s", async (path) => {
    await ask(path);
    const urls = [main, backup].flatMap((origin) => origin.all().map(({ url }) => url));
    expect(
      urls.filter((url) => /^\/(?:admin|base\/admin)/.test(url) || url.includes("evil.example/x?")),
    ).toEqual([]);
    expect(urls.filter((url) => url.startsWith("//"))).toEqual([]);
  });
});
