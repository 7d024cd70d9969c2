/** Never another's answer while things happen at once: shared flights, purges under way, and what is fetched behind answers. */
import { describe, expect, test } from "vitest";
import { CONTROL_TOKENS, control } from "../control/support.ts";
import type { Answer } from "../support/origin.ts";
import {
  answerOwn,
  credentials,
  expectOnly,
  FRESH,
  KINDS,
  type Kind,
  RULES,
  type Who,
} from "../support/owners.ts";
import { eventually, stage } from "../support/stage.ts";
import { SECRET } from "../support/tokens.ts";

const running = stage({
  rules: {
    rules: [
      ...RULES.rules,
      { name: "same", match: { path: "/same/*" }, requestCookies: "ignore", authorization: "ignore" },
      // Stale at once: the age that the origin says does not count against a lifetime of the rule's.
      { name: "ruled", match: { path: "/ruled/*" }, edgeTtl: "0s", staleWhileRevalidate: "1h" },
    ],
  },
  vars: { SELVEDGE_SECRET: SECRET, CONTROL_TOKENS },
});
const { ask, script, path, received } = running;

let count = 0;

/** A path whose origin holds its first answer back until the gate opens, and knows how many have asked it. */
function gated(kind: Kind, status = 200) {
  const target = `${kind.prefix}/held-${++count}`;
  const gate = Promise.withResolvers<void>();
  const own: Answer = (request, response) => answerOwn(request, response, { kind, lifetime: FRESH, status });
  script(
    target,
    async (request, response) => {
      await gate.promise;
      own(request, response);
    },
    own,
  );
  const askAs = (who: Who) => ask(target, { headers: credentials(who, kind) });
  const reached = (least: number) => eventually(() => received(target).length >= least);
  return { target, askAs, reached, open: () => gate.resolve() };
}

/** Whoever was sent before this has come to the Worker when it has been answered. */
const afterThose = () => ask(path("/plain", { headers: { "Cache-Control": "no-store" } }));

const PURGES = [
  { name: "a purge of the address", body: (target: string) => ({ urls: [target] }) },
  { name: "a soft purge of the address", body: (target: string) => ({ urls: [target], soft: true }) },
  { name: "a purge of everything", body: () => ({ everything: true }) },
];

describe.each(KINDS)("what is private by $name", (kind) => {
  test.each([200, 302, 404, 500])("reaches nobody who waits with her, status %i", async (status) => {
    const { askAs, reached, open } = gated(kind, status);
    const hers = askAs("alice");
    await reached(1);
    const others = (["bob", "bob"] as const).map((who) => ({ who, answer: askAs(who) }));
    await afterThose();
    open();
    expectOnly("alice", await hers);
    for (const { who, answer } of others) expectOnly(who, await answer);
    // Who is nobody comes last: what is made for nobody may be kept for everybody.
    expectOnly("nobody", await askAs("nobody"));
  });

  test.each([200, 302, 404, 500])(
    "does not reach a stranger who waits with her, status %i",
    async (status) => {
      const { askAs, reached, open } = gated(kind, status);
      const hers = askAs("alice");
      await reached(1);
      const stranger = askAs("nobody");
      await afterThose();
      open();
      expectOnly("alice", await hers);
      expectOnly("nobody", await stranger);
    },
  );

  test.each(PURGES)("is not bob's after $name while it was on its way", async ({ body }) => {
    const { target, askAs, reached, open } = gated(kind);
    const hers = askAs("alice");
    await reached(1);
    const purge = { method: "POST", body: JSON.stringify(body(target)) };
    expect((await control(running.worker.url, "/purge", purge)).status).toBe(200);
    const during = askAs("bob");
    await afterThose();
    open();
    expectOnly("alice", await hers);
    for (const answer of [during, askAs("bob"), askAs("bob")]) expectOnly("bob", await answer);
    expectOnly("nobody", await askAs("nobody"));
  });
});

const STALE = { "Cache-Control": "max-age=60, stale-while-revalidate=600", Age: "100", ETag: '"nobody"' };

