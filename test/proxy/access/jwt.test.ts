/** RFC 7519 §7.2 and RFC 8725 §3: which tokens tell who is asking, and which tell nothing. */
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { JwtSource } from "../../../src/cache/policy.ts";
import { verifiedClaims } from "../../../src/proxy/access/jwt.ts";
import { request } from "../../cache/support.ts";
import { configWith } from "../../support/config.ts";
import { startOrigin } from "../../support/origin.ts";
import {
  confusedToken,
  createSigner,
  JWT_SECRET,
  type Signer,
  sharedToken,
  tamperedToken,
  unsignedToken,
} from "../../support/tokens.ts";

let rsa: Signer;
let ec: Signer;

beforeAll(async () => {
  [rsa, ec] = await Promise.all([createSigner("RS256"), createSigner("ES256")]);
});

afterEach(() => {
  vi.restoreAllMocks();
});

const HS: JwtSource = {
  cookie: null,
  key: { kind: "secret", from: "JWT_SECRET" },
  algorithms: ["HS256"],
  issuer: null,
  audience: null,
};
const PEM: JwtSource = {
  ...HS,
  key: { kind: "publicKey", from: "JWT_KEY" },
  algorithms: ["RS256", "ES256", "EdDSA"],
};
const now = Date.now();
const inSeconds = (seconds: number) => Math.floor(now / 1000) + seconds;
const bearer = (token: string) => request({ Authorization: `Bearer ${token}` });
const config = () => configWith({ variables: { JWT_SECRET, JWT_KEY: rsa.publicKey } });

/** The subject that a token names, or null where it names nobody. */
async function subject(token: string, source: JwtSource = HS, at = now): Promise<unknown> {
  const claims = await verifiedClaims(bearer(token), source, config(), () => at);
  return claims?.["sub"] ?? null;
}

describe("RFC 7519 §7.2: validating a token", () => {
  it("takes what the shared secret has signed", async () => {
    expect(await subject(await sharedToken({ sub: "ann" }))).toBe("ann");
  });

  it("takes what the public key's owner has signed, also where the PEM is one line", async () => {
    const token = await rsa.sign({ sub: "ann" });
    expect(await subject(token, PEM)).toBe("ann");
    const oneLine = configWith({ variables: { JWT_KEY: rsa.publicKey.replaceAll("\n", "\\n") } });
    expect(await verifiedClaims(bearer(token), PEM, oneLine, () => now)).toMatchObject({ sub: "ann" });
  });

  it.each<[name: string, token: () => string | Promise<string>, source: () => JwtSource]>([
    ["another secret", () => sharedToken({ sub: "ann" }, `${JWT_SECRET}!`), () => HS],
    ["another key", async () => (await createSigner("RS256")).sign({ sub: "ann" }), () => PEM],
    ["no signature", () => unsignedToken({ sub: "ann" }), () => HS],
    ["no signature, for a public key", () => unsignedToken({ sub: "ann" }), () => PEM],
    [
      "the public key as a shared secret",
      () => confusedToken({ sub: "ann" }, rsa.publicKey),
      () => ({ ...PEM, algorithms: ["HS256", "RS256"] }),
    ],
    [
      "an algorithm that the rule does not list",
      () => rsa.sign({ sub: "ann" }),
      () => ({ ...PEM, algorithms: ["PS256"] }),
    ],
    ["a key of another kind", () => ec.sign({ sub: "ann" }), () => PEM],
    [
      "another payload under a good signature",
      async () => tamperedToken(await sharedToken({ sub: "bob" }), { sub: "ann" }),
      () => HS,
    ],
    ["another issuer", () => sharedToken({ sub: "ann", iss: "b" }), () => ({ ...HS, issuer: "a" })],
    ["no issuer", () => sharedToken({ sub: "ann" }), () => ({ ...HS, issuer: "a" })],
    ["another audience", () => sharedToken({ sub: "ann", aud: ["b"] }), () => ({ ...HS, audience: "a" })],
    ["no audience", () => sharedToken({ sub: "ann" }), () => ({ ...HS, audience: "a" })],
    ["no exp", () => sharedToken({ sub: "ann", exp: undefined }), () => HS],
    ["an exp that has passed", () => sharedToken({ sub: "ann", exp: inSeconds(-1) }), () => HS],
    ["an nbf to come", () => sharedToken({ sub: "ann", nbf: inSeconds(60) }), () => HS],
    ["more than 8 KB", () => sharedToken({ sub: "ann", pad: "x".repeat(8_192) }), () => HS],
    ["no token", () => "opaque", () => HS],
  ])("refuses one with %s", async (_name, token, source) => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    expect(await subject(await token(), source())).toBeNull();
  });

  it("takes the issuer and one of several audiences that the rule names", async () => {
    const token = await sharedToken({ sub: "ann", iss: "a", aud: ["b", "c"] });
    expect(await subject(token, { ...HS, issuer: "a", audience: "c" })).toBe("ann");
  });

  it("takes the token from a cookie where the rule says so, and from nowhere else", async () => {
    const token = await sharedToken({ sub: "ann" });
    const source = { ...HS, cookie: "session" };
    const inCookie = request({ Cookie: `a=b; session=${token}` });
    expect(await verifiedClaims(inCookie, source, config(), () => now)).toMatchObject({ sub: "ann" });
    expect(await verifiedClaims(inCookie, HS, config(), () => now)).toBeNull();
    expect(await subject(token, source)).toBeNull();
  });
});

