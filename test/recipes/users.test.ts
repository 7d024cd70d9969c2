/** docs/recipes.md: what belongs to users, and what cookies do. */
import { describe, expect, test } from "vitest";
import { eventually, outcomeOf } from "../support/stage.ts";
import { JWT_SECRET, SECRET, sharedToken } from "../support/tokens.ts";
import { distinct, echoing, staged } from "./support.ts";

const ISSUER = "https://login.example.com";
const bearer = (token: string) => ({ headers: { Authorization: `Bearer ${token}` } });

describe("Preferences of one user", () => {
  const { script, ask } = staged("Preferences of one user", { vars: { SELVEDGE_SECRET: SECRET } });
  const PATH = "/user/preferences";

  test("each user has a copy, private to the browser, and nobody gets another's", async () => {
    script(PATH, [echoing("authorization")]);
    const users = ["ann", "bob"];
    for (const user of users)
      await eventually(async () => outcomeOf(await ask(PATH, bearer(user))) === "hit");
    const [ann, bob, stranger] = [
      await ask(PATH, bearer("ann")),
      await ask(PATH, bearer("bob")),
      await ask(PATH),
    ];
    expect([ann.body, bob.body, stranger.body]).toEqual(["Bearer ann", "Bearer bob", "none"]);
    expect([ann, bob, stranger].map(outcomeOf)).toEqual(["hit", "hit", "no-identity"]);
    expect(ann.headers["cache-control"]).toContain("private");
  });

  test("a write is seen at once", async () => {
    script(PATH, [{ body: "dark" }]);
    await eventually(async () => outcomeOf(await ask(PATH, bearer("cid"))) === "hit");
    script(PATH, [{ status: 204 }, { body: "light" }]);
    await ask(PATH, { ...bearer("cid"), method: "PUT", body: "light" });
    expect((await ask(PATH, bearer("cid"))).body).toBe("light");
  });

  test("all else below /user passes", async () => {
    script("/user/orders", [{ headers: { "Cache-Control": "public, max-age=60" } }]);
    await ask("/user/orders", bearer("ann"));
    expect(outcomeOf(await ask("/user/orders", bearer("ann")))).toBe("rule-pass");
  });
});

describe("Preferences of one user, without SELVEDGE_SECRET", () => {
  const { script, ask } = staged("Preferences of one user");

  test("the request passes", async () => {
    script("/user/preferences", [{}]);
    await ask("/user/preferences", bearer("ann"));
    expect(outcomeOf(await ask("/user/preferences", bearer("ann")))).toBe("no-identity");
  });
});

describe("One copy per user, by JWT", () => {
  const vars = { SELVEDGE_SECRET: SECRET, JWT_SECRET };
  const { script, ask } = staged("One copy per user, by JWT", { vars });

  test("a new token of the same user finds the copy, another user does not", async () => {
    script("/inbox", [echoing("authorization")]);
    const [old, renewed, bob] = await Promise.all([
      sharedToken({ sub: "ann", iss: ISSUER, jti: "1" }),
      sharedToken({ sub: "ann", iss: ISSUER, jti: "2" }),
      sharedToken({ sub: "bob", iss: ISSUER }),
    ]);
    await eventually(async () => outcomeOf(await ask("/inbox", bearer(old))) === "hit");
    const [again, other] = [await ask("/inbox", bearer(renewed)), await ask("/inbox", bearer(bob))];
    expect([again.body, outcomeOf(again)]).toEqual([`Bearer ${old}`, "hit"]);
    expect([other.body, outcomeOf(other)]).toEqual([`Bearer ${bob}`, "uri-miss"]);
  });

  test("a token that is expired, forged or another issuer's passes, and the origin refuses it", async () => {
    script("/inbox", [{ status: 401 }]);
    const bad = await Promise.all([
      sharedToken({ sub: "ann", iss: ISSUER, exp: 1 }),
      sharedToken({ sub: "ann", iss: ISSUER }, "another secret that is 32 bytes long"),
      sharedToken({ sub: "ann", iss: "https://evil.example" }),
    ]);
    const answers = await Promise.all(bad.map((token) => ask("/inbox", bearer(token))));
    expect(answers.map((answer) => [answer.status, outcomeOf(answer)])).toEqual(
      bad.map(() => [401, "no-identity"]),
    );
  });
});

