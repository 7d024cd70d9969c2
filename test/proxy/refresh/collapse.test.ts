/** Concurrent requests for one key: one origin request where its answer can be shared, no queue where not. */
import { Agent, request as httpRequest } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { send } from "../../support/client.ts";
import { type RunningWorker, startWorker } from "../../support/harness.ts";
import { type Answer, type Origin, startOrigin } from "../../support/origin.ts";

let origin: Origin;
let worker: RunningWorker;
let count = 0;

beforeAll(async () => {
  origin = await startOrigin();
  worker = await startWorker({ origin: origin.url, vars: { LOG: "off", ORIGIN_TIMEOUT: "2s" } });
});

afterAll(async () => {
  await worker?.close();
  await origin?.stop();
});

const hour = { "Cache-Control": "max-age=3600" };

function scripted(...answers: Answer[]): string {
  const path = `/collapse/${++count}`;
  origin.script(path, answers);
  return path;
}

/** So many requests at once, each on a connection of its own. */
async function together(
  number: number,
  path: string,
  headers: (index: number) => Record<string, string> = () => ({}),
) {
  const agent = new Agent({ maxSockets: number });
  const asked = Array.from({ length: number }, (_, index) =>
    send(worker.url + path, { agent, headers: headers(index) }),
  );
  const answers = await Promise.all(asked);
  agent.destroy();
  return answers;
}

/** A client that hangs up before its answer comes. */
async function hangUp(path: string, afterMs: number): Promise<void> {
  const request = httpRequest(worker.url + path, { agent: new Agent() });
  request.on("error", () => {});
  request.end();
  await sleep(afterMs);
  request.destroy();
}

describe.concurrent("answers that can be shared", () => {
  test("20 cold requests, one origin request", async () => {
    const path = scripted({ headers: hour, body: "shared", delayMs: 300 });
    const answers = await together(20, path);
    expect(answers.map(({ status, body }) => [status, body])).toEqual(Array(20).fill([200, "shared"]));
    expect(origin.received(path)).toHaveLength(1);
    const collapsed = answers.filter(({ headers }) => /;collapsed/.test(headers["cache-status"] ?? ""));
    expect(collapsed).toHaveLength(19);
  });

  test("a large body", async () => {
    const body = "large ".repeat(50_000);
    const path = scripted({ headers: hour, body, delayMs: 300 });
    const answers = await together(10, path);
    expect(answers.every((answer) => answer.body === body)).toBe(true);
    expect(origin.received(path)).toHaveLength(1);
  });

  test("a validation", async () => {
    const path = scripted(
      { headers: { "Cache-Control": "max-age=0", ETag: '"a"' }, body: "stored" },
      { status: 304, headers: { ...hour, ETag: '"a"' }, delayMs: 300 },
    );
    await send(worker.url + path);
    await sleep(50);
    const answers = await together(10, path);
    expect(answers.map(({ status, body }) => [status, body])).toEqual(Array(10).fill([200, "stored"]));
    // The first answer could not be shared, so those that follow do not wait for one another.
    expect(origin.received(path).length).toBeLessThanOrEqual(11);
  });

  test("each client's own condition and method", async () => {
    const path = scripted({ headers: { ...hour, ETag: '"a"' }, body: "shared", delayMs: 300 });
    const answers = await together(10, path, (index) => (index % 2 ? { "If-None-Match": '"a"' } : {}));
    expect(answers.map(({ status }) => status)).toEqual(
      Array.from({ length: 10 }, (_, i) => (i % 2 ? 304 : 200)),
    );
    expect(origin.received(path)).toHaveLength(1);
  });

  test("variants: one origin request each, and no client gets another's", async () => {
    const path = scripted((request, response) => {
      setTimeout(
        () => response.writeHead(200, { ...hour, Vary: "X-Lang" }).end(request.headers["x-lang"]),
        200,
      );
    });
    const answers = await together(20, path, (index) => ({ "X-Lang": `lang-${index % 2}` }));
    expect(answers.map(({ body }) => body)).toEqual(Array.from({ length: 20 }, (_, i) => `lang-${i % 2}`));
    expect(origin.received(path)).toHaveLength(2);
  });

  test("an origin that does not answer fails for all, once", async () => {
    const path = scripted({ fault: "hang" });
    const answers = await together(10, path);
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(504));
    expect(origin.received(path)).toHaveLength(1);
  });

  test("an origin that answers 503 is asked once for all, and says to each when to ask again", async () => {
    const path = scripted({ status: 503, headers: { "Retry-After": "7" }, body: "overloaded", delayMs: 300 });
    const answers = await together(10, path);
    expect(answers.map(({ status, headers }) => [status, headers["retry-after"]])).toEqual(
      Array(10).fill([503, "7"]),
    );
    // Its words are for the one whose request it answered.
    expect(answers.filter(({ body }) => body === "overloaded")).toHaveLength(1);
    expect(origin.received(path)).toHaveLength(1);
  });

  test("behind one who has credentials, all others are answered by one origin request more", async () => {
    const path = scripted({ headers: hour, body: "the same", delayMs: 300 });
    const first = together(1, path, () => ({ Authorization: "Bearer hers" }));
    await sleep(100);
    const others = await together(10, path);
    await first;
    expect(others.map(({ body }) => body)).toEqual(Array(10).fill("the same"));
    expect(origin.received(path)).toHaveLength(2);
  });

  test("an error to one user's credentials is nobody else's", async () => {
    const failing: Answer = (request, response) => {
      const isHers = request.headers.authorization === "Bearer hers";
      setTimeout(() => response.writeHead(isHers ? 500 : 200, hour).end(isHers ? "broken" : "fine"), 300);
    };
    const path = scripted(failing);
    const first = together(1, path, () => ({ Authorization: "Bearer hers" }));
    await sleep(100);
    const others = await together(3, path);
    expect((await first).map(({ status }) => status)).toEqual([500]);
    expect(others.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(origin.received(path)).toHaveLength(2);
  });

  test("the first client hangs up: the others are still answered, by one origin request", async () => {
    const path = scripted({ headers: hour, body: "shared", delayMs: 600 });
    const leader = hangUp(path, 200);
    await sleep(100);
    const answers = await together(10, path);
    await leader;
    expect(answers.map(({ status, body }) => [status, body])).toEqual(Array(10).fill([200, "shared"]));
    expect(origin.received(path)).toHaveLength(1);
  });

  test("the only client hangs up: what it asked for is stored all the same", async () => {
    const path = scripted({ headers: hour, body: "kept", delayMs: 400 });
    await hangUp(path, 150);
    await sleep(700);
    const { body, headers } = await send(worker.url + path);
    expect([body, origin.received(path).length]).toEqual(["kept", 1]);
    expect(headers["cache-status"]).toMatch(/;hit/);
  });
});