describe("what is remembered of a token", () => {
  it("costs no second signature check, and ends with exp all the same", async () => {
    let at = now;
    const token = await sharedToken({ sub: "ann", exp: inSeconds(60) });
    const isolate = config();
    const ask = () => verifiedClaims(bearer(token), HS, isolate, () => at);
    expect(await ask()).not.toBeNull();
    const verify = vi.spyOn(crypto.subtle, "verify");
    at = now + 58_000;
    expect(await ask()).not.toBeNull();
    expect(verify).not.toHaveBeenCalled();
    at = inSeconds(60) * 1000;
    expect(await ask()).toBeNull();
  });

  it("does not hold before nbf, by whatever clock it was verified", async () => {
    let at = now + 60_000;
    const token = await sharedToken({ sub: "ann", nbf: inSeconds(60) });
    const isolate = config();
    const ask = () => verifiedClaims(bearer(token), HS, isolate, () => at);
    expect(await ask()).not.toBeNull();
    at = now;
    expect(await ask()).toBeNull();
  });

  it("holds for one source: another issuer, algorithm or key is another question", async () => {
    const token = await sharedToken({ sub: "ann", iss: "a" });
    const isolate = config();
    expect(await verifiedClaims(bearer(token), HS, isolate, () => now)).not.toBeNull();
    expect(await verifiedClaims(bearer(token), { ...HS, issuer: "b" }, isolate, () => now)).toBeNull();
  });

  it("is asked again after five minutes, so that a withdrawn key does not count for long", async () => {
    let at = now;
    const token = await sharedToken({ sub: "ann" });
    const isolate = config();
    await verifiedClaims(bearer(token), HS, isolate, () => at);
    const verify = vi.spyOn(crypto.subtle, "verify");
    at = now + 300_000;
    await verifiedClaims(bearer(token), HS, isolate, () => at);
    expect(verify).toHaveBeenCalledOnce();
  });

  it("is also that a token was refused, so that garbage costs little", async () => {
    const token = await sharedToken({ sub: "ann" }, "a secret that nobody knows, of 32 bytes");
    const isolate = config();
    const verify = vi.spyOn(crypto.subtle, "verify");
    for (let count = 0; count < 3; count++) await verifiedClaims(bearer(token), HS, isolate, () => now);
    expect(verify).toHaveBeenCalledOnce();
  });

  it("is not pushed out by garbage", async () => {
    const token = await sharedToken({ sub: "ann" });
    const isolate = config();
    await verifiedClaims(bearer(token), HS, isolate, () => now);
    for (let count = 0; count < 1_100; count++) {
      await verifiedClaims(bearer(`a.b.${count}`), HS, isolate, () => now);
    }
    const verify = vi.spyOn(crypto.subtle, "verify");
    await verifiedClaims(bearer(token), HS, isolate, () => now);
    expect(verify).not.toHaveBeenCalled();
  });
});

