/** Whatever an origin does: the best answer that there is, once, in time, and nothing broken is kept. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ClientResponse, send } from "../support/client.ts";
import { type RunningWorker, startWorker } from "../support/harness.ts";
import {
  answerOf,
  answers,
  type Behaviour,
  type RawOrigin,
  resetsAfter,
  sends,
  stallsAfter,
  startRawOrigin,
} from "../support/raw-origin.ts";

let origin: RawOrigin;
let worker: RunningWorker;
beforeAll(async () => {
  origin = await startRawOrigin();
  const rules = { defaults: { staleIfError: "1h" as const }, rules: [] };
  worker = await startWorker({ origin: origin.url, vars: { LOG: "off", ORIGIN_TIMEOUT: "1s" }, rules });
});
afterAll(async () => {
  await worker?.close();
  await origin?.stop();
});

const HEAD = "HTTP/1.1 200 OK\r\n";
const FRESH = "Cache-Control: max-age=60";

/** The origin fails as a whole: nobody could make an answer of this. */
const FAILURES: readonly (readonly [what: string, behaviour: Behaviour, status: 502 | 504])[] = [
  ["closes the connection at once", sends(""), 502],
  ["resets it", resetsAfter(""), 502],
  ["never says a word", stallsAfter(""), 504],
  ["stalls amid the status line", stallsAfter("HTTP/1.1 20"), 504],
  ["stalls amid the fields", stallsAfter(`${HEAD}Content-Le`), 504],
  ["stalls behind the fields", stallsAfter(`${HEAD}Content-Length: 5\r\n`), 504],
  ["closes amid the status line", sends("HTTP/1.1 20"), 502],
  ["closes amid the fields", sends(`${HEAD}Content-Le`), 502],
  ["resets amid the fields", resetsAfter(`${HEAD}Content-Le`), 502],
  ["talks of something else", sends("220 mail.example.com ESMTP\r\n\r\n"), 502],
  ["sends bytes without sense", sends("\x00\x01\xff\xfe".repeat(100)), 502],
  ["names a status that is none", sends("HTTP/1.1 9999 OK\r\nContent-Length: 0\r\n\r\n"), 502],
  ["names no status", sends("HTTP/1.1 OK\r\nContent-Length: 0\r\n\r\n"), 502],
  ["names another protocol", sends("ICY 200 OK\r\nContent-Length: 0\r\n\r\n"), 502],
  ["stalls amid a small body", stallsAfter(`${HEAD}${FRESH}\r\nContent-Length: 100\r\n\r\nonly this`), 504],
  ["closes amid a small body", sends(`${HEAD}${FRESH}\r\nContent-Length: 100\r\n\r\nonly this`), 502],
  ["resets amid a small body", resetsAfter(`${HEAD}${FRESH}\r\nContent-Length: 100\r\n\r\nonly this`), 502],
  ["sends a field without a colon", sends(`${HEAD}nonsense\r\nContent-Length: 0\r\n\r\n`), 502],
  ["sends a length that is none", sends(`${HEAD}Content-Length: many\r\n\r\nbody`), 502],
  ["sends a field of two megabytes", sends(`${HEAD}X-Large: ${"a".repeat(2_000_000)}\r\n\r\n`), 502],
  ["sends fields without end", sends(HEAD + "X-More: a\r\n".repeat(200_000)), 502],
];

/** After so long a copy with a lifetime of one second is stale. */
const STALE_MS = 2_100;

let count = 0;
const newPath = () => `/f/${++count}`;
const ask = (path: string): Promise<ClientResponse> => send(worker.url + path);

describe.concurrent.each(FAILURES)("an origin that %s", (_, behaviour, status) => {
  test("is told of in an error that programs can read, and the next answer is its own", async () => {
    const path = newPath();
    origin.script(path, behaviour, behaviour, behaviour, answers("well again", FRESH));
    const failed = await ask(path);
    expect(failed.status, failed.body).toBe(status);
    expect(failed.headers["content-type"]).toBe("application/problem+json");
    expect(failed.headers["cache-control"]).toBe("no-store");
    let healed = await ask(path);
    for (let attempt = 0; attempt < 4 && healed.status !== 200; attempt++) healed = await ask(path);
    expect([healed.status, healed.body]).toEqual([200, "well again"]);
  });

  test("is stood in for by the stale copy, for all who come", async () => {
    const path = newPath();
    origin.script(path, answers("the copy", "Cache-Control: max-age=1"), behaviour);
    expect((await ask(path)).body).toBe("the copy");
    await sleep(STALE_MS);
    const all = await Promise.all(Array.from({ length: 10 }, () => ask(path)));
    expect(all.map(({ status: given, body }) => `${given} ${body}`)).toEqual(
      Array.from({ length: 10 }, () => "200 the copy"),
    );
    for (const { headers } of all) expect(headers["cache-status"]).toMatch(/;hit|stale|collapsed/);
    // The runtime may ask once more where a connection is broken off before there is an answer.
    expect(origin.asked(path)).toBeLessThanOrEqual(1 + 2);
  });
});

