/** Whatever becomes of the purge log: the cache keeps serving, says so, and catches up once the log is back. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { CONTROL_TOKENS, type ControlRequest, control as controlAt } from "../control/support.ts";
import { send } from "../support/client.ts";
import { eventually, outcomeOf, stage } from "../support/stage.ts";

const stand = stage({
  entry: "worker-with-faults",
  rules: { rules: [{ name: "all", match: {} }] },
  vars: { CONTROL_TOKENS, PURGE_BOUND: "1s", MEMORY_MB: "0" },
});

const HOUR = { headers: { "Cache-Control": "max-age=3600" } };
/** A log that hangs is given up on after 5 s, and asked again after 30 s at the latest. */
const LONGEST_MS = 40_000;

async function setFault(fault: string): Promise<void> {
  await send(`${stand.worker.url}/__faults?purgeLog=${fault}`);
}

afterEach(() => setFault("none"));

const control = (route: string, request?: ControlRequest) => controlAt(stand.worker.url, route, request);
const json = async (route: string) => JSON.parse((await control(route)).body);
const purge = (body: object) => control("/purge", { method: "POST", body: JSON.stringify(body) });

async function stored(): Promise<string> {
  const target = stand.path("/a", HOUR);
  await eventually(async () => outcomeOf(await stand.ask(target)) === "hit");
  return target;
}

/** Until it holds, with requests coming, as they must for an isolate to learn anything. */
function whileAsking(target: string, holds: () => Promise<void>): Promise<void> {
  const attempt = async () => {
    await stand.ask(target);
    await holds();
  };
  return vi.waitFor(attempt, { timeout: LONGEST_MS, interval: 200 });
}

describe("a purge log that fails", () => {
  test.each<[fault: string, error: RegExp]>([
    ["throw", /purgeLog is broken/],
    ["hang", /no answer within 5000 ms/],
    ["garbage", /answered what no purge log does/],
  ])(
    "%s: hits stay hits, state and answers say so, and it is caught up with",
    { timeout: 90_000 },
    async (fault, error) => {
      const [kept, purged] = [await stored(), await stored()];
      await setFault(fault);

      await whileAsking(kept, async () => expect((await json("/health")).purges.failures).toBeGreaterThan(0));
      const { purges } = await json("/stats");
      expect(purges).toMatchObject({ mode: "log", known: true, lastError: expect.stringMatching(error) });
      expect((await json("/health")).purges.lastError).toMatch(error);
      expect(outcomeOf(await stand.ask(kept))).toBe("hit");

      const refused = await purge({ urls: [purged] });
      expect([refused.status, refused.headers["content-type"], refused.headers["retry-after"]]).toEqual([
        503,
        "application/problem+json",
        "5",
      ]);
      expect(JSON.parse(refused.body)).toMatchObject({
        status: 503,
        detail: expect.stringMatching(error),
        purges: [{ scope: "url", soft: false }],
      });
      expect(outcomeOf(await stand.ask(purged))).toBe("purged");

      const history = await control("/purges");
      expect([history.status, history.headers["content-type"]]).toEqual([503, "application/problem+json"]);
      expect(JSON.parse(history.body).detail).toMatch(error);

      await setFault("none");
      await whileAsking(kept, async () =>
        expect((await json("/health")).purges).toMatchObject({ failures: 0, lastError: null }),
      );
      expect((await purge({ urls: [kept] })).status).toBe(200);
      expect(outcomeOf(await stand.ask(kept))).toBe("purged");
    },
  );
});

describe("an isolate that begins while the log fails", () => {
  const cold = stage({
    entry: "worker-with-faults",
    rules: { rules: [{ name: "all", match: {} }] },
    vars: { CONTROL_TOKENS },
  });

  test("stores what comes, and serves it", async () => {
    await send(`${cold.worker.url}/__faults?purgeLog=hang`);
    const target = cold.path("/a", HOUR);
    await eventually(async () => outcomeOf(await cold.ask(target)) === "hit");
    const { body } = await controlAt(cold.worker.url, "/health");
    expect(JSON.parse(body).purges).toMatchObject({ known: false, sequence: 0 });
  });
});
