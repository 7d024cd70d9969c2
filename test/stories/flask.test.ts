/** A real Flask API behind the Worker: what is reused, what expires, and what happens while Flask is down. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  BLOG_LIFE_MS,
  type FlaskApp,
  type FlaskRequest,
  findFlaskPython,
  PRODUCT_LIFE_MS,
  reservePort,
  startFlask,
} from "../support/flask.ts";
import { type RunningWorker, startWorker } from "../support/harness.ts";

const python = findFlaskPython();
const isRequired = process.env["CI"] === "true";
if (!python && !isRequired) console.log("SKIPPED: Flask is not installed (apt install python3-flask)");

/** Ages are whole seconds, so a second more is needed until a response has surely expired. */
const MARGIN_MS = 1_200;
/** A failed refresh keeps others from trying for ten seconds (src/proxy/refresh/leases.ts). */
const LEASE_MS = 10_000;
const POLL_MS = 100;

/** What a client sees, as far as this story is concerned. */
interface Seen {
  readonly status: number;
  /** The request at Flask that this answer was made for. */
  readonly number: number;
  readonly outcome: string;
  readonly headers: Headers;
  readonly body: string;
}

describe.skipIf(!python && !isRequired)("a Flask API behind the Worker", () => {
  let port: number;
  let flask: FlaskApp;
  let worker: RunningWorker;

  beforeAll(async () => {
    if (!python) throw new Error("Flask is not installed, and with CI=true this story has to run");
    port = await reservePort();
    flask = await startFlask(python, port);
    worker = await startWorker({ origin: flask.url });
  });

  afterAll(async () => {
    await worker?.close();
    await flask?.stop();
  });

  async function ask(path: string, init: RequestInit = {}): Promise<Seen> {
    const response = await fetch(worker.url + path, init);
    return {
      status: response.status,
      number: Number(response.headers.get("X-Request-Number")),
      outcome: outcomeOf(response.headers.get("Cache-Status")),
      headers: response.headers,
      body: await response.text(),
    };
  }

  /** Asks until the answer is what is waited for: a refresh behind an answer takes its time. */
  async function askUntil(path: string, isExpected: (seen: Seen) => boolean): Promise<Seen> {
    let seen = await ask(path);
    for (let attempt = 0; attempt < (2 * LEASE_MS) / POLL_MS && !isExpected(seen); attempt++) {
      await sleep(POLL_MS);
      seen = await ask(path);
    }
    return seen;
  }

  async function flaskSaw(path: string): Promise<readonly FlaskRequest[]> {
    return (await flask.requests()).filter((request) => request.path === path);
  }

  test("a list is asked of Flask once and then served from the edge", async () => {
    const first = await ask("/products?page=1");
    const second = await ask("/products?page=1");

    expect([first.status, first.outcome]).toEqual([200, "fwd=uri-miss"]);
    expect([second.status, second.outcome]).toEqual([200, "hit"]);
    expect(second.number).toBe(first.number);
    expect(second.body).toBe(first.body);
    expect(JSON.parse(second.body)).toMatchObject({ page: 1, total: 7 });
    expect(Number(second.headers.get("Age"))).toBeLessThanOrEqual(PRODUCT_LIFE_MS / 1000);
    expect(await flaskSaw("/products?page=1")).toHaveLength(1);
  });

  test("each query has a stored response of its own", async () => {
    const paths = ["/products?page=2", "/products?q=silk", "/products?category=yarn"];
    const first = await Promise.all(paths.map((path) => ask(path)));
    const second = await Promise.all(paths.map((path) => ask(path)));

    expect(first.map(({ outcome }) => outcome)).toEqual(Array(3).fill("fwd=uri-miss"));
    expect(second.map(({ outcome }) => outcome)).toEqual(Array(3).fill("hit"));
    expect(second.map(({ body }) => body)).toEqual(first.map(({ body }) => body));
    expect(new Set(second.map(({ body }) => body)).size).toBe(3);
  });

  test("a client that has the product gets 304 from the edge", async () => {
    const { headers } = await ask("/products/2");
    const etag = headers.get("ETag") ?? "";
    const again = await ask("/products/2", { headers: { "If-None-Match": etag } });

    expect([again.status, again.outcome, again.body]).toEqual([304, "hit", ""]);
    expect(again.headers.get("ETag")).toBe(etag);
    expect(await flaskSaw("/products/2")).toHaveLength(1);
  });

  test("an expired product is validated: Flask says 304, and the copy lives on", async () => {
    const first = await ask("/products/3");
    await sleep(PRODUCT_LIFE_MS + MARGIN_MS);
    // The rule allows 30 seconds of stale-while-revalidate, so this answer is the old one, refreshed behind it.
    const expired = await ask("/products/3");
    const refreshed = await askUntil("/products/3", ({ number }) => number > first.number);

    expect([expired.status, expired.number]).toEqual([200, first.number]);
    expect([refreshed.status, refreshed.outcome, refreshed.body]).toEqual([200, "hit", first.body]);
    expect((await flaskSaw("/products/3")).map(({ status }) => status)).toEqual([200, 304]);
  });

  test("where no rule allows stale answers, the client waits for the validation", async () => {
    const first = await ask("/slow");
    await sleep(PRODUCT_LIFE_MS + MARGIN_MS);
    const validated = await ask("/slow");

    expect([validated.status, validated.outcome, validated.body]).toEqual([200, "fwd=stale", first.body]);
    expect(validated.headers.get("Cache-Status")).toContain("fwd-status=304");
    expect(validated.number).toBeGreaterThan(first.number);
    expect((await flaskSaw("/slow")).map(({ status }) => status)).toEqual([200, 304]);
  });

  test("Expires, without max-age, limits a post's life", async () => {
    const first = await ask("/blog/on-edges");
    const second = await ask("/blog/on-edges");
    await sleep(BLOG_LIFE_MS + MARGIN_MS);
    await ask("/blog/on-edges");
    const refreshed = await askUntil("/blog/on-edges", ({ number }) => number > first.number);

    expect([first.outcome, second.outcome]).toEqual(["fwd=uri-miss", "hit"]);
    expect(second.number).toBe(first.number);
    expect(refreshed.body).toBe(first.body);
    expect(await flaskSaw("/blog/on-edges")).toHaveLength(2);
  });

  test("a PUT reaches Flask and makes the stored product invalid", async () => {
    const before = await ask("/products/4");
    const put = await ask("/products/4", {
      method: "PUT",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ price: 99 }),
    });
    const after = await ask("/products/4");

    expect([before.outcome, put.status]).toEqual(["fwd=uri-miss", 200]);
    expect(JSON.parse(before.body)).toMatchObject({ price: 12 });
    expect(JSON.parse(after.body)).toMatchObject({ price: 99 });
    expect(after.headers.get("ETag")).not.toBe(before.headers.get("ETag"));
    expect(after.number).toBeGreaterThan(put.number);
  });

  test("a POST is not answered from the edge", async () => {
    const add = (name: string): Promise<Seen> =>
      ask("/products", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify({ name }),
      });
    const [first, second] = [await add("Flax"), await add("Hemp")];

    expect([first.status, second.status]).toEqual([201, 201]);
    expect(second.headers.get("Location")).not.toBe(first.headers.get("Location"));
  });

  test("preferences are never shared between users", async () => {
    const preferences = async (headers: Record<string, string>): Promise<unknown> =>
      JSON.parse((await ask("/user/preferences", { headers })).body);
    const asked = [
      { Authorization: "Bearer ann" },
      { Authorization: "Bearer bob" },
      { Cookie: "session=ann" },
      { Cookie: "session=bob" },
      { Authorization: "Bearer ann" },
    ];
    const answers: unknown[] = [];
    for (const headers of asked) answers.push(await preferences(headers));

    const ann = { user: "ann", theme: "dark" };
    const bob = { user: "bob", theme: "light" };
    expect(answers).toEqual([ann, bob, ann, bob, ann]);
    expect(await flaskSaw("/user/preferences")).toHaveLength(5);
    expect((await ask("/user/preferences")).status).toBe(401);
  });

  test("an error is passed on and not kept", async () => {
    const answers = [await ask("/fail"), await ask("/fail?status=503"), await ask("/fail")];

    expect(answers.map(({ status }) => status)).toEqual([500, 503, 500]);
    expect(answers.map(({ outcome }) => outcome)).not.toContain("hit");
  });

  test("while Flask is down the API answers from stale copies, and afterwards afresh", async () => {
    // The last one has no rule: it is Flask's own stale-if-error that allows it.
    const paths = ["/products?category=tools", "/products/5", "/blog", "/slow"];
    const askAll = (): Promise<Seen[]> => Promise.all(paths.map((path) => ask(path)));
    const before = await askAll();
    await flask.stop();
    await sleep(BLOG_LIFE_MS + MARGIN_MS);
    const meanwhile = await askAll();
    const unknown = await ask("/products/6");

    expect(meanwhile.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(meanwhile.map(({ body }) => body)).toEqual(before.map(({ body }) => body));
    expect(meanwhile.map(({ number }) => number)).toEqual(before.map(({ number }) => number));
    expect(Math.min(...meanwhile.map(({ headers }) => Number(headers.get("Age"))))).toBeGreaterThanOrEqual(3);
    expect([unknown.status, unknown.headers.get("Content-Type")]).toEqual([502, "application/problem+json"]);

    flask = await startFlask(python ?? "", port);
    const again = await askUntil("/products/5", ({ headers }) => Number(headers.get("Age")) <= 2);
    expect([again.status, again.body]).toEqual([200, before[1]?.body]);
    expect((await ask("/products/6")).status).toBe(200);
    expect(await flaskSaw("/products/5")).toMatchObject([{ status: 304 }]);
  }, 60_000);
});

/** `hit`, or `fwd=<why>`, of our member of Cache-Status. */
function outcomeOf(field: string | null): string {
  const [name, outcome = ""] = (field ?? "").split(/\s*;\s*/);
  return name === "selvedge" ? outcome : `not ours: ${field}`;
}