describe("One copy per role and plan", () => {
  const vars = { SELVEDGE_SECRET: SECRET, JWT_SECRET };
  const { script, ask } = staged("One copy per role and plan", { vars });
  const token = (claims: Record<string, string>) => sharedToken({ iss: ISSUER, ...claims });

  test("customers of one plan share a copy, others have theirs, and who lacks a claim passes", async () => {
    script("/catalogue", [echoing("authorization")]);
    const gold = { role: "buyer", plan: "gold" };
    const [ann, bob] = await Promise.all([token({ sub: "ann", ...gold }), token({ sub: "bob", ...gold })]);
    await eventually(async () => outcomeOf(await ask("/catalogue", bearer(ann))) === "hit");
    const shared = await ask("/catalogue", bearer(bob));
    expect([shared.body, outcomeOf(shared)]).toEqual([`Bearer ${ann}`, "hit"]);
    const silver = bearer(await token({ ...gold, plan: "silver" }));
    expect(outcomeOf(await ask("/catalogue", silver))).toBe("uri-miss");
    expect(outcomeOf(await ask("/catalogue", bearer(await token({ role: "buyer" }))))).toBe("no-identity");
  });
});

describe("A/B test", () => {
  const { script, ask, received } = staged("A/B test");
  const visit = (cookie?: string) =>
    ask("/landing", cookie === undefined ? {} : { headers: { Cookie: cookie } });

  test("each variant has a copy, and the origin sees no other cookie", async () => {
    script("/landing", [echoing("cookie")]);
    await eventually(async () => outcomeOf(await visit("session=1; variant=a")) === "hit");
    await eventually(async () => outcomeOf(await visit("variant=b")) === "hit");
    expect((await visit("variant=a; session=2")).body).toBe("variant=a");
    expect((await visit("variant=b; session=2")).body).toBe("variant=b");
    expect(distinct(received("/landing").map(({ headers }) => headers["cookie"]))).toEqual([
      "variant=a",
      "variant=b",
    ]);
  });

  test("an answer that sets the cookie is not stored", async () => {
    script("/landing", [{ headers: { "Set-Cookie": "variant=a" } }]);
    const before = received("/landing").length;
    expect([outcomeOf(await visit()), outcomeOf(await visit())]).toEqual(["set-cookie", "set-cookie"]);
    expect(received("/landing").length - before).toBe(2);
  });
});

describe("Flask sets a session cookie on everything", () => {
  const { script, ask, received } = staged("Flask sets a session cookie on everything");
  const SESSION = { headers: { Cookie: "session=ann" } };
  const FLASK = { headers: { "Set-Cookie": "session=new", Vary: "Cookie" } };

  test("public pages are stored, without a session in either direction", async () => {
    script("/blog/first", [FLASK]);
    const first = await ask("/blog/first", SESSION);
    await eventually(async () => outcomeOf(await ask("/blog/first")) === "hit");
    const bob = await ask("/blog/first", { headers: { Cookie: "session=bob" } });
    expect([first, bob].map(({ headers }) => headers["set-cookie"])).toEqual([undefined, undefined]);
    expect(outcomeOf(bob)).toBe("hit");
    expect(distinct(received("/blog/first").map(({ headers }) => headers["cookie"]))).toEqual([undefined]);
  });

  test("all other routes keep their cookies, and nothing of them is stored", async () => {
    for (const path of ["/account/orders", "/cart", "/elsewhere"]) {
      script(path, [FLASK]);
      const answers = [await ask(path, SESSION), await ask(path, SESSION)];
      expect(answers.map(({ headers }) => headers["set-cookie"])).toEqual(["session=new", "session=new"]);
      expect(answers.map(outcomeOf)).not.toContain("hit");
      expect(received(path).map(({ headers }) => headers["cookie"])).toEqual(["session=ann", "session=ann"]);
    }
  });
});
