/** An origin knows each request that comes from here, by a secret that nobody else gets to see. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ClientRequest, type ClientResponse, send } from "../../support/client.ts";
import { type RunningWorker, startWorker } from "../../support/harness.ts";
import { createdOf, signatureFields } from "../../support/message-signature.ts";
import { type Origin, type Received, startOrigin } from "../../support/origin.ts";
import { eventually, outcomeOf } from "../../support/stage.ts";

const ORIGIN_SECRET = "the-secret-of-the-field";
const ORIGIN_KEY = "the key that signs requests, 32 bytes";
const CONTROL_TOKEN = "a-control-token-of-some-length";
const HOUR = { "Cache-Control": "max-age=3600" };

let main: Origin;
let other: Origin;
let worker: RunningWorker;

beforeAll(async () => {
  [main, other] = await Promise.all([startOrigin(), startOrigin()]);
  const auth = {
    header: { name: "X-Edge-Pass", secret: "ORIGIN_SECRET" },
    signature: { secret: "ORIGIN_KEY", keyId: "edge-1", maxBodyBytes: 100 },
  };
  worker = await startWorker({
    origin: main.url,
    vars: { LOG: "json", ORIGIN_TIMEOUT: "2s", ORIGIN_SECRET, ORIGIN_KEY, CONTROL_TOKEN },
    rules: {
      origins: {
        default: { auth, retries: { attempts: 1, backoffMs: 2200 } },
        below: { url: `${main.url}/base`, auth },
        plain: other.url,
        probed: { url: main.url, auth, circuitBreaker: { failures: 1, cooldown: "1s", probe: "/health" } },
      },
      rules: [
        {
          name: "graphql",
          match: { path: "/graphql/*", method: "POST" },
          edgeTtl: "1h",
          key: { body: { methods: ["POST"] } },
        },
        { name: "below", match: { path: "/below/*" }, origin: "below" },
        {
          name: "told",
          match: { path: "/told/*" },
          requestHeaders: { set: { "X-Api-Key": "{env.ORIGIN_SECRET}" } },
        },
        { name: "plain", match: { path: "/plain/*" }, origin: "plain" },
        { name: "over", match: { path: "/over/*" }, origin: { use: ["below", "plain"] } },
        { name: "probed", match: { path: "/probed/*" }, origin: "probed" },
        { name: "stale", match: { path: "/stale/*" }, edgeTtl: "1s", staleWhileRevalidate: "1h" },
      ],
    },
  });
});

afterAll(async () => {
  await worker?.close();
  await Promise.all([main?.stop(), other?.stop()]);
});

let count = 0;
function path(prefix: string, ...answers: Parameters<Origin["script"]>[1]): string {
  const target = `${prefix}/${++count}`;
  main.script(target, answers);
  return target;
}

function ask(target: string, request: ClientRequest = {}): Promise<ClientResponse> {
  return send(worker.url + target, request);
}

/** Whether the origin got what proves where the request comes from, now. */
function expectProven({ method, url, headers }: Received, body: string | Buffer | null = null): void {
  const created = createdOf(headers);
  expect(Math.abs(created - Date.now() / 1000)).toBeLessThan(10);
  const { "content-digest": digest, ...fields } = signatureFields({
    ...{ method, target: url, body, created },
    ...{ key: ORIGIN_KEY, keyId: "edge-1" },
  });
  expect(headers).toMatchObject({ "x-edge-pass": ORIGIN_SECRET, ...fields });
  expect(headers["content-digest"]).toBe(digest);
}

const only = (target: string): Received => {
  const [received, ...others] = main.received(target);
  if (received === undefined || others.length > 0) throw new Error(`not one request for ${target}`);
  return received;
};

describe("the origin knows", () => {
  test.each<[title: string, request: ClientRequest, query: string]>([
    ["a miss", {}, ""],
    ["a query", {}, "?b=2&a=%20&a="],
    ["an empty query", {}, "?"],
    ["HEAD", { method: "HEAD" }, ""],
    ["a part", { headers: { Range: "bytes=0-1" } }, ""],
    ["a condition that is passed on", { headers: { "If-Match": '"1"' } }, ""],
    ["OPTIONS", { method: "OPTIONS" }, ""],
    ["DELETE", { method: "DELETE" }, ""],
  ])("%s", async (_, request, query) => {
    const target = path("/any", { headers: HOUR });
    await ask(target + query, request);
    expectProven(only(target));
  });

  test("a path as it is sent, below the origin's own", async () => {
    const target = `/below/caf%C3%A9%20%2F/${++count}`;
    main.script(`/base${target}`, [{ headers: HOUR }]);
    expect((await ask(`${target}?x=%7b`)).status).toBe(200);
    expectProven(only(`/base${target}`));
  });

  test("a retry, by an instant of its own", async () => {
    const target = path("/any", { status: 503 }, { headers: HOUR });
    await ask(target);
    const [first, second] = main.received(target);
    for (const received of main.received(target)) expectProven(received);
    expect(createdOf(second?.headers ?? {})).toBeGreaterThan(createdOf(first?.headers ?? {}));
  });

  test("a refresh behind an answer", async () => {
    const target = path("/stale", {});
    await eventually(async () => {
      await ask(target);
      return main.received(target).length > 1;
    });
    for (const received of main.received(target)) expectProven(received);
  });

  test("a health check", async () => {
    main.script("/health", [{}]);
    const target = path("/probed", { status: 503 });
    await ask(target);
    await eventually(async () => {
      await ask(target);
      return main.received("/health").length > 0;
    });
    for (const received of main.received("/health")) expectProven(received);
  });
});