describe.concurrent("what is asked for behind a stale answer that all share", () => {
  /** All that a client can say of itself, and of what it wants, without having a copy of its own for it. */
  const SAID = {
    Range: "bytes=0-4",
    "If-Range": '"alice"',
    "If-None-Match": '"alice"',
    "If-Modified-Since": "Sat, 01 Aug 2026 00:00:00 GMT",
    Referer: "https://app.example.com/alice",
    Forwarded: "for=alice",
    "X-Forwarded-For": "alice",
    "X-Forwarded-Host": "alice.example",
    "X-Real-IP": "alice",
    "X-Original-URL": "/alice",
    "X-HTTP-Method-Override": "alice",
    "X-Request-ID": "alice",
    traceparent: "alice",
    "Proxy-Authorization": "Basic alice",
  };

  test.each([
    ["by a rule for what is the same for all", "/same", { Authorization: "Bearer alice", Cookie: "s=alice" }],
    ["by a rule with a lifetime", "/ruled", { "X-Odd": "alice" }],
    ["by the origin alone", "/plain", {}],
  ])("says nothing of who was answered: %s", async (_, prefix, more) => {
    const target = path(prefix, { headers: STALE, body: "the page" });
    await ask(target);
    // A part and a condition that are hers are answered from the copy; neither is a reason to ask for less than all.
    await eventually(async () => {
      const { headers } = await ask(target, { headers: { ...SAID, ...more } });
      return (headers["cache-status"] ?? "").includes(";hit");
    });
    const before = received(target).length;
    await eventually(async () => {
      await ask(target, { headers: { ...SAID, ...more } });
      return received(target).length > before;
    });
    const behind = received(target).slice(before);
    expect(JSON.stringify(behind.map(({ headers }) => headers))).not.toMatch(/alice|01 Aug/);
    expect(behind[0]?.headers).toMatchObject({ "if-none-match": '"nobody"' });
    expect(behind[0]?.headers).not.toHaveProperty("range");
  });

  test.each<[name: string, prefix: string, as: Record<string, string>, hers: Record<string, string>]>([
    ["an Authorization", "/plain", { Authorization: "Bearer alice" }, { "Cache-Control": "max-age=60" }],
    ["a cookie and a lifetime of the rule's", "/ruled", { Cookie: "s=alice" }, {}],
    ["private", "/plain", { Cookie: "s=alice" }, { "Cache-Control": "private, max-age=60" }],
    ["no-store", "/plain", { Cookie: "s=alice" }, { "Cache-Control": "no-store, max-age=60" }],
    [
      "Set-Cookie",
      "/plain",
      { Cookie: "s=alice" },
      { "Cache-Control": "max-age=60", "Set-Cookie": "s=alice" },
    ],
    [
      "a part",
      "/plain",
      { Cookie: "s=alice" },
      { "Cache-Control": "private", "Content-Range": "bytes 0-4/17" },
    ],
  ])("brings alice's page to nobody: %s", async (_, prefix, as, hers) => {
    const target = path(prefix);
    script(target, ({ headers }, response) => {
      const isHers = /alice/.test(`${headers.authorization} ${headers.cookie}`);
      const fields = isHers ? { ETag: '"alice"', ...hers } : STALE;
      response.writeHead(200, fields).end(isHers ? "the page of alice" : "the page of nobody");
    });
    const askAsNobody = async () => {
      const answer = await ask(target);
      expect(JSON.stringify(answer.headers) + answer.body).not.toContain("alice");
      expect(answer.body).toBe("the page of nobody");
      return answer;
    };
    await eventually(async () => (await askAsNobody()).headers["cache-status"]?.includes(";hit") ?? false);
    const isHers = ({ headers }: { headers: Readonly<Record<string, string>> }) =>
      /alice/.test(`${headers["authorization"]} ${headers["cookie"]}`);
    // She is answered from the copy that all share, and what is asked for behind it is answered for her.
    await eventually(async () => {
      await ask(target, { headers: as });
      return received(target).some(isHers);
    });
    const asked = received(target).length;
    // Until the origin has been asked again after her, each has what is everybody's.
    await eventually(async () => {
      await askAsNobody();
      return received(target).length > asked;
    });
    for (let again = 0; again < 3; again++) await askAsNobody();
  });
});
