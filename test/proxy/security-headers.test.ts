/** Every answer is hardened, whoever made it; what the origin says itself has the last word unless a rule takes it. */
import { describe, expect, test } from "vitest";
import { harden } from "../../src/cache/outgoing/security-fields.ts";
import { API_FIELDS } from "../../src/rules/parse/security.ts";
import { eventually, outcomeOf, stage } from "../support/stage.ts";

const { ask, path, received } = stage({
  vars: { LINK_KEY: "the key that links are signed with today" },
  rules: {
    defaults: { securityHeaders: "api" },
    rules: [
      { name: "list", match: { path: "/list/*" }, extends: "api-list", edgeTtl: "1h" },
      { name: "passed", match: { path: "/passed/*" }, cache: false },
      { name: "blocked", match: { path: "/blocked" }, respond: { block: 403 } },
      { name: "moved", match: { path: "/moved" }, respond: { redirect: "/list/1" } },
      { name: "signed", match: { path: "/signed" }, signedUrl: { secret: "LINK_KEY" } },
      {
        name: "pages",
        match: { path: "/pages/*" },
        edgeTtl: "1h",
        securityHeaders: {
          fields: {
            "Content-Security-Policy": "default-src 'self'",
            "Permissions-Policy": false,
            "X-Frame-Options": "DENY",
          },
          override: true,
        },
        responseHeaders: { remove: ["referrer-policy"] },
      },
      {
        name: "shared",
        match: { path: "/shared/*" },
        cors: { origins: "*" },
        responseHeaders: { set: { "Cross-Origin-Resource-Policy": "cross-origin" } },
      },
    ],
  },
});

/** Without TLS, there is no HSTS (RFC 6797 §7.2). */
const { "strict-transport-security": HSTS, ...PLAIN } = API_FIELDS;
const only = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.keys(API_FIELDS).flatMap((name) => (headers[name] ? [[name, headers[name]]] : [])),
  );

describe('"api"', () => {
  test("is on what is fetched, on a hit, on 304 and on a part", async () => {
    const target = path("/list", { headers: { ETag: '"1"' }, body: "0123456789" });
    const first = await ask(target);
    await eventually(async () => outcomeOf(await ask(target)) === "hit");
    const answers = [
      first,
      await ask(target),
      await ask(target, { method: "HEAD" }),
      await ask(target, { headers: { "If-None-Match": '"1"' } }),
      await ask(target, { headers: { Range: "bytes=0-1" } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 304, 206]);
    for (const { headers } of answers) expect(only(headers)).toEqual(PLAIN);
    expect(received(target)).toHaveLength(1);
  });

  test("is on errors, the origin's and our own, and on what is passed or answered here", async () => {
    const [failing, dead, written] = [
      path("/list", { status: 500 }),
      path("/list", { fault: "reset" }),
      path("/passed", { status: 201 }),
    ];
    const answers = [
      await ask(failing),
      await ask(dead),
      await ask(written, { method: "POST", body: "x" }),
      await ask("/blocked"),
      await ask("/moved"),
      await ask("/signed"),
      await ask("/nowhere"),
    ];
    expect(answers.map(({ status }) => status)).toEqual([500, 502, 201, 403, 302, 403, 404]);
    for (const { headers } of answers) expect(only(headers)).toEqual(PLAIN);
  });

  test("leaves what the origin says itself", async () => {
    const target = path("/list", { headers: { "Referrer-Policy": "origin" } });
    expect(only((await ask(target)).headers)).toEqual({ ...PLAIN, "referrer-policy": "origin" });
  });
});

describe("fields of a rule", () => {
  test("take the place of those of the preset, and of the origin's where it is said so; responseHeaders are last", async () => {
    const target = path("/pages", { headers: { "Content-Security-Policy": "script-src *" } });
    const { headers } = await ask(target);
    const { "permissions-policy": _, "referrer-policy": __, ...rest } = PLAIN;
    expect(only(headers)).toEqual({ ...rest, "content-security-policy": "default-src 'self'" });
    expect(headers["x-frame-options"]).toBe("DENY");
    const shared = await ask(path("/shared", {}), { headers: { Origin: "https://app.example.com" } });
    expect(shared.headers["cross-origin-resource-policy"]).toBe("cross-origin");
    expect(shared.headers["access-control-allow-origin"]).toBe("*");
  });

  test("over TLS there is HSTS too, and what is stored is not touched", () => {
    const stored = new Headers({ "content-type": "text/plain" });
    const fields = { fields: Object.entries(API_FIELDS), override: false };
    const sent = new Headers(stored);
    harden(sent, fields, new URL("https://api.example.com/"));
    expect([...stored]).toHaveLength(1);
    expect(sent.get("strict-transport-security")).toBe(HSTS);
    expect(Object.fromEntries(sent)).toMatchObject(API_FIELDS);
  });
});
