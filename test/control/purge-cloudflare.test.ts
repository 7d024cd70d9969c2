/** Cloudflare's own cache is purged along, where a zone is configured, and failures are told. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { purgeAlong } from "../../src/control/purge-cloudflare.ts";
import { bodiesOf } from "../../src/control/purge-cloudflare-calls.ts";
import type { PurgeScope } from "../../src/purge/purge.ts";
import { type Origin, startOrigin } from "../support/origin.ts";
import { eventually, stage } from "../support/stage.ts";
import { CONTROL_TOKENS, control } from "./support.ts";

const ID = "0123456789abcdef0123456789abcdef";
const TOKEN = "token-of-the-zone";
const CALL = `/client/v4/zones/${ID}/purge_cache`;
const OK = { body: JSON.stringify({ success: true, errors: [], messages: [], result: { id: ID } }) };

const valuesOf = (scope: PurgeScope, ...values: string[]) => values.map((value) => ({ scope, value }));
const numbered = (count: number, text: string) =>
  Array.from({ length: count }, (_, number) => `${text}${number}`);

describe("the calls that a purge takes", () => {
  test.each<[title: string, values: ReturnType<typeof valuesOf>, bodies: readonly object[]]>([
    ["addresses", valuesOf("url", "https://a.example/b?c"), [{ files: ["https://a.example/b?c"] }]],
    ["tags", valuesOf("tag", "a", "b"), [{ tags: ["a", "b"] }]],
    ["hosts", valuesOf("host", "a.example"), [{ hosts: ["a.example"] }]],
    ["a path, with all below it", valuesOf("path", "a.example/b"), [{ prefixes: ["a.example/b"] }]],
    ["a prefix that ends a segment", valuesOf("prefix", "a.example/b/"), [{ prefixes: ["a.example/b"] }]],
    ["a prefix within a segment", valuesOf("prefix", "a.example/b/cd"), [{ prefixes: ["a.example/b"] }]],
    ["a prefix of the query", valuesOf("prefix", "a.example/b/c?d=/"), [{ prefixes: ["a.example/b"] }]],
    ["a prefix of a host", valuesOf("prefix", "a.example"), [{ prefixes: ["a.example"] }]],
    [
      "everything, and nothing besides",
      [...valuesOf("tag", "a"), ...valuesOf("everything", "")],
      [{ purge_everything: true }],
    ],
    ["rules, which it does not know", valuesOf("rule", "a"), []],
    [
      "what is stored for all hosts",
      [...valuesOf("url", "https://any-host.invalid/a"), ...valuesOf("host", "any-host.invalid")],
      [],
    ],
    ["a tag that looks like it", valuesOf("tag", "any-host.invalid"), [{ tags: ["any-host.invalid"] }]],
  ])("%s", (_, values, bodies) => {
    expect(bodiesOf(values)).toEqual(bodies);
  });

  test("no call has more than Cloudflare takes", () => {
    const tags = bodiesOf(valuesOf("tag", ...numbered(201, "t")));
    const prefixes = bodiesOf(valuesOf("path", ...numbered(61, "a.example/")));
    const sizes = (bodies: readonly object[]) => bodies.map((body) => Object.values(body)[0].length);
    expect([sizes(tags), sizes(prefixes)]).toEqual([
      [100, 100, 1],
      [30, 30, 1],
    ]);
  });
});

describe("when it is called", () => {
  /** Plays these statuses; what was called and waited for, in order. */
  function played(statuses: readonly (number | Error)[], boundMs = 5000) {
    const done: (string | number)[] = [];
    const work: Promise<unknown>[] = [];
    const answers = [...statuses];
    const answer = purgeAlong(valuesOf("tag", ...numbered(150, "t")), {
      zone: { id: ID, token: TOKEN, api: "https://cloudflare.example" },
      boundMs,
      waitUntil: (promise) => void work.push(promise),
      send: async (request) => {
        const { tags } = JSON.parse(await request.text());
        done.push(`${tags[0]}`);
        const status = answers.shift() ?? 200;
        if (status instanceof Error) throw status;
        const isOk = status === 200;
        const errors = isOk ? [] : [{ code: 1, message: "no" }];
        return new Response(JSON.stringify({ success: isOk, errors }), { status });
      },
      pause: async (ms) => void done.push(ms),
    });
    const settled = () => answer.then(() => Promise.all(work));
    return { answer, done, settled };
  }

  test("at once, and again when no data centre has an old copy to hand over", async () => {
    const { answer, done, settled } = played([]);
    expect(await answer).toEqual({ kind: "ok" });
    await settled();
    expect(done).toEqual(["t0", "t100", 5000, "t0", "t100"]);
  });

  test("within the time that is left behind an answer", async () => {
    const { done, settled } = played([], 60_000);
    await settled();
    expect(done[2]).toBe(10_000);
  });

  test.each<[title: string, status: number | Error, detail: string]>([
    ["too many calls", 429, "Cloudflare answered 429: no"],
    ["it is down", 503, "Cloudflare answered 503: no"],
    ["it is not reached", new Error("lost"), "Cloudflare was not reached: Error: lost"],
  ])("%s: what is left is tried again, with longer pauses", async (_, status, detail) => {
    const { answer, done, settled } = played([status, 200, status, status, 200]);
    expect(await answer).toEqual({ kind: "queued", detail });
    await settled();
    expect(done).toEqual(["t0", 5000, "t0", "t100", 2000, "t100", 4000, "t100"]);
  });

  test("and at last given up, which the log tells", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => {});
    const { done, settled } = played([429, 429, 429, 429, 429, 429]);
    await settled();
    expect(done).toEqual(["t0", 5000, "t0", 2000, "t0", 4000, "t0", 8000, "t0"]);
    expect(logged.mock.calls).toEqual([
      ["purging Cloudflare's own cache failed: Cloudflare answered 429: no"],
    ]);
    logged.mockRestore();
  });

  test("what Cloudflare refuses is not tried again, and all else is purged twice all the same", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => {});
    const { answer, done, settled } = played([403]);
    expect(await answer).toEqual({ kind: "failed", detail: "Cloudflare answered 403: no" });
    await settled();
    expect(done).toEqual(["t0", "t100", 5000, "t100"]);
    expect(logged).toHaveBeenCalledOnce();
    logged.mockRestore();
  });
});

