/** Whatever becomes of the cache: every request is answered, from the origin if need be, and no write is sent twice. */
import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, describe, expect, test } from "vitest";
import { send } from "../support/client.ts";
import { eventually, outcomeOf, stage } from "../support/stage.ts";

const stand = stage({
  entry: "worker-with-faults",
  rules: {
    defaults: { staleIfError: "1h" },
    rules: [
      { name: "purges", match: { path: "/w/*", method: "POST" }, invalidates: ["t"] },
      { name: "closed", match: { path: "/closed/*" }, require: { headers: { "x-pass": "let-me-in" } } },
      { name: "hardened", match: { path: "/hardened/*" }, securityHeaders: "api", cors: { origins: "*" } },
      { name: "body", match: { path: "/q/*" }, key: { body: { methods: ["POST"] } } },
    ],
  },
  // Memory stands before the Cache API, and would hide what becomes of that.
  vars: { MEMORY_MB: "0", LOG: "json" },
});

async function setFaults(faults: Readonly<Record<string, string>> = {}): Promise<void> {
  await send(`${stand.worker.url}/__faults?${new URLSearchParams(faults)}`);
}
beforeEach(() => setFaults());

const FRESH = { headers: { "Cache-Control": "max-age=60" } };

describe("the Cache API", () => {
  test.each([
    { match: "throw" },
    { match: "hang" },
    { match: "garbage" },
    { put: "throw" },
    { put: "hang" },
    { delete: "throw" },
    { delete: "hang" },
    { match: "throw", put: "throw", delete: "throw" },
    { match: "hang", put: "hang", delete: "hang" },
    { match: "garbage", put: "hang", delete: "hang" },
  ])("with %j: reads, conditions, ranges and writes are answered", { timeout: 60_000 }, async (faults) => {
    const path = stand.path("/a", { ...FRESH, body: "0123456789" });
    await setFaults(faults);
    const read = await stand.ask(path);
    expect([read.status, read.body]).toEqual([200, "0123456789"]);
    expect((await stand.ask(path, { method: "HEAD" })).status).toBe(200);
    const part = await stand.ask(path, { headers: { Range: "bytes=0-3" } });
    expect([200, 206]).toContain(part.status);
    expect("0123456789").toContain(part.body);
    const written = await stand.ask(path, { method: "POST", body: "x" });
    expect(written.status).toBe(200);
    expect(stand.received(path).filter(({ method }) => method === "POST")).toHaveLength(1);
  });

  test("that broke and is well again caches again", async () => {
    const path = stand.path("/a", FRESH);
    await setFaults({ match: "throw", put: "throw" });
    await stand.ask(path);
    await setFaults();
    await stand.ask(path);
    await eventually(async () => outcomeOf(await stand.ask(path)) === "hit");
  });

  test("that forgets everything keeps nobody from an answer, nor the origin from many at once", async () => {
    const path = stand.path("/a", { ...FRESH, delayMs: 300 });
    await setFaults({ match: "empty" });
    const all = await Promise.all(Array.from({ length: 20 }, () => stand.ask(path)));
    expect(all.every(({ status, body }) => status === 200 && body === "answer 1")).toBe(true);
    expect(stand.received(path)).toHaveLength(1);
  });

  test("that does not finish to store has nobody get what is too old meanwhile", async () => {
    const path = stand.path("/a", { headers: { "Cache-Control": "max-age=1" }, delayMs: 100 });
    await setFaults({ put: "hang" });
    const first = await stand.ask(path);
    await sleep(1_200);
    const asked = stand.received(path).length;
    const later = await Promise.all(Array.from({ length: 5 }, () => stand.ask(path)));
    expect([first.status, later[0]?.status]).toEqual([200, 200]);
    expect(new Set(later.map(({ body }) => body))).toEqual(new Set([`answer ${asked + 1}`]));
  });

  test("that breaks is told of in the log", async () => {
    await setFaults({ match: "throw" });
    await stand.ask(stand.path("/a", FRESH));
    await eventually(() => stand.worker.logs.some((line) => line.includes("cache match failed")));
  });
});

describe("a mistake of our own", () => {
  test.each([{ log: "throw" }, { digest: "throw" }, { url: "throw" }])(
    "with %j: a read is answered, once",
    async (faults) => {
      const path = stand.path("/a", { ...FRESH, body: "all the same" });
      await setFaults(faults);
      const { status, body } = await stand.ask(`${path}?b=2&a=1`);
      expect([status, body]).toEqual([200, "all the same"]);
      expect(stand.received(path).length).toBeLessThanOrEqual(2);
    },
  );

  test.each([{ log: "throw" }, { digest: "throw" }, { url: "throw" }])(
    "with %j: a write is sent once, and its client told what came of it",
    async (faults) => {
      const path = stand.path("/w", { status: 201 });
      await setFaults(faults);
      // What is written stands under a key so long that it takes a digest.
      const { status } = await stand.ask(`${path}?b=2&a=${"1".repeat(1_100)}`, { method: "POST", body: "x" });
      expect(status).toBe(201);
      expect(stand.received(path)).toHaveLength(1);
    },
  );

  test.each([{ url: "throw" }, { match: "throw" }, { match: "hang" }])(
    "with %j: who is not let in does not get in, and who is does",
    async (faults) => {
      const path = stand.path("/closed", FRESH);
      await setFaults(faults);
      expect((await stand.ask(`${path}?a=1`)).status).toBe(403);
      expect(stand.received(path)).toHaveLength(0);
      expect((await stand.ask(`${path}?a=1`, { headers: { "X-Pass": "let-me-in" } })).status).toBe(200);
    },
  );

  test("before the rule is known: nobody is let past it, and all are told so in an error that programs can read", async () => {
    const path = stand.path("/closed", FRESH);
    await setFaults({ host: "throw" });
    for (const request of [{}, { method: "POST", body: "x" }, { headers: { "X-Pass": "let-me-in" } }]) {
      const { status, headers, body } = await stand.ask(path, request);
      expect([status, headers["content-type"]]).toEqual([500, "application/problem+json"]);
      expect(JSON.parse(body)).toMatchObject({ code: "internal" });
    }
    expect(stand.received(path)).toHaveLength(0);
  });

  test("what is answered past the cache is hardened and readable all the same", async () => {
    const path = stand.path("/hardened", FRESH);
    await setFaults({ url: "throw" });
    const { status, headers } = await stand.ask(`${path}?a=1`, { headers: { Origin: "https://a.example" } });
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "access-control-allow-origin": "*",
    });
  });

  test("amid a read whose body was read for its key: sent as it came, or refused", async () => {
    const path = stand.path("/q", { ...FRESH, body: "found" });
    await setFaults({ digest: "throw" });
    const { status } = await stand.ask(path, { method: "POST", body: "query" });
    expect([200, 500]).toContain(status);
    for (const { body } of stand.received(path)) expect(body).toBe("query");
  });
});
