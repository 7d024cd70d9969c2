/** A copy is for who may have it: once for each user, by whatever they are known, and never for anyone else. */
import { afterAll, describe, expect, test } from "vitest";
import type { RuleInput } from "../../src/rules/input/rules.ts";
import { type Answer, type Fields, startOrigin } from "../support/origin.ts";
import { eventually, outcomeOf, stage } from "../support/stage.ts";
import { createSigner, JWT_SECRET, SECRET, sharedToken } from "../support/tokens.ts";

const signer = await createSigner("RS256");
const issuer = await startOrigin();
issuer.script("/keys", [{ body: signer.keySet }]);
afterAll(() => issuer.stop());

type As = (user: string) => Promise<Record<string, string>>;

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });
const bySigner: As = async (user) => bearer(await signer.sign({ sub: user }));
/** Whatever says who is asking, the origin reads X-User: it has to believe somebody. */
const SOURCES: readonly (readonly [name: string, decisions: Partial<RuleInput>, as: As])[] = [
  ["authorization", {}, async (user) => bearer(`opaque-token-of-${user}`)],
  ["cookie", { identity: { cookie: "session" } }, async (user) => ({ Cookie: `session=id-of-${user}; a=b` })],
  [
    "claim-secret",
    { identity: { claim: "sub" }, jwt: { secret: "JWT_SECRET" } },
    async (user) => bearer(await sharedToken({ sub: user })),
  ],
  ["claim-public-key", { identity: { claim: "sub" }, jwt: { publicKey: "JWT_KEY" } }, bySigner],
  ["claim-jwks", { identity: { claim: "sub" }, jwt: { jwks: `${issuer.url}/keys` } }, bySigner],
  [
    "claim-cookie",
    { identity: { claim: "sub" }, jwt: { secret: "JWT_SECRET", from: { cookie: "token" } } },
    async (user) => ({ Cookie: `token=${await sharedToken({ sub: user })}` }),
  ],
];

const stand = stage({
  rules: {
    rules: [
      ...SOURCES.map(([name, decisions]) => ({
        name,
        match: { path: `/${name}/*` },
        scope: "user" as const,
        ...decisions,
      })),
      {
        name: "class",
        match: { path: "/class/*" },
        scope: { claims: ["role", "plan"] },
        jwt: { secret: "JWT_SECRET" },
        // Only the origin of this test reads it.
        forwardHeaders: ["x-user"],
      },
    ],
  },
  vars: { SELVEDGE_SECRET: SECRET, JWT_SECRET, JWT_KEY: signer.publicKey, LOG: "json" },
});

const { ask, path, received } = stand;

/** Answers each with their own: the user's name is the body, and the ETag too. */
function own(fields: Fields = { "Cache-Control": "private, max-age=3600" }, size = 0) {
  return ((request, response) => {
    const user = String(request.headers["x-user"]);
    const body = `for ${user}`.padEnd(size, ".");
    response.writeHead(200, { ETag: `"${user}"`, "Content-Length": body.length, ...written(fields) });
    response.end(request.method === "HEAD" ? undefined : body);
  }) satisfies Answer;
}

const written = (fields: Fields) =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)]));

const STALE = { "Cache-Control": "private, max-age=60", Age: "100" };

