/** Never another user's answer: what someone forges, borrows or keeps must not open the copy of someone else. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test, vi } from "vitest";
import { eventually, outcomeOf, stage } from "../support/stage.ts";
import {
  confusedToken,
  createSigner,
  JWT_SECRET,
  SECRET,
  sharedToken,
  tamperedToken,
  unsignedToken,
} from "../support/tokens.ts";

// Where the local Cache API keeps its files, to look into.
const files = await mkdtemp(join(tmpdir(), "selvedge-per-user-"));
vi.stubEnv("TMPDIR", files);
afterAll(() => rm(files, { recursive: true, force: true }));

const ISSUER = "https://id.example.com";
const signer = await createSigner("RS256");
const stranger = await createSigner("RS256");
const claims = { iss: ISSUER, aud: "api" };
const jwt = { issuer: ISSUER, audience: "api" };

const { ask, path, received } = stage({
  rules: {
    rules: [
      {
        name: "secret",
        match: { path: "/secret/*" },
        edgeTtl: "1h",
        scope: "user",
        identity: { claim: "sub" },
        jwt: { ...jwt, secret: "JWT_SECRET" },
      },
      {
        name: "public-key",
        match: { path: "/public-key/*" },
        edgeTtl: "1h",
        scope: "user",
        identity: { claim: "sub" },
        jwt: { ...jwt, publicKey: "JWT_KEY" },
      },
      {
        name: "cookie",
        match: { path: "/cookie/*" },
        edgeTtl: "1h",
        scope: "user",
        identity: { cookie: "session" },
      },
      {
        name: "authorization",
        match: { path: "/authorization/*" },
        edgeTtl: "1h",
        scope: "user",
      },
    ],
  },
  vars: { SELVEDGE_SECRET: SECRET, JWT_SECRET, JWT_KEY: signer.publicKey },
});

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

/** Ann's answer is stored; whoever asks next gets another one, if the origin is asked. */
async function annsCopy(prefix: string, headers: Record<string, string>): Promise<string> {
  const target = path(prefix, { body: "for ann" }, { body: "for somebody else" });
  await ask(target, { headers });
  await eventually(async () => outcomeOf(await ask(target, { headers })) === "hit");
  return target;
}

describe.concurrent("a token that is not Ann's", () => {
  const ann = { sub: "ann", ...claims };
  const past = Math.floor(Date.now() / 1000) - 1;

  test.each<[name: string, token: () => string | Promise<string>]>([
    ["of no algorithm", () => unsignedToken(ann)],
    ["of another secret", () => sharedToken(ann, "a secret that an attacker has made up")],
    ["of another issuer", () => sharedToken({ ...ann, iss: "https://evil.example" })],
    ["of no issuer", () => sharedToken({ ...ann, iss: undefined })],
    ["for another audience", () => sharedToken({ ...ann, aud: "shop" })],
    ["of Bob's, with Ann's name", async () => tamperedToken(await sharedToken({ ...ann, sub: "bob" }), ann)],
    ["that was hers and has expired", () => sharedToken({ ...ann, exp: past })],
    ["that is hers and holds from tomorrow", () => sharedToken({ ...ann, nbf: past + 86_400 })],
    ["that never expires", () => sharedToken({ ...ann, exp: undefined })],
  ])("%s passes, and the origin judges it", async (_, token) => {
    const target = await annsCopy("/secret", bearer(await sharedToken(ann)));
    for (let count = 0; count < 2; count++) {
      const answer = await ask(target, { headers: bearer(await token()) });
      expect([answer.body, outcomeOf(answer)]).toEqual(["for somebody else", "no-identity"]);
    }
  });

  test.each<[name: string, token: () => string | Promise<string>]>([
    ["signed with the public key as if it were a secret", () => confusedToken(ann, signer.publicKey)],
    ["of no algorithm", () => unsignedToken(ann)],
    ["of another key", () => stranger.sign(ann)],
    ["of a shared secret", () => sharedToken(ann)],
  ])("%s passes, where a public key verifies", async (_, token) => {
    const target = await annsCopy("/public-key", bearer(await signer.sign(ann)));
    const answer = await ask(target, { headers: bearer(await token()) });
    expect([answer.body, outcomeOf(answer)]).toEqual(["for somebody else", "no-identity"]);
  });

  test("has no copy by the opaque text of hers either", async () => {
    const token = await sharedToken(ann);
    const target = await annsCopy("/authorization", bearer(token));
    const spelled = [bearer(`${token}x`), bearer(token.slice(0, -1)), { Authorization: `Basic ${token}` }];
    for (const headers of spelled) expect((await ask(target, { headers })).body).toBe("for somebody else");
  });
});

