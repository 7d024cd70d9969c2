/** A purge that arrives while the origin is being asked holds for what comes of that, too. */
import { describe, expect, test } from "vitest";
import { CONTROL_TOKENS, control } from "../control/support.ts";
import type { ClientRequest, ClientResponse } from "../support/client.ts";
import type { Answer, Fields } from "../support/origin.ts";
import { eventually, outcomeOf, stage } from "../support/stage.ts";

const HOUR = { "Cache-Control": "max-age=3600" };
const STALE = { "Cache-Control": "max-age=60", Age: "120" };
const ETAG = { ETag: '"v1"' };

const { ask, path, received, running } = withWorker();

function withWorker() {
  const running = stage({
    vars: { CONTROL_TOKENS, SELVEDGE_SECRET: "0123456789abcdef0123456789abcdef" },
    rules: {
      rules: [
        { name: "fails", match: { path: "/fails/*" }, staleIfError: "1h" },
        { name: "behind", match: { path: "/behind/*" }, staleWhileRevalidate: "1h" },
        { name: "user", match: { path: "/user/*" }, scope: "user" },
        { name: "all", match: {} },
      ],
    },
  });
  return { running, ask: running.ask, path: running.path, received: running.received };
}

const purge = async (target: string, soft = false) => {
  const body = JSON.stringify({ urls: [target], soft });
  expect((await control(running.worker.url, "/purge", { method: "POST", body })).status).toBe(200);
};

/** An answer that is held back until the gate opens. */
function held(status: number, headers: Fields, body: string) {
  const gate = Promise.withResolvers<void>();
  const answer: Answer = async (_, response) => {
    await gate.promise;
    response.writeHead(status, headers as Record<string, string>).end(body);
  };
  return { answer, open: () => gate.resolve() };
}

/** Asks, until the answer is in the store. */
async function keep(target: string, request?: ClientRequest): Promise<void> {
  await ask(target, request);
  await eventually(async () => {
    const { body } = await control(running.worker.url, `/inspect?url=${target}`);
    return JSON.parse(body).stored.length > 0;
  });
}

/** Asks, purges once the origin is being asked for the second time, lets it answer, and returns what came of it. */
async function purgedMeanwhile(
  target: string,
  { open }: { open: () => void },
  { soft = false, request }: { soft?: boolean; request?: ClientRequest } = {},
): Promise<ClientResponse> {
  const asked = received(target).length + 1;
  const answer = ask(target, request);
  await eventually(() => received(target).length === asked);
  await purge(target, soft);
  open();
  return answer;
}

describe("a hard purge while a stale copy is being validated", () => {
  test("the origin fails: the copy does not stand in for it", async () => {
    const late = held(503, {}, "down");
    const target = path("/fails", { headers: STALE, body: "old" }, late.answer);
    await keep(target);
    const answer = await purgedMeanwhile(target, late);
    expect([answer.status, answer.body]).toEqual([503, "down"]);
  });

  test("the origin breaks off amid a small body: the copy does not stand in for it", async () => {
    const gate = Promise.withResolvers<void>();
    const breaksOff: Answer = async (_, response) => {
      response.writeHead(200, { ...HOUR, "Content-Length": "100" }).write("only this");
      await gate.promise;
      response.destroy();
    };
    const target = path("/fails", { headers: STALE, body: "old" }, breaksOff);
    await keep(target);
    const answer = await purgedMeanwhile(target, { open: gate.resolve });
    expect([answer.status, outcomeOf(answer)]).toEqual([502, "origin-unreachable"]);
  });

  test("a soft one lets it stand in", async () => {
    const late = held(503, {}, "down");
    const target = path("/fails", { headers: STALE, body: "old" }, late.answer);
    await keep(target);
    expect((await purgedMeanwhile(target, late, { soft: true })).body).toBe("old");
  });

  test("the origin confirms it: it is asked once more, without conditions", async () => {
    const late = held(304, { ...HOUR, ...ETAG }, "");
    const target = path("/a", { headers: { ...STALE, ...ETAG }, body: "old" }, late.answer, {
      headers: HOUR,
      body: "new",
    });
    await keep(target);
    expect((await purgedMeanwhile(target, late)).body).toBe("new");
    expect(received(target).map(({ headers }) => headers["if-none-match"])).toEqual([
      undefined,
      '"v1"',
      undefined,
    ]);
  });

  test("who waits for the same gets no copy either, if the origin fails", async () => {
    const late = held(503, {}, "down");
    const target = path("/fails", { headers: STALE, body: "old" }, late.answer);
    await keep(target);
    const follower = eventually(() => received(target).length === 2).then(() => ask(target));
    const leader = purgedMeanwhile(target, late);
    expect([(await leader).status, (await follower).status]).toEqual([503, 503]);
  });
});

