/** Never a wrong answer: what is private does not become public because its URL ends like that of a file. */
import { describe, expect, test } from "vitest";
import { normalisePath } from "../../src/http/uri.ts";
import { rawRequest, sendRaw } from "../support/raw.ts";
import { eventually, outcomeOf, stage } from "../support/stage.ts";

/** Of a status, too, that the origin gives for what it does not have. */
const ALWAYS = { override: "1h", byStatus: { "404": "1m" } } as const;

const staged = stage({
  rules: {
    rules: [
      { name: "exact", match: { path: "/account" }, cache: false },
      { name: "files", match: { extension: ["css", "js", "png", "pdf", "foo"] }, edgeTtl: ALWAYS },
      { name: "pattern", match: { path: "/patterns/*.css" }, edgeTtl: ALWAYS },
      {
        name: "either",
        match: { any: [{ extension: "svg" }, { path: "/icons/*" }] },
        edgeTtl: "1h",
      },
      { name: "preset", match: { extension: "woff2" }, extends: "static-assets" },
      { name: "user", match: { path: "/user/*" }, cache: false },
    ],
  },
});
const { ask, script, path, received } = staged;

const HTML = "text/html; charset=utf-8";
const JSON_TYPE = "application/json";

/**
 * Of two who ask for a URL one after the other, each for their own page: what the second is given, and how. Nothing of
 * the request tells them apart, as where a network or a certificate does.
 */
async function stranger(target: string, contentType: string, headers: Record<string, string> = {}) {
  const { pathname } = new URL(target, "http://h");
  const page = { headers: { ...headers, "Content-Type": contentType } };
  const seen = normalisePath(pathname);
  script(seen, { ...page, body: "of the first" }, { ...page, body: "of the second" });
  const bytes = rawRequest(`GET ${target} HTTP/1.1`, ["Host: cache.example"]);
  const first = await sendRaw(staged.worker.url, bytes);
  const second = await sendRaw(staged.worker.url, bytes);
  return { first: first.body, second: second.body, said: second.headers["cache-status"] ?? "" };
}

describe("the page of one user is not stored as a file", () => {
  test.each<[string, string]>([
    ["/user/preferences/x.css", HTML],
    ["/user/preferences/x.js", JSON_TYPE],
    ["/user/preferences.png", HTML],
    ["/user/preferences/.x.css", HTML],
    ["/user/x.css/", HTML],
    ["/user/preferences/x.CSS", HTML],
    ["/user/preferences/x.pdf", HTML],
    ["/user/preferences/x.foo", HTML],
    ["/user/preferences/y.foo", JSON_TYPE],
    ["/user/preferences/w.css", "text/html; a=text/css"],
    ["/user/preferences/v.svg", HTML],
    ["/user/preferences/x.woff2", HTML],
    ["/patterns/user/x.css", HTML],
    ["/user/preferences;x.css", HTML],
    ["/user/preferences%3bx.js", HTML],
    ["/user/preferences%3Bx.js", JSON_TYPE],
    ["/user/preferences%00.css", HTML],
    ["/user/preferences%0a.css", HTML],
    ["/user/preferences%23x.css", HTML],
    ["/user/preferences%3fx.css", HTML],
    ["/user/preferences%2fx.css", HTML],
    ["/user/preferences%5cx.css", HTML],
    ["/user/preferences%252fx.css", HTML],
    ["/user/preferences/%2e%2e%2fx.css", HTML],
    ["/static/..%2fuser/x.css", HTML],
    ["/account/x.css", HTML],
    ["/account;x.css", HTML],
    ["/account%3bx.css", "text/css"],
    ["/account%00.css", "text/css"],
    ["/account%23.css", "text/css"],
    ["/account%3f.css", "text/css"],
    ["/account%0a.css", "text/css"],
  ])("%s as %s", async (target, contentType) => {
    expect(await stranger(target, contentType)).toMatchObject({
      first: "of the first",
      second: "of the second",
    });
  });

  test("nor where the origin lets caches keep what it sends", async () => {
    const lax = { "Cache-Control": "public, max-age=600" };
    const { second, said } = await stranger("/user/lax/x.css", HTML, lax);
    expect([second, said]).toEqual(["of the second", expect.stringContaining("detail=media-type-mismatch")]);
  });

  test("nor once a file of that name has been there", async () => {
    const target = path("/user");
    script(`${target}.css`, { headers: { "Content-Type": "text/css" }, body: "file" });
    await ask(`${target}.css`);
    await eventually(async () => outcomeOf(await ask(`${target}.css`)) === "hit");
    script(`${target}.css`, { headers: { "Content-Type": HTML }, body: "page" });
    await ask(`${target}.css`, { method: "DELETE" });
    const bodies = [await ask(`${target}.css`), await ask(`${target}.css`)].map(({ body }) => body);
    expect([bodies, received(`${target}.css`).length]).toEqual([["page", "page"], 4]);
  });

  test("a suffix after a fragment never leaves the client's side of the path", async () => {
    expect((await stranger("/account#x.css", HTML)).said).toContain('rule="exact"');
  });
});

describe("files are stored as before", () => {
  test.each<[string, string]>([
    ["/app.css", "text/css"],
    ["/app.js", "text/javascript; charset=utf-8"],
    ["/a/logo.png", "image/png"],
    ["/a/logo2.png", "image/webp"],
    ["/a/x.PDF", "application/pdf"],
    ["/a/x.foo", "application/x-foo"],
    ["/a/font.woff2", "application/octet-stream"],
    ["/icons/page", HTML],
    ["/icons/x.svg", "image/svg+xml"],
    ["/patterns/a/b.css", "text/css"],
  ])("%s as %s", async (target, contentType) => {
    script(target, { headers: { "Content-Type": contentType }, body: target });
    await ask(target);
    const second = await ask(target);
    expect([outcomeOf(second), second.body]).toEqual(["hit", target]);
  });

  test("what the origin does not have, where the rule names the status", async () => {
    script("/missing.css", { status: 404, headers: { "Content-Type": HTML } });
    await ask("/missing.css");
    expect(outcomeOf(await ask("/missing.css"))).toBe("hit");
  });

  test("and redirects, which have no type", async () => {
    script("/moved.css", { status: 301, headers: { Location: "/app.css" } });
    await ask("/moved.css");
    expect(outcomeOf(await ask("/moved.css"))).toBe("hit");
  });
});