describe.concurrent("answers that cannot be shared", () => {
  test.for([
    ["no-store", { "Cache-Control": "no-store" }],
    ["private", { "Cache-Control": "private, max-age=60" }],
    ["Set-Cookie", { ...hour, "Set-Cookie": "a=1" }],
    ["no lifetime", {}],
  ] as const)("%s: requests do not queue, and each gets its own", async ([, headers]) => {
    const waiting: (() => void)[] = [];
    let number = 0;
    // The first is answered at once; all others only when every one of them is there, which no queue survives.
    const path = scripted((_, response) => {
      const body = String(++number);
      const answer = () => void response.writeHead(200, headers).end(body);
      if (number === 1) return answer();
      waiting.push(answer);
      if (waiting.length === 9) for (const each of waiting) each();
    });
    const answers = await together(10, path);
    expect(new Set(answers.map(({ body }) => body)).size).toBe(10);
  });

  test("writes", async () => {
    const waiting: (() => void)[] = [];
    const path = scripted((_, response) => {
      waiting.push(() => void response.writeHead(201).end());
      if (waiting.length === 10) for (const answer of waiting) answer();
    });
    const agent = new Agent({ maxSockets: 10 });
    const asked = Array.from({ length: 10 }, () => send(worker.url + path, { method: "POST", agent }));
    const answers = await Promise.all(asked);
    agent.destroy();
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(201));
  });
});

describe("stale-while-revalidate", () => {
  const stale = { "Cache-Control": "max-age=60, stale-while-revalidate=3600", Age: "70" };

  test("nobody waits, and one refresh runs behind many stale hits until its body is stored", async () => {
    const head = Promise.withResolvers<void>();
    const body = Promise.withResolvers<void>();
    const path = scripted({ headers: stale, body: "stale" }, async (_, response) => {
      await head.promise;
      response.writeHead(200, hour).write("fre");
      await body.promise;
      response.end("sh");
    });
    await send(worker.url + path);
    await sleep(50);
    const bodies = async () => (await together(10, path)).map((answer) => answer.body);
    // While the origin has answered nothing, and while it has answered in part.
    expect(await bodies()).toEqual(Array(10).fill("stale"));
    head.resolve();
    await sleep(200);
    expect(await bodies()).toEqual(Array(10).fill("stale"));
    expect(origin.received(path)).toHaveLength(2);
    body.resolve();
    await sleep(300);
    expect((await send(worker.url + path)).body).toBe("fresh");
    expect(origin.received(path)).toHaveLength(2);
  });
});