describe.concurrent("a body that does not come whole", () => {
  const CUTS: readonly (readonly [what: string, behaviour: Behaviour])[] = [
    ["closed too early", sends(`${HEAD}${FRESH}\r\nContent-Length: 90000\r\n\r\nonly this`)],
    ["reset amid it", resetsAfter(`${HEAD}${FRESH}\r\nContent-Length: 90000\r\n\r\nonly this`)],
    [
      "chunks that end amid one",
      sends(`${HEAD}${FRESH}\r\nTransfer-Encoding: chunked\r\n\r\n64\r\nonly this`),
    ],
    ["chunks without the last", sends(`${HEAD}${FRESH}\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nonly\r\n`)],
    ["chunks of no size", sends(`${HEAD}${FRESH}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nonly\r\n`)],
  ];
  test.each(CUTS)("%s: nobody is told that it is whole, and nothing of it is kept", async (_, behaviour) => {
    const path = newPath();
    origin.script(path, behaviour, answers("whole", FRESH));
    const first = await ask(path).catch(() => null);
    expect(first?.body ?? "").not.toBe("whole");
    let next = await ask(path).catch(() => null);
    for (let attempt = 0; attempt < 4 && next?.body !== "whole"; attempt++)
      next = await ask(path).catch(() => null);
    expect(next?.body).toBe("whole");
    expect((await ask(path)).body).toBe("whole");
  });
});

describe.concurrent("an origin that says too much", () => {
  test.each<[what: string, behaviour: Behaviour, body: string]>([
    [
      "more bytes than announced",
      sends(`${answerOf(200, "four", FRESH)}HTTP/1.1 200 OK\r\n\r\nevil`),
      "four",
    ],
    [
      "early words",
      sends(`${"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n".repeat(50)}${answerOf(200, "late", FRESH)}`),
      "late",
    ],
    [
      "chunks and then more",
      sends(
        `${HEAD}${FRESH}\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nfour\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n\r\nevil`,
      ),
      "four",
    ],
  ])("%s: one answer is one answer", async (_, behaviour, body) => {
    const path = newPath();
    origin.script(path, behaviour);
    for (let time = 0; time < 3; time++) expect((await ask(path)).body).toBe(body);
  });

  test("two lengths that differ: either an error or one of them, never a mixture", async () => {
    const path = newPath();
    origin.script(path, sends(`${HEAD}${FRESH}\r\nContent-Length: 4\r\nContent-Length: 8\r\n\r\nfourfour`));
    const { status, body } = await ask(path);
    expect(status === 502 || body === "four" || body === "fourfour", `${status} ${body}`).toBe(true);
  });
});

describe.concurrent("errors of the origin's own", () => {
  test.each([500, 502, 503, 504])(
    "%i is passed on where nothing else is there, and never kept",
    async (status) => {
      const path = newPath();
      origin.script(path, sends(answerOf(status, "sorry")), answers("well", FRESH));
      const first = await ask(path);
      expect([first.status, first.body]).toEqual([status, "sorry"]);
      expect((await ask(path)).body).toBe("well");
    },
  );

  test.each([500, 502, 503, 504])(
    "%i gives way to the stale copy, as long as the storm lasts",
    async (status) => {
      const path = newPath();
      const storm = sends(answerOf(status, "sorry"));
      origin.script(path, answers("the copy", FRESH, "Age: 100"), storm, storm, storm, answers("new", FRESH));
      expect((await ask(path)).body).toBe("the copy");
      const told: string[] = [];
      for (let time = 0; time < 6 && told.at(-1) !== "new"; time++) told.push((await ask(path)).body);
      expect(told).toEqual(["the copy", "the copy", "the copy", "new"]);
    },
  );

  test("who flaps is never kept in the wrong state", async () => {
    const path = newPath();
    const [up, down] = [answers("up", "Cache-Control: no-cache"), sends(answerOf(503, "down"))];
    origin.script(path, up, down, up, down, up);
    const told: string[] = [];
    for (let time = 0; time < 5; time++) told.push((await ask(path)).body);
    // RFC 9111 §4.2.4: no-cache forbids to stand in for an error, whatever the rule says.
    expect(told).toEqual(["up", "down", "up", "down", "up"]);
  });
});

test("a redirect to itself is the client's to follow, once", async () => {
  const path = newPath();
  origin.script(path, sends(answerOf(302, "", `Location: ${path}`)));
  expect(await ask(path)).toMatchObject({ status: 302 });
  expect(origin.asked(path)).toBe(1);
});

describe("an origin that is not there", () => {
  test.each([
    ["whose name nobody knows", "http://no-such-host.invalid"],
    ["where nobody listens", "http://127.0.0.1:9"],
  ])("%s: a clean error, at once, for reads and writes", async (_, url) => {
    const alone = await startWorker({ origin: url, vars: { LOG: "off", ORIGIN_TIMEOUT: "3s" } });
    try {
      for (const method of ["GET", "HEAD", "POST"]) {
        const { status, headers } = await send(`${alone.url}/a`, { method });
        expect(status).toBe(502);
        expect(headers["content-type"]).toBe("application/problem+json");
      }
    } finally {
      await alone.close();
    }
  });
});
