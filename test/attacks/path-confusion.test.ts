/** Never a wrong answer: a spelling that the origin may take for another path is not more public than that path. */
import { describe, expect, test } from "vitest";
import { rawRequest, sendRaw } from "../support/raw.ts";
import { outcomeOf, stage } from "../support/stage.ts";

const HOUR = { "Cache-Control": "max-age=3600" };
/** Whatever the origin answers, also that it has no such path. */
const ALWAYS = { override: "1h", byStatus: { "404": "1h" } } as const;

const { ask, script, received, origin, worker } = deferred(
  stage({
    rules: {
      defaults: { edgeTtl: ALWAYS },
      rules: [
        { name: "gone", match: { path: "/gone/*" }, respond: { block: 410 } },
        { name: "guarded", match: { path: "/guarded/*" }, require: { headers: { "x-pass": "letmein" } } },
        { name: "user", match: { path: ["/user", "/user/*"] }, cache: false },
        { name: "at", match: { path: "/@me/*" }, cache: false },
        { name: "inner", match: { path: "/shop/*", host: "private.example" }, cache: false },
        { name: "preview", match: { path: "/static/*", query: { preview: true } }, cache: false },
        { name: "static", match: { path: "/static/*" }, edgeTtl: ALWAYS },
        { name: "both", match: { path: ["/both/:name", "/both/:scope/:name"] }, edgeTtl: ALWAYS },
        { name: "files", match: { extension: ["css", "js"] }, edgeTtl: ALWAYS },
      ],
    },
  }),
);

// A getter of the stage must not be read before its tests run.
function deferred(staged: ReturnType<typeof stage>) {
  const { ask, script, received } = staged;
  return { ask, script, received, origin: () => staged.origin, worker: () => staged.worker };
}

/** Of two who ask one after the other for the same bytes of a target: what became of the second. */
async function twice(target: string, host = "cache.example") {
  const bytes = rawRequest(`GET ${target} HTTP/1.1`, [`Host: ${host}`]);
  await sendRaw(worker().url, bytes);
  const { status, headers } = await sendRaw(worker().url, bytes);
  const said = headers["cache-status"] ?? "";
  return { status, isHit: /;hit|collapsed/.test(said), said };
}

/** What the origin has been asked for since, without its answer to anything known. */
async function asked(act: () => Promise<unknown>): Promise<readonly string[]> {
  const before = new Set(origin().all());
  await act();
  return origin()
    .all()
    .filter((request) => !before.has(request))
    .map(({ url }) => url);
}

describe("a path that may be read as one that a rule passes", () => {
  // For each, there is a server or a framework that routes it to /user/1, /user, or /@me/1.
  test.each([
    "/user%2f1",
    "/user%2F1",
    "/user%5c1",
    "/user%5C1",
    "/user%252f1",
    "/%2575ser/1",
    "/%25%37%35ser/1",
    "/user%u002f1",
    "/user%c0%af1",
    "/user%e0%80%af1",
    "/user%f0%80%80%af1",
    "//user/1",
    "///user//1",
    "/user;/1",
    "/user;v=1/1",
    "/user%3bv=1/1",
    "/;x/user/1",
    "/user;x.css",
    "/user%3bx.css",
    "/user%3Bx.js",
    "/user%00",
    "/user%00.css",
    "/user%0a.css",
    "/user%0d%0a.css",
    "/user%3fx.css",
    "/user%23x.css",
    "/user%253fx.css",
    "/user.",
    "/user./1",
    "/user%20",
    "/user%2e",
    "/user%09",
    "/us%00er/1",
    "/us%7fer/1",
    "/static/..;/user/1",
    "/static/..%2fuser/1",
    "/static/..%5cuser/1",
    "/static%2f..%2fuser/1",
    "/static%2f%2e%2e%2fuser%2f1",
    "/static/%252e%252e/user/1",
    "/static/%252e%252e%252fuser/1",
    "/static/%c0%ae%c0%ae/user/1",
    "/static/..%00/user/1",
    "/static/..%20/..%2fuser/1",
    "/static/x/..;a=b/..;c/user/1",
    "/static/..%2fuser/1;/..;/..;/static/x",
    "/static/..%2fuser%2f1%23.css",
    "/static/..%2fuser%2f1%3f.css",
    "/static//..;//user//1",
    "/%40me/1",
    "/%2540me/1",
    "/%40me%2f1",
    "/static/..%2f@me%2f1",
  ])("%s is not stored", async (target) => {
    const urls = await asked(async () => expect(await twice(target)).toMatchObject({ isHit: false }));
    expect(urls).toHaveLength(2);
  });

  test.each(["/user%2f1", "/static/..;/user/1", "/user%00.css"])("%s is explained", async (target) => {
    expect((await twice(target)).said).toMatch(/;fwd=bypass;.*detail=ambiguous-path/);
  });
});

describe("a path that the platform itself spells as another", () => {
  test.each([
    "/static/../user/1",
    "/static/%2e%2e/user/1",
    "/static/.%2E/user/1",
    "/static\\..\\user\\1",
    "/.//../user/1",
    "/%75ser/1",
    "/user#/static/x.css",
    "/user?/static/x.css",
    "http://static.example/user/1",
    "https://static.example/user/1",
    "http://u:p@static.example/user/1",
  ])("%s is that other one", async (target) => {
    expect((await twice(target)).said).toContain('rule="user"');
  });

  test.each([
    "/user\t1",
    "/us\ter",
    "/user\x001",
    "/user\x011",
    "/user\x7f",
    "/\xfcser",
    "/user 1",
    "user/1",
    "?user",
    "/\xc0\xafuser",
  ])("%j is refused, and the origin not asked", async (target) => {
    const urls = await asked(async () => expect(await twice(target)).toMatchObject({ status: 400 }));
    expect(urls).toEqual([]);
  });
});

