import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { send } from "../support/client.ts";
import { type RunningWorker, startWorker } from "../support/harness.ts";
import { type Origin, startOrigin } from "../support/origin.ts";

const TOKEN = "a-token-of-some-length";

describe("the control API", () => {
  let origin: Origin;
  let closed: RunningWorker;
  let open: RunningWorker;

  beforeAll(async () => {
    origin = await startOrigin();
    closed = await startWorker({ origin: origin.url });
    open = await startWorker({ origin: origin.url, vars: { CONTROL_TOKEN: TOKEN } });
  });

  afterAll(async () => {
    await Promise.all([closed.close(), open.close(), origin.stop()]);
  });

  const ask = (worker: RunningWorker, path: string, token?: string) =>
    fetch(worker.url + path, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });

  it.each([
    ["no token is configured: it does not exist", "closed", "/__selvedge/health", TOKEN, 404],
    ["no token is given", "open", "/__selvedge/health", undefined, 401],
    ["a wrong token is given", "open", "/__selvedge/health", "a-token-of-some-lengtH", 401],
    ["an empty token is given", "open", "/__selvedge/health", "", 401],
    ["the token is given", "open", "/__selvedge/health", TOKEN, 200],
    ["the rules are asked for", "open", "/__selvedge/rules", TOKEN, 200],
    ["an unknown route is asked for", "open", "/__selvedge/nothing", TOKEN, 404],
    ["another spelling is used", "open", "/%5F_selvedge/health", TOKEN, 404],
  ] as const)("%s", async (_name, which, path, token, status) => {
    const response = await ask(which === "open" ? open : closed, path, token);
    expect([response.status, response.headers.get("cache-control")]).toEqual([status, "no-store"]);
  });

  it("names the rules in their order", async () => {
    const rules = (await (await ask(open, "/__selvedge/rules", TOKEN)).json()) as { name: string }[];
    expect(rules.map(({ name }) => name)).toEqual(["user", "product-list", "product", "blog"]);
  });

  it("has let nothing through to the origin", () => {
    const paths = ["/__selvedge/health", "/__selvedge/rules", "/__selvedge/nothing", "/%5F_selvedge/health"];
    expect(paths.flatMap((path) => origin.received(path))).toEqual([]);
  });
});

// A secret is in force as soon as it is put: at three in the morning, with a slip of the hand.
describe("a mistake in a secret of the control API ends neither the traffic nor, but for the tokens, purges", () => {
  let origin: Origin;
  const workers: RunningWorker[] = [];
  const start = async (vars: Record<string, string>) => {
    const worker = await startWorker({ origin: origin.url, vars });
    workers.push(worker);
    return worker;
  };

  beforeAll(async () => {
    origin = await startOrigin();
  });
  afterAll(async () => {
    await Promise.all([...workers.map((worker) => worker.close()), origin.stop()]);
  });

  it("tokens", async () => {
    const worker = await start({ CONTROL_TOKEN: TOKEN, CONTROL_TOKENS: `ci:purger:${TOKEN}x` });
    origin.script("/a", [{ body: "served" }]);
    expect(await (await fetch(`${worker.url}/a`)).text()).toBe("served");
    const answer = await send(`${worker.url}/__selvedge/health`, {
      headers: { Authorization: `Bearer ${TOKEN}` },
    });
    expect([answer.status, answer.headers["cache-control"]]).toEqual([500, "no-store"]);
    const complaint = 'CONTROL_TOKENS: found "entry 1 (ci) with another role"; allowed: read, purge, admin';
    expect(JSON.parse(answer.body)).toMatchObject({ detail: complaint, code: "configuration" });
    expect(worker.logs).toContain(complaint);
    expect(origin.received("/__selvedge/health")).toEqual([]);
  });

  it("the zone: its token is put before the id is deployed", async () => {
    const worker = await start({ CONTROL_TOKEN: TOKEN, CLOUDFLARE_PURGE_TOKEN: "the-token-of-the-zone" });
    origin.script("/b", [{ body: "served" }]);
    expect(await (await fetch(`${worker.url}/b`)).text()).toBe("served");
    const answer = await send(`${worker.url}/__selvedge/purge`, {
      method: "POST",
      headers: { Authorization: `Bearer ${TOKEN}` },
      body: '{"tags":["a"]}',
    });
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toMatchObject({
      reach: "everywhere",
      cloudflare: { kind: "failed", detail: expect.stringMatching(/^CLOUDFLARE_ZONE_ID: found ""/) },
    });
    expect(worker.logs.join()).toContain("CLOUDFLARE_ZONE_ID: found");
    expect(worker.logs.join()).not.toContain("the-token-of-the-zone");
  });
});