describe("content", () => {
  const put = (body: string | Buffer, headers = {}): ClientRequest => ({ method: "PUT", body, headers });
  const chunked = { "Transfer-Encoding": "chunked" };

  test.each<[title: string, request: ClientRequest, signed: boolean]>([
    ["is signed", put("the content"), true],
    ["is signed when it comes in pieces", put("the content", chunked), true],
    ["is signed up to the limit", put("x".repeat(100)), true],
    ["is signed as the bytes that it is", put(Buffer.from([0, 255, 10, 13, 128])), true],
    ["is not signed beyond it", put("x".repeat(101)), false],
    ["is not signed beyond it, in pieces", put("x".repeat(3000), chunked), false],
  ])("%s", async (_, request, signed) => {
    const target = path("/any", {});
    expect((await ask(target, request)).status).toBe(200);
    expectProven(only(target), signed ? (request.body ?? null) : null);
    expect(only(target).body).toBe(String(request.body));
  });

  test("of a read is signed, and the copy is shared", async () => {
    const target = path("/graphql", { body: "the answer" });
    const query = { method: "POST", body: '{"query":"{a}"}' };
    await eventually(async () => outcomeOf(await ask(target, query)) === "hit");
    const [received] = main.received(target);
    if (received) expectProven(received, query.body);
    expect(received?.method).toBe("POST");
  });

  test("is signed by us alone: a digest of the client's is not vouched for", async () => {
    const target = path("/any", {});
    const lie = "sha-256=:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:";
    await ask(target, put("x".repeat(200), { "Content-Digest": lie }));
    expect(only(target).headers["signature-input"]).not.toContain("content-digest");
    const short = path("/any", {});
    await ask(short, put("the content", { "Content-Digest": lie }));
    expectProven(only(short), "the content");
  });
});

describe("nobody else knows", () => {
  const isSecret = (text: string) => text.includes(ORIGIN_SECRET) || text.includes(ORIGIN_KEY);

  test("what a client says in these fields is replaced, and keeps nobody from the copy", async () => {
    const target = path("/any", { headers: { ...HOUR, Vary: "X-Edge-Pass, Signature, Signature-Input" } });
    await ask(target, {
      headers: { "X-Edge-Pass": "guessed", Signature: "selvedge=:AAAA:", "Signature-Input": "x" },
    });
    expectProven(only(target));
  });

  test("not another origin, nor the one that stands by", async () => {
    const plain = `/plain/${++count}`;
    const over = `/over/${++count}`;
    for (const target of [plain, over]) other.script(target, [{ headers: HOUR }]);
    main.script(`/base${over}`, [{ status: 503 }]);
    expect([(await ask(plain)).status, (await ask(over)).status]).toEqual([200, 200]);
    for (const { headers } of other.all()) {
      expect([headers["x-edge-pass"], headers["signature"], headers["signature-input"]]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
    }
  });

  test("not by TRACE, which would send it back", async () => {
    const target = path("/told", (request, response) => {
      response.end(JSON.stringify(request.rawHeaders));
    });
    const answer = await ask(target, { method: "TRACE" });
    expect([answer.status, isSecret(answer.body)]).toEqual([200, false]);
  });

  test("not a client, not the log, not who has a request explained or inspected", async () => {
    const target = path("/any", { headers: { ...HOUR, Vary: "X-Edge-Pass" } });
    await eventually(async () => outcomeOf(await ask(target)) === "hit");
    const control = async (route: string) =>
      (await ask(`/__selvedge${route}`, { headers: { Authorization: `Bearer ${CONTROL_TOKEN}` } })).body;
    const answer = await ask(target);
    const url = `url=${encodeURIComponent(worker.url + target)}`;
    const said = [
      JSON.stringify(answer.rawHeaders),
      await control(`/explain?${url}`),
      await control(`/inspect?${url}`),
      await control("/rules"),
      await control("/stats"),
      ...worker.logs,
    ];
    expect(said.slice(0, 3).join()).toContain("vary");
    expect(said.filter(isSecret)).toEqual([]);
  });
});