describe("who is not let in at a path is not at another spelling of it", () => {
  test.each([
    "/guarded%2fx",
    "//guarded/x",
    "/static/..%2fguarded/x",
    "/guarded;x/y",
    "/static/..;/guarded/x.css",
  ])("%s lacks a field", async (target) => {
    const urls = await asked(async () => expect(await twice(target)).toMatchObject({ status: 403 }));
    expect(urls).toEqual([]);
  });

  test("and with it, the origin answers", async () => {
    script("/guarded%2Fx", { headers: HOUR, body: "let in" });
    expect((await ask("/guarded%2Fx", { headers: { "X-Pass": "letmein" } })).body).toBe("let in");
  });

  test.each(["/gone%2fx", "/static/..%5cgone/x", "/gone;a/b"])("%s is blocked", async (target) => {
    expect(await twice(target)).toMatchObject({ status: 410 });
  });

  test("a path with too many readings to tell is refused", async () => {
    const target = "/a%2f..;x%2f%252e%252e%5c.%20//b;c/%00d%3fguarded";
    const urls = await asked(async () => expect(await twice(target)).toMatchObject({ status: 400 }));
    expect(urls).toEqual([]);
  });
});

describe("what is no attack is cached", () => {
  test.each([
    ["an encoded slash, where one rule has both readings", "/both/scope%2Fname"],
    ["a parameter, where no other rule has the path without", "/plain;v=1/x"],
    ["doubled slashes below one rule", "/static//a"],
    ["an encoded space", "/static/my%20file"],
    ["a percent sign", "/static/100%25"],
    ["UTF-8", "/static/%C3%BC"],
    ["a dot at the end, below one rule", "/static/a."],
  ])("%s", async (_, path) => {
    script(path, { headers: HOUR, body: path });
    await ask(path);
    const second = await ask(path);
    expect([outcomeOf(second), second.body]).toEqual(["hit", path]);
    expect(received(path)).toHaveLength(1);
  });

  test("and what is read alike and spelled otherwise has a copy of its own", async () => {
    script("/both/a%2Fb", { body: "encoded" });
    script("/both/a/b", { body: "plain" });
    const bodies = [await ask("/both/a%2Fb"), await ask("/both/a/b"), await ask("/both/a%2fb")];
    expect(bodies.map(({ body }) => body)).toEqual(["encoded", "plain", "encoded"]);
  });
});

describe("a host in another spelling", () => {
  test.each([
    "private.example",
    "PRIVATE.example",
    "private.example.",
    "private.example:8080",
    "%70rivate.example",
    "u:p@private.example",
  ])("%s does not evade a rule", async (host) => {
    expect((await twice("/shop/1", host)).said).toContain('rule="inner"');
  });

  test.each([
    ["none", []],
    ["an empty one", ["Host:"]],
    ["two", ["Host: a.example", "Host: b.example"]],
    ["a list", ["Host: a.example, b.example"]],
    ["a blank in it", ["Host: a example"]],
    ["no number for a port", ["Host: a.example:evil"]],
    ["a blank before the colon", ["Host : a.example"]],
    ["a folded line", ["X: y", " Host: a.example"]],
    ["another script's letter", ["Host: \xfc.example"]],
  ])("%s: refused, and the origin not asked", async (_, fields) => {
    const urls = await asked(async () => {
      const { status } = await sendRaw(worker().url, rawRequest("GET /host HTTP/1.1", fields as string[]));
      expect(status).toBeGreaterThanOrEqual(400);
    });
    expect(urls).toEqual([]);
  });

  test.each([
    ["a path", "a.example/x", "/x/hosted"],
    ["a backslash", "a.example\\y", "/y/hosted"],
    ["a query", "a.example?z", "/?z/hosted"],
  ])("%s in it is part of what is asked, not of what another is told", async (_, host, url) => {
    script(url.split("?")[0] ?? "", { headers: HOUR, body: "attack" });
    script("/hosted", { headers: HOUR, body: "answer" });
    const urls = await asked(() => twice("/hosted", host));
    expect(urls).toEqual([url]);
    const plain = await sendRaw(worker().url, rawRequest("GET /hosted HTTP/1.1", ["Host: a.example"]));
    expect(plain.body).toContain("answer");
  });

  test("each port and each name has a copy of its own", async () => {
    const hosts = ["p.example", "p.example:8443", "q.example", "p.example:443"];
    script("/ports", ...hosts.map((host) => ({ headers: HOUR, body: host })));
    for (const host of hosts) await twice("/ports", host);
    expect(received("/ports").map(({ headers }) => headers["x-forwarded-host"])).toEqual(hosts);
  });
});

describe("a query that may be read as one that a rule passes", () => {
  test.each([
    "?a=1;preview=1",
    "?a=1;preview",
    "?;preview=1&b",
    "?preview;a=1",
    "?%70review=1",
    "?preview[]=1;preview=2",
  ])("%s is not stored", async (query) => {
    const urls = await asked(async () =>
      expect(await twice(`/static/q${query}`)).toMatchObject({ isHit: false }),
    );
    expect(urls).toHaveLength(2);
  });

  test("a semicolon that makes no difference to a rule is", async () => {
    script("/static/list", { headers: HOUR, body: "list" });
    await ask("/static/list?ids=1;2;3");
    expect(outcomeOf(await ask("/static/list?ids=1;2;3"))).toBe("hit");
  });
});