describe("where Cloudflare hangs", () => {
  const HANGS = () => new Promise<never>(() => {});
  const HANGS_IN_BODY = async () => new Response(new ReadableStream({ pull: HANGS }));

  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test.each([
    ["before it answers", HANGS],
    ["within its answer", HANGS_IN_BODY],
  ])("%s: the client is told in time, and the log before the platform ends the work", async (_, send) => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => {});
    const work: Promise<unknown>[] = [];
    const answer = purgeAlong(valuesOf("tag", "a"), {
      zone: { id: ID, token: TOKEN, api: "https://cloudflare.example" },
      boundMs: 60_000,
      waitUntil: (promise) => void work.push(promise),
      send,
    });
    await vi.advanceTimersByTimeAsync(5000);
    expect(await answer).toMatchObject({ kind: "queued", detail: expect.stringContaining("5000 ms") });
    await vi.advanceTimersByTimeAsync(29_000);
    expect(logged.mock.calls).toEqual([
      ["purging Cloudflare's own cache failed: given up behind the answer: Error: no answer within 27000 ms"],
    ]);
    await Promise.all(work);
    logged.mockRestore();
  });
});

describe("from end to end", () => {
  let cloudflare: Origin;
  beforeAll(async () => {
    cloudflare = await startOrigin();
  });
  afterAll(() => cloudflare.stop());

  const vars: Record<string, string> = {
    CONTROL_TOKENS,
    PURGE_BOUND: "1s",
    CLOUDFLARE_ZONE_ID: ID,
    CLOUDFLARE_PURGE_TOKEN: TOKEN,
    get CLOUDFLARE_API() {
      return `${cloudflare.url}/client/v4`;
    },
  };
  const running = stage({
    vars,
    rules: {
      rules: [{ name: "folded", match: { path: "/folded" }, query: { include: [] }, key: { host: false } }],
    },
  });
  const purge = async (body: object) => {
    const request = { method: "POST", body: JSON.stringify(body) };
    return JSON.parse((await control(running.worker.url, "/purge", request)).body);
  };
  const bodies = () => cloudflare.received(CALL).map(({ body }) => JSON.parse(body));

  test("the address is purged as clients ask for it, by the zone's token, and again behind the answer", async () => {
    cloudflare.script(CALL, [OK]);
    const url = `${running.worker.url}/folded?utm=1`;
    const told = await purge({ urls: ["/folded?utm=1"], rules: ["folded"] });
    expect(told.cloudflare).toEqual({ kind: "ok" });
    expect(bodies()).toEqual([{ files: [url] }]);
    const [call] = cloudflare.received(CALL);
    expect([call?.method, call?.headers["authorization"], call?.headers["content-type"]]).toEqual([
      "POST",
      `Bearer ${TOKEN}`,
      "application/json",
    ]);
    await eventually(() => bodies().length === 2);
    expect(bodies()[1]).toEqual({ files: [url] });
  });

  test("what Cloudflare does not know is said", async () => {
    expect((await purge({ rules: ["folded"] })).cloudflare).toEqual({
      kind: "skipped",
      detail: "Cloudflare knows nothing of rules",
    });
  });

  test("a refusal is told, in the answer and the log; the purge is in force here all the same", async () => {
    const errors = [{ code: 10000, message: "Authentication error" }];
    cloudflare.script(CALL, [{ status: 403, body: JSON.stringify({ success: false, errors }) }]);
    const told = await purge({ tags: ["a"] });
    const detail = "Cloudflare answered 403: Authentication error";
    expect(told).toMatchObject({ reach: "everywhere", cloudflare: { kind: "failed", detail } });
    await eventually(() =>
      running.worker.logs.some((line) => line.includes(`Cloudflare's own cache failed: ${detail}`)),
    );
    expect(running.worker.logs.join("\n")).not.toContain(TOKEN);
  });

  test("a failure for now is made good behind the answer", async () => {
    const before = bodies().length;
    cloudflare.script(CALL, [{ status: 500, body: "down" }, OK]);
    expect((await purge({ hosts: ["a.example"] })).cloudflare).toEqual({
      kind: "queued",
      detail: "Cloudflare answered 500",
    });
    await eventually(() => bodies().length === before + 2);
  });

  test("a request that is refused here does not reach it", async () => {
    const before = bodies().length;
    await purge({ tags: ["a", 7] });
    expect(bodies()).toHaveLength(before);
  });
});