describe("a purge while a copy is on its way", () => {
  test("who asks after it does not share in that, and what is stored of it is not used", async () => {
    const late = held(200, HOUR, "old");
    const target = path("/a", late.answer, { headers: HOUR, body: "new" });
    const before = ask(target);
    await eventually(() => received(target).length === 1);
    await purge(target);
    const after = ask(target);
    late.open();
    expect([(await before).body, (await after).body]).toEqual(["old", "new"]);
    expect((await ask(target)).body).toBe("new");
  });

  test("behind an answer: what the refresh brings is purged", async () => {
    const late = held(200, HOUR, "old");
    const target = path("/behind", { headers: STALE, body: "first" }, late.answer, {
      headers: HOUR,
      body: "new",
    });
    await keep(target);
    await eventually(async () => {
      await ask(target);
      return received(target).length === 2;
    });
    await purge(target);
    late.open();
    await eventually(async () => (await ask(target)).body === "new");
    expect((await ask(target)).body).toBe("new");
  });

  test("a part that completes another is purged with it", async () => {
    const parts = { ...HOUR, ...ETAG };
    const late = held(206, { ...parts, "Content-Range": "bytes 4-7/8" }, "5678");
    const target = path(
      "/a",
      { status: 206, headers: { ...parts, "Content-Range": "bytes 0-3/8" }, body: "1234" },
      late.answer,
      { headers: HOUR, body: "new" },
    );
    await keep(target, { headers: { Range: "bytes=0-3" } });
    await purgedMeanwhile(target, late, { request: { headers: { Range: "bytes=0-7" } } });
    expect((await ask(target)).body).toBe("new");
  });
});

describe("after a hard purge of a whole", () => {
  const RANGE = { headers: { Range: "bytes=0-3" } };
  const part = { status: 206, headers: { ...HOUR, ...ETAG, "Content-Range": "bytes 0-3/8" }, body: "1234" };

  test.each([
    ["without Vary", {}],
    ["that varies", { Vary: "Accept-Language" }],
  ])("%s, a part is stored as if nothing stood there", async (_, vary) => {
    const headers = { ...HOUR, ...ETAG, ...vary };
    const target = path(
      "/a",
      { headers, body: "old body" },
      { ...part, headers: { ...part.headers, ...vary } },
    );
    await keep(target);
    await purge(target);
    expect((await ask(target, RANGE)).status).toBe(206);
    await eventually(async () => outcomeOf(await ask(target, RANGE)) === "hit");
    expect((await ask(target, RANGE)).body).toBe("1234");
  });
});

describe("by its address goes every copy of it", () => {
  test("each variant", async () => {
    const target = path("/a", { headers: { ...HOUR, Vary: "Accept-Language" } });
    const languages = ["de", "en", "fr"].map((each) => ({ headers: { "Accept-Language": each } }));
    for (const each of languages) await eventually(async () => outcomeOf(await ask(target, each)) === "hit");
    await purge(target);
    const outcomes = [];
    for (const each of languages) outcomes.push(outcomeOf(await ask(target, each)));
    expect(outcomes).toEqual(["purged", "purged", "purged"]);
  });

  test("each user's", async () => {
    const target = path("/user", { headers: HOUR });
    const users = ["alice", "bob"].map((each) => ({ headers: { Authorization: `Bearer ${each}` } }));
    for (const each of users) await eventually(async () => outcomeOf(await ask(target, each)) === "hit");
    await purge(target);
    const outcomes = [];
    for (const each of users) outcomes.push(outcomeOf(await ask(target, each)));
    expect(outcomes).toEqual(["purged", "purged"]);
  });
});
