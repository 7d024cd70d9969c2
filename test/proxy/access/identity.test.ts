/** Who shares a stored response: two who are not the same never have the same identity. */
import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import type { IdentitySource, JwtSource, Scope } from "../../../src/cache/policy.ts";
import { identityOf } from "../../../src/proxy/access/identity.ts";
import { canonicalJson } from "../../../src/proxy/request/canonical-json.ts";
import { request } from "../../cache/support.ts";
import { configWith } from "../../support/config.ts";
import { JWT_SECRET, sharedToken } from "../../support/tokens.ts";

const config = configWith({ variables: { JWT_SECRET, OTHER_SECRET: JWT_SECRET } });
const JWT: JwtSource = {
  cookie: null,
  key: { kind: "secret", from: "JWT_SECRET" },
  algorithms: ["HS256"],
  issuer: null,
  audience: null,
};
const AUTHORIZATION: Scope = { kind: "user", identity: { kind: "authorization" } };
const user = (identity: IdentitySource): Scope => ({ kind: "user", identity });
const cookie = (name: string) => user({ kind: "cookie", name });
const claim = (name: string, jwt = JWT) => user({ kind: "claim", name, jwt });
const claims = (...names: string[]): Scope => ({ kind: "claims", names, jwt: JWT });

const identity = (fields: Record<string, string>, scope: Scope, within = config) =>
  identityOf(request(fields), scope, within, Date.now);
const ofToken = async (payload: Record<string, unknown>, scope: Scope) =>
  identity({ Authorization: `Bearer ${await sharedToken(payload)}` }, scope);