describe("a key that is not at hand", () => {
  it("a variable that is not set is told once", async () => {
    const told = vi.spyOn(console, "error").mockImplementation(() => {});
    const isolate = configWith();
    const token = await sharedToken({ sub: "ann" });
    for (let count = 0; count < 3; count++) {
      expect(await verifiedClaims(bearer(token), HS, isolate, () => now)).toBeNull();
    }
    expect(told.mock.calls).toEqual([[expect.stringContaining("JWT_SECRET is not set")]]);
  });

  it("a PEM that is none is told once", async () => {
    const told = vi.spyOn(console, "error").mockImplementation(() => {});
    const isolate = configWith({ variables: { JWT_KEY: "none" } });
    for (const sub of ["ann", "bob"]) {
      expect(await verifiedClaims(bearer(await rsa.sign({ sub })), PEM, isolate, () => now)).toBeNull();
    }
    expect(told.mock.calls).toEqual([[expect.stringContaining("JWT_KEY is no public key for RS256")]]);
  });
});

describe("RFC 7517: a key set at an address", () => {
  const source = (url: string): JwtSource => ({ ...PEM, key: { kind: "jwks", from: `${url}/keys` } });

  it("is fetched once for all tokens", async () => {
    const issuer = await startOrigin();
    issuer.script("/keys", [{ body: rsa.keySet }]);
    const isolate = config();
    for (const sub of ["ann", "bob"]) {
      const claims = await verifiedClaims(
        bearer(await rsa.sign({ sub })),
        source(issuer.url),
        isolate,
        () => now,
      );
      expect(claims).toMatchObject({ sub });
    }
    expect(issuer.received("/keys")).toHaveLength(1);
    await issuer.stop();
  });

  it("is not fetched again for each token of an unknown key", async () => {
    const issuer = await startOrigin();
    issuer.script("/keys", [{ body: rsa.keySet }]);
    const isolate = config();
    const stranger = await createSigner("RS256", "stranger");
    for (let count = 0; count < 3; count++) {
      const token = await stranger.sign({ sub: `${count}` });
      expect(await verifiedClaims(bearer(token), source(issuer.url), isolate, () => now)).toBeNull();
    }
    expect(issuer.received("/keys")).toHaveLength(1);
    await issuer.stop();
  });

  it.each([
    ["an error", { status: 500 }],
    ["no JSON", { body: "<html>" }],
    ["no key set", { body: "{}" }],
    ["a redirect", { status: 302, headers: { Location: "/elsewhere" } }],
    ["nothing", { fault: "reset" as const }],
  ])(
    "that answers with %s means nobody is known, is told once and left alone for a while",
    async (_, answer) => {
      const told = vi.spyOn(console, "error").mockImplementation(() => {});
      const issuer = await startOrigin();
      issuer.script("/keys", [answer, { body: rsa.keySet }]);
      let at = now;
      const isolate = config();
      const token = await rsa.sign({ sub: "ann" });
      const ask = () => verifiedClaims(bearer(token), source(issuer.url), isolate, () => at);
      expect([await ask(), await ask(), await ask()]).toEqual([null, null, null]);
      expect(issuer.received("/keys")).toHaveLength(1);
      expect(told).toHaveBeenCalledOnce();
      at = now + 30_000;
      expect(await ask()).toMatchObject({ sub: "ann" });
      await issuer.stop();
    },
  );
});