describe.concurrent.each(SOURCES)("a copy for one user, known by %s", (name, _decisions, as) => {
  const asked = async (target: string, user: string, fields = {}, method = "GET") =>
    ask(target, { method, headers: { "X-User": user, ...(await as(user)), ...fields } });
  const stored = async (target: string) => {
    await asked(target, "ann");
    await eventually(async () => /^hit|^stale/.test(outcomeOf(await asked(target, "ann"))));
  };

  test("is served to that user, and each has one", async () => {
    const target = path(`/${name}`, own());
    await stored(target);
    const bob = await asked(target, "bob");
    expect([bob.body, outcomeOf(bob)]).toEqual(["for bob", "uri-miss"]);
    await eventually(async () => outcomeOf(await asked(target, "bob")) === "hit");
    const again = [await asked(target, "ann"), await asked(target, "bob")];
    expect(again.map((answer) => [answer.body, outcomeOf(answer)])).toEqual([
      ["for ann", "hit"],
      ["for bob", "hit"],
    ]);
  });

  test("is served to nobody else from the Cache API", async () => {
    // Too large for memory.
    const target = path(`/${name}`, own(undefined, 100_000));
    await stored(target);
    expect((await asked(target, "bob")).body).toMatch(/^for bob/);
  });

  test("is private to browsers, whatever the origin says", async () => {
    const target = path(
      `/${name}`,
      own({ "Cache-Control": "public, s-maxage=60, max-age=60", "CDN-Cache-Control": "max-age=60" }),
    );
    const miss = await asked(target, "ann");
    await stored(target);
    const hit = await asked(target, "ann");
    for (const { headers } of [miss, hit]) {
      expect(headers["cache-control"]).toMatch(/\bprivate\b/);
      expect(headers["cache-control"]).not.toMatch(/public|s-maxage/);
      expect(headers["cdn-cache-control"]).toBeUndefined();
    }
  });

  test("is not told of by HEAD, by range, or by a 304", async () => {
    const target = path(`/${name}`, own());
    await stored(target);
    const head = await asked(target, "bob", {}, "HEAD");
    expect(head.headers["etag"]).toBe('"bob"');
    const part = await asked(target, "carl", { Range: "bytes=4-" });
    expect(part.body).toBe("carl");
    const conditional = await asked(target, "dora", { "If-None-Match": '"ann"' });
    expect([conditional.status, conditional.body]).toEqual([200, "for dora"]);
    // The one that is Ann's own is confirmed to her.
    expect((await asked(target, "ann", { "If-None-Match": '"ann"' })).status).toBe(304);
  });

  test("is not served stale to others, neither while it is refreshed nor when the origin fails", async () => {
    const fields = { ...STALE, "Cache-Control": "private, max-age=60, stale-while-revalidate=600" };
    const refreshed = path(`/${name}`, own(fields));
    await stored(refreshed);
    expect((await asked(refreshed, "bob")).body).toBe("for bob");

    const failing = path(
      `/${name}`,
      own({ ...STALE, "Cache-Control": "private, max-age=60, stale-if-error=600" }),
      { status: 503, body: "down" },
    );
    await asked(failing, "ann");
    await eventually(async () => outcomeOf(await asked(failing, "ann")) === "stale-if-error");
    const bob = await asked(failing, "bob");
    expect([bob.status, bob.body]).toEqual([503, "down"]);
    expect((await asked(failing, "ann")).body).toBe("for ann");
  });

  test("is not shared by who asks at the same moment, but by the same user's own requests", async () => {
    const open: (() => void)[] = [];
    const target = path(`/${name}`, (request, response) => {
      open.push(() => own()(request, response));
    });
    const users = ["ann", "bob", "ann", "bob"];
    const answers = users.map((user) => asked(target, user));
    await eventually(() => open.length >= 2);
    // Whoever waits for another's answer has been told to by now, or asks for itself once it is here.
    await asked(path(`/${name}`, own()), "ann");
    for (const answer of open.splice(0)) answer();
    const pump = setInterval(() => {
      for (const answer of open.splice(0)) answer();
    }, 10);
    expect((await Promise.all(answers)).map(({ body }) => body)).toEqual(users.map((user) => `for ${user}`));
    clearInterval(pump);
  });

  test("nobody is served it, and nobody's answer is kept", async () => {
    const target = path(`/${name}`, own());
    await stored(target);
    for (let count = 0; count < 2; count++) {
      const nobody = await ask(target, { headers: { "X-User": "nobody" } });
      expect([nobody.body, outcomeOf(nobody)]).toEqual(["for nobody", "no-identity"]);
      // RFC 9211 §2.2: "stale" would say that a copy was selected.
      expect(nobody.headers["cache-status"]).toContain(";fwd=bypass;");
      expect(nobody.headers["cache-control"]).toMatch(/\bprivate\b/);
    }
    expect((await asked(target, "ann")).body).toBe("for ann");
  });

  test("is not told of by fields or logs", async () => {
    const target = path(`/${name}`, own());
    await stored(target);
    const credentials = Object.values(await as("ann")).map((value) => value.replace(/^Bearer /, ""));
    const told = JSON.stringify([(await asked(target, "ann")).rawHeaders, stand.worker.logs]);
    for (const credential of credentials) expect(told).not.toContain(credential);
    expect(told).not.toMatch(/[0-9a-f]{64}/);
    expect(received(target)[0]?.headers).toMatchObject({ "x-user": "ann" });
  });
});

describe.concurrent("a copy for a class of users", () => {
  const member = async (claims: Record<string, unknown>) => bearer(await sharedToken(claims));
  const asked = async (target: string, user: string, claims: Record<string, unknown>) =>
    ask(target, { headers: { "X-User": user, ...(await member({ sub: user, ...claims })) } });
  const PRO = { role: "admin", plan: "pro" };

  test("is shared by all who have the same claims, and by nobody else", async () => {
    const target = path("/class", own({ "Cache-Control": "max-age=3600" }));
    await asked(target, "ann", PRO);
    await eventually(async () => outcomeOf(await asked(target, "ann", PRO)) === "hit");
    const bodies = [];
    for (const [user, claims] of [
      ["bob", PRO],
      ["carl", { role: "admin", plan: "free" }],
      ["dora", { role: "pro", plan: "admin" }],
      ["emil", { role: "admin" }],
    ] as const) {
      bodies.push((await asked(target, user, claims)).body);
    }
    expect(bodies).toEqual(["for ann", "for carl", "for dora", "for emil"]);
  });

  test("does not exist of what the origin says is for one user", async () => {
    const target = path("/class", own({ "Cache-Control": "private, max-age=3600" }));
    await asked(target, "ann", PRO);
    const bob = await asked(target, "bob", PRO);
    expect([bob.body, outcomeOf(bob)]).toEqual(["for bob", "private"]);
  });

  test("is private to browsers", async () => {
    const target = path("/class", own({ "Cache-Control": "max-age=3600" }));
    expect((await asked(target, "ann", PRO)).headers["cache-control"]).toMatch(/\bprivate\b/);
  });
});