describe("an identity", () => {
  it("is the same for the same user, and tells nothing of them", async () => {
    const fields = { Authorization: "Bearer secret-of-ann" };
    const first = await identity(fields, AUTHORIZATION);
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(await identity(fields, AUTHORIZATION)).toBe(first);
  });

  it("cannot be worked out without the secret, and there is none without one, which is told once", async () => {
    const fields = { Authorization: "Bearer secret-of-ann" };
    const other = configWith({ secret: "a different secret, of 32 characters" });
    expect(await identity(fields, AUTHORIZATION, other)).not.toBe(await identity(fields, AUTHORIZATION));
    const told = vi.spyOn(console, "error").mockImplementation(() => {});
    const without = configWith({ secret: null });
    for (let count = 0; count < 2; count++) {
      expect(await identity(fields, AUTHORIZATION, without)).toBeNull();
    }
    expect(told.mock.calls).toEqual([[expect.stringContaining("SELVEDGE_SECRET is not set")]]);
    told.mockRestore();
  });

  it("differs by where it stands, its name and its value", async () => {
    const token = await sharedToken({ sub: "ann", name: "ann" });
    const all = await Promise.all([
      identity({ Authorization: "Bearer ann" }, AUTHORIZATION),
      identity({ Authorization: "Basic ann" }, AUTHORIZATION),
      identity({ Cookie: "a=ann" }, cookie("a")),
      identity({ Cookie: "b=ann" }, cookie("b")),
      identity({ Cookie: "b=bob" }, cookie("b")),
      identity({ Authorization: `Bearer ${token}` }, claim("sub")),
      identity({ Authorization: `Bearer ${token}` }, claim("name")),
      identity({ Authorization: `Bearer ${token}` }, claims("sub")),
      identity({ Authorization: `Bearer ${token}` }, claims("name", "sub")),
    ]);
    expect(new Set(all).size).toBe(all.length);
    expect(all).not.toContain(null);
  });

  it("is never shared by two values of one source", async () => {
    const text = fc.string({ unit: fc.constantFrom('"', ",", "\\", "[", "]", "a", "\u00e9"), maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(text, text, text, text, async (nameA, valueA, nameB, valueB) => {
        fc.pre(nameA !== nameB || valueA !== valueB);
        fc.pre([nameA, valueA, nameB, valueB].every((part) => part !== ""));
        const [a, b] = await Promise.all([
          ofToken({ [nameA]: valueA }, claims(nameA)),
          ofToken({ [nameB]: valueB }, claims(nameB)),
        ]);
        return a !== null && b !== null && a !== b;
      }),
      { numRuns: 50 },
    );
  });
});

describe("an identity by the Authorization field", () => {
  it("reads the scheme in any case, and the credentials as they are", async () => {
    const spelled = await Promise.all(
      ["Bearer x", "bearer x", "BEARER  x", "Bearer X"].map((Authorization) =>
        identity({ Authorization }, AUTHORIZATION),
      ),
    );
    expect(new Set(spelled.slice(0, 3)).size).toBe(1);
    expect(spelled[3]).not.toBe(spelled[0]);
  });

  it.each([[{}], [{ Authorization: "" }], [{ Authorization: "Bearer" }], [{ Cookie: "a=b" }]])(
    "%j is nobody",
    async (fields) => {
      expect(await identity(fields, AUTHORIZATION)).toBeNull();
    },
  );
});

describe("an identity by a cookie", () => {
  it.each([
    ["other=1"],
    ["session="],
    ["session"],
    ["session=ann; session=bob"],
    ["Session=ann"],
    ["xsession=ann"],
  ])("%s is nobody", async (Cookie) => {
    expect(await identity({ Cookie }, cookie("session"))).toBeNull();
  });

  it("is known by its value among others", async () => {
    const alone = await identity({ Cookie: "session=ann" }, cookie("session"));
    expect(alone).not.toBeNull();
    expect(await identity({ Cookie: "theme=dark; session=ann; x=y" }, cookie("session"))).toBe(alone);
  });
});

describe("an identity by a claim", () => {
  it("outlives the token: it is the user's, not the token's", async () => {
    const exp = Math.floor(Date.now() / 1000) + 60;
    expect(await ofToken({ sub: "ann", exp, jti: "1" }, claim("sub"))).toBe(
      await ofToken({ sub: "ann", jti: "2" }, claim("sub")),
    );
  });

  it("differs by issuer and by the key that verifies it", async () => {
    const payload = { sub: "42" };
    const all = await Promise.all([
      ofToken(payload, claim("sub")),
      ofToken({ ...payload, iss: "a" }, claim("sub")),
      ofToken({ ...payload, iss: "b" }, claim("sub")),
      ofToken(payload, claim("sub", { ...JWT, key: { kind: "secret", from: "OTHER_SECRET" } })),
    ]);
    expect(new Set(all).size).toBe(4);
    expect(all).not.toContain(null);
  });

  it("tells a number from its text", async () => {
    expect(await ofToken({ sub: 42 }, claim("sub"))).not.toBe(await ofToken({ sub: "42" }, claim("sub")));
  });

  it.each([
    ["missing", {}],
    ["null", { id: null }],
    ["empty", { id: "" }],
    ["a flag that every user has", { id: true }],
    ["a list", { id: ["ann"] }],
    ["an object", { id: { sub: "ann" } }],
    // Two of these cannot be told apart once they are parsed.
    ["a number too large to be exact", { id: 2 ** 53 }],
  ])("that is %s is nobody", async (_, payload) => {
    expect(await ofToken(payload, claim("id"))).toBeNull();
  });

  it.each(["__proto__", "constructor", "toString"])("%s is not inherited", async (name) => {
    expect(await ofToken({ sub: "ann" }, claim(name))).toBeNull();
    expect(await ofToken({ sub: "ann" }, claims(name))).toBeNull();
  });
});

describe("a class of users, by several claims", () => {
  it("is one for all who have the same claims, in whatever order the rule names them", async () => {
    const ann = await ofToken({ sub: "ann", role: "admin", plan: "pro" }, claims("role", "plan"));
    expect(ann).not.toBeNull();
    expect(await ofToken({ sub: "bob", role: "admin", plan: "pro" }, claims("role", "plan"))).toBe(ann);
    expect(await ofToken({ sub: "bob", role: "admin", plan: "pro" }, claims("plan", "role"))).toBe(ann);
  });

  it.each([
    [{ role: "admin", plan: "free" }],
    [{ role: "pro", plan: "admin" }],
    [{ role: ["admin"], plan: "pro" }],
    [{ role: "admin", plan: "pro", iss: "other" }],
  ])("%j is another one", async (payload) => {
    const scope = claims("role", "plan");
    const other = await ofToken(payload, scope);
    expect(other).not.toBeNull();
    expect(other).not.toBe(await ofToken({ role: "admin", plan: "pro" }, scope));
  });

  it.each([[{ role: "admin" }], [{ role: "admin", plan: null }], [{ role: "admin", plan: "" }], [{}]])(
    "who has but %j is in none",
    async (payload) => {
      expect(await ofToken(payload, claims("role", "plan"))).toBeNull();
    },
  );

  it("reads objects in any order of their members, and lists in their own", async () => {
    const scope = claims("scope");
    expect(await ofToken({ scope: { a: 1, b: [2] } }, scope)).toBe(
      await ofToken({ scope: { b: [2], a: 1 } }, scope),
    );
    expect(await ofToken({ scope: ["a", "b"] }, scope)).not.toBe(await ofToken({ scope: ["b", "a"] }, scope));
  });
});

describe("canonical JSON", () => {
  it("is one text for one value, and parses to it", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const text = canonicalJson(value);
        if (text === null) return;
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
    );
  });

  it.each([[2 ** 53], [[2 ** 53]], [{ a: 2 ** 60 }], [undefined], [Number.NaN], [1n]])(
    "%s has none",
    (value) => {
      expect(canonicalJson(value)).toBeNull();
    },
  );
});
