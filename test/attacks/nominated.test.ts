/**
 * RFC 9110 §7.6.1: whoever sends a message can have fields of it taken off by naming them in `Connection`. What others
 * get is not changed by it, nor what a rule demands or writes.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { sendRaw } from "../support/raw.ts";
import { stage } from "../support/stage.ts";

const staged = stage({
  rules: {
    rules: [
      { name: "ruled", match: { path: "/ruled/*" }, edgeTtl: "1h" },
      { name: "tenant", match: { path: "/tenant/*" }, key: { headers: ["x-tenant"] }, edgeTtl: "1h" },
      { name: "language", match: { path: "/language/*" }, key: { language: ["de", "en"], device: true } },
      { name: "grouped", match: { path: "/grouped/*" }, key: { cookies: ["group"] }, edgeTtl: "1h" },
      {
        name: "ignoring",
        match: { path: "/ignoring/*" },
        requestCookies: "ignore",
        authorization: "ignore",
        edgeTtl: "1h",
      },
      { name: "hostless", match: { path: "/hostless/*" }, key: { host: false }, edgeTtl: "1h" },
      { name: "by-field", match: { path: "/field/*", headers: { "x-tenant": "evil" } }, edgeTtl: "1h" },
      { name: "closed", match: { path: "/closed/*" }, require: { headers: { "x-pass": "let-me-in" } } },
      {
        name: "writing",
        match: { path: "/writing/*" },
        requestHeaders: { set: { "x-origin-secret": "known" } },
        edgeTtl: "1h",
      },
    ],
  },
});

/** What attackers send, each to be named in `Connection`. */
const EVIL: Readonly<Record<string, string>> = {
  Age: "999999",
  Vary: "*",
  Cookie: "group=evil; session=evil",
  Authorization: "Bearer evil",
  "Accept-Encoding": "evil",
  "Accept-Language": "evil",
  "Cache-Control": "no-store, max-age=0",
  Pragma: "no-cache",
  "If-None-Match": '"one"',
  "If-Modified-Since": "Fri, 01 Jan 2100 00:00:00 GMT",
  Range: "bytes=0-1",
  "If-Range": '"one"',
  "X-Forwarded-For": "evil",
  "X-Forwarded-Host": "evil.example",
  "X-Forwarded-Proto": "evil",
  "CF-Connecting-IP": "203.0.113.66",
  Origin: "https://evil.example",
  "X-Tenant": "evil",
  "X-Unknown": "evil",
  "User-Agent": "evil iPhone",
  Via: "1.1 evil",
  "CDN-Loop": "evil",
  Upgrade: "evil",
  TE: "evil",
};
const SECRETS = /ann|group=a/;
/** As others ask, one after another. */
const OTHERS: readonly (readonly string[])[] = [
  [],
  ["Accept-Language: de", "X-Tenant: a", "User-Agent: curl"],
  ["Cookie: group=a; session=ann", "Origin: https://app.example.com"],
  ["Authorization: Bearer ann", "Accept-Encoding: gzip"],
  // Who sends the same without nominating it.
  ["X-Tenant: evil"],
  ["Accept-Language: evil", "User-Agent: evil iPhone"],
  ["Cookie: group=evil; session=evil", "Origin: https://evil.example"],
  ["Authorization: Bearer evil"],
  [],
];
const READ_FIELDS = [
  ...["cookie", "authorization", "accept-encoding", "accept-language", "origin", "x-tenant", "user-agent"],
];

/** An origin that answers by what it is told, says so in Vary, and knows conditions and ranges. */
function reflect({ headers }: IncomingMessage, response: ServerResponse): void {
  const fields = { "Cache-Control": "max-age=60", ETag: '"one"', Vary: READ_FIELDS.join(", ") };
  if (headers["if-none-match"] !== undefined) return void response.writeHead(304, fields).end();
  const text = JSON.stringify(
    [...READ_FIELDS, "x-unknown", "x-forwarded-host"].map((name) => headers[name] ?? ""),
  );
  if (headers.range === undefined)
    return void response.writeHead(200, { ...fields, "Content-Length": text.length }).end(text);
  const part = { ...fields, "Content-Range": `bytes 0-1/${text.length}`, "Content-Length": 2 };
  response.writeHead(206, part).end(text.slice(0, 2));
}

async function asking(target: string, fields: readonly string[], options = ""): Promise<string> {
  const lines = [
    `GET ${target} HTTP/1.1`,
    "Host: a.example",
    ...fields,
    `Connection: ${options}close`,
    "",
    "",
  ];
  const { status, headers, body } = await sendRaw(staged.worker.url, lines.join("\r\n"));
  return JSON.stringify([status, headers["content-range"], headers["vary"], body]);
}