describe.concurrent("a cookie that is not Ann's alone", () => {
  test.each([
    ["session=bob; session=ann"],
    ["session=ann; session=bob"],
    ["session=ann; Session=bob; session=bob"],
    ["session="],
    ["xsession=ann"],
    ['session="ann"'],
    ["session=ann%00"],
  ])("%s", async (Cookie) => {
    const target = await annsCopy("/cookie", { Cookie: "session=ann" });
    expect((await ask(target, { headers: { Cookie } })).body).toBe("for somebody else");
  });

  test("two Cookie fields are one", async () => {
    const target = await annsCopy("/cookie", { Cookie: "session=ann" });
    const answer = await ask(target, { headers: { Cookie: ["session=ann", "session=bob"] } });
    expect([answer.body, outcomeOf(answer)]).toEqual(["for somebody else", "no-identity"]);
  });
});

describe.concurrent("what someone sends", () => {
  test("a path that spells the key of a copy is not taken for it", async () => {
    const target = await annsCopy("/cookie", { Cookie: "session=ann" });
    for (const suffix of ['%0Akey:{"user":"x"}', "%0akey:", "%00"]) {
      const answer = await ask(`${target}${suffix}`, { headers: { Cookie: "session=bob" } });
      expect(answer.body).not.toBe("for ann");
    }
  });

  test("Connection does not take the credentials off a request on its way to the origin", async () => {
    const target = path("/cookie", { body: "answer" });
    const headers = { Cookie: "session=ann", Connection: "close, Cookie, Authorization" };
    await ask(target, { headers });
    expect(received(target)[0]?.headers["cookie"]).toBe("session=ann");
  });

  test("a copy that nobody may have is not made by one without a name", async () => {
    const target = path("/cookie", { body: "for nobody" }, { body: "for ann" });
    await ask(target);
    expect((await ask(target, { headers: { Cookie: "session=ann" } })).body).toBe("for ann");
  });
});

describe("what is stored", () => {
  const everything = async () => {
    const entries = await readdir(files, { recursive: true, withFileTypes: true });
    const texts = entries
      .filter((entry) => entry.isFile())
      .map((entry) => readFile(join(entry.parentPath, entry.name), "latin1").catch(() => ""));
    return (await Promise.all(texts)).join("\n");
  };

  test.each([
    ["/secret", async () => bearer(await sharedToken({ sub: "name-of-ann", ...claims }))],
    ["/authorization", async () => bearer("opaque-secret-of-ann")],
    ["/cookie", async () => ({ Cookie: "session=session-of-ann; other=more-of-ann" })],
  ])("%s tells nothing of who asked, also where the origin nominates credentials", async (prefix, as) => {
    const headers = await as();
    const fields = { "Cache-Control": "max-age=3600", Vary: "Authorization, Cookie" };
    const target = path(prefix, { headers: fields, body: `body-of-${prefix}` });
    await ask(target, { headers });
    await eventually(async () => outcomeOf(await ask(target, { headers })) === "hit");
    expect(received(target)[0]?.headers).toMatchObject(
      Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    );
    const stored = await everything();
    expect(stored).toContain(`body-of-${prefix}`);
    for (const credential of Object.values(headers)) expect(stored).not.toContain(credential);
    expect(stored).not.toMatch(/(?:name|secret|session|more)-of-ann/);
  });
});
