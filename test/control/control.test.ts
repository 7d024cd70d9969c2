import { afterAll, beforeAll, describe, expect, it } from "vitest";
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