async function askedInTurn(target: string): Promise<readonly string[]> {
  const answers: string[] = [];
  for (const fields of OTHERS) answers.push(await asking(target, fields));
  return answers;
}

const PLACES = [
  ...["/plain", "/ruled", "/tenant", "/language", "/grouped", "/ignoring", "/hostless", "/field", "/writing"],
];
const NAMES = Object.keys(EVIL);

describe("others get what they get without it", () => {
  const cases = PLACES.map((prefix) => [prefix, NAMES] as const);
  const one = NAMES.flatMap((name) => [["/plain", [name]] as const, ["/tenant", [name]] as const]);
  test.each([...cases, ...one])("below %s, of %s", async (prefix, names) => {
    const untouched = staged.path(prefix, reflect);
    const target = staged.path(prefix, reflect);
    const evil = names.map((name) => `${name}: ${EVIL[name]}`);
    const options = `Host, ${names.join(", ")}, `;
    await asking(target, evil, options);
    expect(await askedInTurn(target)).toEqual(await askedInTurn(untouched));
    expect(await asking(target, evil, options)).not.toMatch(SECRETS);
    expect(await asking(target, [], options)).not.toMatch(SECRETS);
  });
});

describe("by a client", () => {
  test("what a rule demands is not there when it is nominated, and nobody gets in by it", async () => {
    const target = staged.path("/closed", reflect);
    expect(await asking(target, ["X-Pass: let-me-in"], "X-Pass, ")).toContain("403");
    expect(await asking(target, [], "X-Pass, ")).toContain("403");
    expect(staged.received(target)).toEqual([]);
  });

  test("what we tell the origin of the request stays", async () => {
    const target = staged.path("/writing", reflect);
    await asking(target, [], "X-Origin-Secret, X-Forwarded-Host, X-Forwarded-Proto, Via, ");
    const [{ headers } = { headers: {} }] = staged.received(target);
    expect(headers).toMatchObject({
      "x-origin-secret": "known",
      "x-forwarded-host": "a.example",
      "x-forwarded-proto": "http",
      via: "1.1 selvedge",
    });
  });

  test.each([
    ["Content-Length", (content: string) => [`Content-Length: ${content.length}`, "", content]],
    [
      "Transfer-Encoding",
      (content: string) => [
        "Transfer-Encoding: chunked",
        "",
        `${content.length.toString(16)}\r\n${content}\r\n0\r\n\r\n`,
      ],
    ],
  ])("content framed by a %s that is nominated is no request of its own", async (name, framed) => {
    const target = staged.path("/plain", { body: "written" });
    const hidden = staged.path("/hidden", { body: "hidden" });
    const content = `GET ${hidden} HTTP/1.1\r\nHost: a.example\r\n\r\n`;
    for (const method of ["POST", "GET"]) {
      const lines = [`${method} ${target} HTTP/1.1`, "Host: a.example", `Connection: ${name}, close`];
      await sendRaw(staged.worker.url, [...lines, ...framed(content)].join("\r\n"));
    }
    await staged.ask(staged.path("/plain", {}));
    expect(staged.received(hidden)).toEqual([]);
    expect(staged.received(target)[0]).toMatchObject({ method: "POST", body: content });
  });
});

describe("by an origin", () => {
  const Connection = "Cache-Control, Vary, Set-Cookie, ETag, Content-Length, Content-Type, Last-Modified";

  test("variants stay apart, validators hold, and the body is whole", async () => {
    const target = staged.path("/plain", ({ headers }, response) => {
      const body = `for ${headers["x-tenant"]}`;
      const fields = { "Cache-Control": "max-age=60", Vary: "X-Tenant", ETag: '"one"', Connection };
      response.writeHead(200, { ...fields, "Content-Length": body.length }).end(body);
    });
    const ask = (tenant: string, more = {}) =>
      staged.ask(target, { headers: { "X-Tenant": tenant, ...more } });
    expect([(await ask("a")).body, (await ask("b")).body]).toEqual(["for a", "for b"]);
    const again = await ask("a");
    expect([again.body, again.headers["etag"], again.complete]).toEqual(["for a", '"one"', true]);
    expect((await ask("a", { "If-None-Match": '"one"' })).status).toBe(304);
    expect(staged.received(target)).toHaveLength(2);
  });

  test.each([
    ["no-store", { "Cache-Control": "no-store" }],
    ["a cookie", { "Cache-Control": "max-age=60", "Set-Cookie": "session=ann" }],
  ])("%s: nobody gets what was for another", async (_, fields) => {
    const headers = { ...fields, Connection };
    const target = staged.path("/plain", { headers, body: "for ann" }, { headers, body: "for bob" });
    await staged.ask(target);
    expect((await staged.ask(target)).body).toBe("for bob");
  });
});
