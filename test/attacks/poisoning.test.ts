/** Never a wrong answer: what one client sends, or sends at an unlucky moment, must not change what others get. */
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ClientRequest, send } from "../support/client.ts";
import { type RunningWorker, startWorker } from "../support/harness.ts";
import { type Answer, type Origin, startOrigin } from "../support/origin.ts";

let origin: Origin;
let worker: RunningWorker;
let count = 0;

beforeAll(async () => {
  origin = await startOrigin();
  worker = await startWorker({ origin: origin.url, vars: { LOG: "off", ORIGIN_TIMEOUT: "3s" } });
});

afterAll(async () => {
  await worker?.close();
  await origin?.stop();
});

const HOUR = { "Cache-Control": "max-age=3600" };
const STALE = { "Cache-Control": "max-age=60", Age: "100" };
/** Until what is stored behind an answer has been stored. */
const settle = () => sleep(100);

function scripted(...answers: Answer[]): string {
  const path = `/poisoning/${++count}`;
  origin.script(path, answers);
  return path;
}

const ask = (path: string, request?: ClientRequest) => send(worker.url + path, request);
const statusOf = ({ headers }: { headers: Readonly<Record<string, string>> }) =>
  headers["cache-status"] ?? "";

describe.concurrent("what is in flight when something else happens", () => {
  test("a 304 that comes after a write does not bring back what the write invalidated", async () => {
    const tag = { ETag: '"v1"' };
    const path = scripted(
      { headers: { ...STALE, ...tag }, body: "before" },
      { status: 304, headers: { ...HOUR, ...tag }, delayMs: 500 },
      { body: "written" },
      { headers: HOUR, body: "after" },
    );
    await ask(path);
    await settle();
    const validated = ask(path);
    await sleep(200);
    await ask(path, { method: "PUT", body: "x" });
    await validated;
    await settle();
    const bodies = [(await ask(path)).body, (await ask(path)).body];
    expect(bodies).toEqual(["after", "after"]);
  });

  test("a HEAD that comes late does not put its fields to a newer body", async () => {
    const path = scripted(
      { headers: { ...STALE, ETag: '"v1"' }, body: "first" },
      { headers: { ...HOUR, ETag: '"v1"', "Content-Length": "5" }, delayMs: 500 },
      { headers: { ...HOUR, ETag: '"v2"' }, body: "the second" },
    );
    await ask(path);
    await settle();
    const head = ask(path, { method: "HEAD" });
    await sleep(200);
    await ask(path);
    await head;
    await settle();
    const answer = await ask(path);
    expect([answer.headers["etag"], answer.body]).toEqual(['"v2"', "the second"]);
  });

  test("a part that comes late does not take the place of the whole", async () => {
    const part = { ...HOUR, ETag: '"v1"', "Content-Range": "bytes 0-1/4" };
    const path = scripted(
      { status: 206, headers: part, body: "ab", delayMs: 500 },
      { headers: { ...HOUR, ETag: '"v1"' }, body: "abcd" },
    );
    const ranged = ask(path, { headers: { Range: "bytes=0-1" } });
    await sleep(200);
    await ask(path);
    await ranged;
    await settle();
    const answer = await ask(path);
    expect([answer.body, statusOf(answer)]).toEqual(["abcd", expect.stringContaining("hit")]);
  });
});

describe.concurrent("what one client sends", () => {
  test("a Range that cannot be satisfied does not become the answer for all", async () => {
    const path = scripted(
      { status: 416, headers: { ...HOUR, "Content-Range": "bytes */4" }, body: "" },
      { headers: HOUR, body: "abcd" },
    );
    await ask(path, { headers: { Range: "bytes=100-200" } });
    await settle();
    const answer = await ask(path);
    expect([answer.status, answer.body]).toEqual([200, "abcd"]);
  });

  test("a path that spells the digest of a long key is not taken for it", async () => {
    const long = `/poisoning/long-${++count}?q=${"x".repeat(1100)}`;
    const digest = createHash("sha256")
      .update(worker.url + long)
      .digest("hex");
    origin.script(`/sha256:${digest}`, [{ headers: HOUR, body: "attack" }]);
    origin.script(long.split("?")[0] ?? "", [{ headers: HOUR, body: "answer" }]);
    await ask(`/sha256:${digest}`);
    await settle();
    expect((await ask(long)).body).toBe("answer");
  });

  test.each([
    "Forwarded",
    "X-Forwarded-Host",
    "X-Forwarded-Prefix",
    "X-Forwarded-Port",
    "X-Original-URL",
    "X-Rewrite-URL",
    "X-Host",
    "X-HTTP-Method-Override",
  ])("%s does not reach the origin as the client claims it", async (name) => {
    const path = scripted({ headers: HOUR });
    await ask(path, { headers: { [name]: "evil.example" } });
    const [received] = origin.received(path);
    expect(JSON.stringify(received?.headers)).not.toContain("evil.example");
  });

  test("another spelling of a path does not evade a rule", async () => {
    origin.script("/user/spelled", [{ headers: HOUR }]);
    const answers = [await ask("/%75ser/spelled"), await ask("/us%65r/spelled")];
    expect(answers.map(statusOf)).toEqual(Array(2).fill(expect.stringContaining('rule="user"')));
  });

  test("an Authorization does not take the copy from all others", async () => {
    const path = scripted(
      { headers: { "Cache-Control": "max-age=60, stale-if-error=600", Age: "100" }, body: "public" },
      { headers: { "Cache-Control": "max-age=60" }, body: "personal" },
      { status: 503 },
    );
    await ask(path);
    await settle();
    expect((await ask(path, { headers: { Authorization: "Bearer x" } })).body).toBe("personal");
    await settle();
    expect((await ask(path)).body).toBe("public");
  });
});

describe.concurrent("what only the client that asked may have", () => {
  test.each(['no-cache="set-cookie"', 'private="set-cookie"'])(
    "%s: it gets it, others don't",
    async (named) => {
      const headers = { "Cache-Control": `max-age=60, ${named}`, "Set-Cookie": "s=1" };
      const path = scripted({ headers });
      const first = await ask(path);
      await settle();
      const second = await ask(path);
      expect([first.headers["set-cookie"], second.headers["set-cookie"]]).toEqual(["s=1", undefined]);
      expect(statusOf(second)).toContain("hit");
    },
  );

  test("a 304 that no condition asked for reaches nobody", async () => {
    const path = scripted({ status: 304 });
    expect((await ask(path)).status).toBe(502);
  });
});
