/**
 * Never a wrong answer: what is not in the key must not change what is stored. The origin puts all that it is told
 * into its answer, its redirects and its links, with a lifetime and without `Vary`.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { rawRequest, sendRaw } from "../support/raw.ts";
import { eventually, stage } from "../support/stage.ts";

const EVIL = "evil.example";

const staged = stage({
  rules: {
    rules: [
      { name: "passed", match: { path: "/passed/*" }, cache: false },
      { name: "ruled", match: { path: "/ruled/*" }, edgeTtl: "1h" },
      { name: "by-status", match: { path: "/by-status/*" }, edgeTtl: { byStatus: { "200-299": "1h" } } },
      { name: "keyed", match: { path: "/keyed/*" }, key: { cookies: ["theme"] }, edgeTtl: "1h" },
      { name: "ignoring", match: { path: "/ignoring/*" }, extends: "static-assets" },
      { name: "hostless", match: { path: "/hostless/*" }, key: { host: false }, edgeTtl: "1h" },
      {
        name: "listed",
        match: { path: "/listed/*" },
        query: { include: ["q", "page"], sort: true },
        edgeTtl: "1h",
      },
      { name: "untracked", match: { path: "/untracked/*" }, query: { tracking: "drop" }, edgeTtl: "1h" },
      { name: "without", match: { path: "/without/*" }, query: "none", edgeTtl: "1h" },
      { name: "less", match: { path: "/less/*" }, query: { exclude: ["debug", "_*"] }, edgeTtl: "1h" },
      { name: "search", match: { path: "/search/*" }, key: { body: { methods: ["POST"] } }, edgeTtl: "1h" },
    ],
  },
});
const { path } = staged;

/** Repeats the whole request: as text, as fields, and in its status where a field tells it to. */
function reflect(request: IncomingMessage, response: ServerResponse) {
  const told = encodeURIComponent(JSON.stringify([request.rawHeaders, request.url]));
  let body = "";
  request.on("data", (chunk: Buffer) => {
    body += chunk.toString("latin1");
  });
  request.on("end", () => {
    response.writeHead(200, {
      "Cache-Control": "max-age=3600",
      Location: `/?${told}`,
      Link: `<${told}>; rel=canonical`,
    });
    response.end(JSON.stringify([request.method, request.url, request.rawHeaders, body]));
  });
}

function send(line: string, fields: readonly string[] = [], body = "") {
  return sendRaw(staged.worker.url, rawRequest(line, ["Host: cache.example", ...fields], body));
}

/** What a plain client sees once another has asked in its own way; it must come from what is stored, in the end. */
async function afterAttack(target: string, attack: () => Promise<unknown>): Promise<string> {
  await attack();
  const first = await send(`GET ${target} HTTP/1.1`);
  let last = first;
  await eventually(async () => {
    last = await send(`GET ${target} HTTP/1.1`);
    return /;hit/.test(last.headers["cache-status"] ?? "");
  });
  return decodeURIComponent(first.text + last.text);
}

// What clients claim of themselves, of their target and of their method, to servers, frameworks and proxies.
const CLAIMS = [
  ...["Forwarded", "X-Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Server"],
  ...["X-Forwarded-Port", "X-Forwarded-Proto", "X-Forwarded-Scheme", "X-Forwarded-Ssl", "X-Forwarded-Prefix"],
  ...["X-Forwarded-Path", "X-Forwarded-By", "X-Forwarded-User", "X-Forwarded-Uri", "X-Forward-For"],
  ...[
    "X-Original-URL",
    "X-Original-Host",
    "X-Original-URI",
    "X-Rewrite-URL",
    "X-Host",
    "X-Http-Host-Override",
  ],
  ...["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-HTTP-Path-Override"],
  ...["True-Client-IP", "Client-IP", "X-Client-IP", "X-Real-IP", "X-Remote-IP", "X-Remote-Addr"],
  ...["X-Originating-IP", "X-Cluster-Client-IP", "X-ProxyUser-Ip", "Fastly-Client-IP", "CF-Connecting-IPv6"],
  ...["CF-Visitor", "CF-Ray", "CF-EW-Via", "X-Azure-ClientIP", "X-Envoy-External-Address", "X-Amz-Cf-Id"],
  ...["X-Appengine-Country", "X-Wap-Profile", "Wap-Profile", "Front-End-Https", "X-Url-Scheme"],
  ...["X-Middleware-Prefetch", "X-Middleware-Subrequest", "X-Proxy-URL", "Proxy", "Base-Url", "Http-Url"],
  ...["Request-Uri", "Path-Info", "Script-Name", "Server-Name", "Uri", "Url", "Redirect", "Destination"],
  ...["Forwarded-Host", "Http-Host", "Method", "Real-IP", "Source-IP", "Translate", "Referer", "From"],
  ...[
    "Max-Forwards",
    "Traceparent",
    "Baggage",
    "X-Request-Id",
    "X-Correlation-Id",
    "Sec-Fetch-Site",
    "Purpose",
  ],
  ...["Priority", "Surrogate-Capability", "Access-Control-Request-Method", "Expect", "Proxy-Authorization"],
];

// What nobody has heard of, and what says who is asking.
const OTHERS = ["X-Evil", "X-Tenant", "X-Unknown", "X-Debug", "X-Api-Key", "X-Auth-Token", "X-CSRF-Token"];

describe("a field of the request", () => {
  test.each([...CLAIMS, ...OTHERS])("%s, with the origin's lifetime", async (name) => {
    const target = path("/plain", reflect);
    const seen = await afterAttack(target, () => send(`GET ${target} HTTP/1.1`, [`${name}: ${EVIL}`]));
    expect(seen).not.toContain(EVIL);
  });

  test.each([...CLAIMS, ...OTHERS, "Prefer", "Tenant"])("%s, with the rule's", async (name) => {
    const target = path("/ruled", reflect);
    const seen = await afterAttack(target, () => send(`GET ${target} HTTP/1.1`, [`${name}: ${EVIL}`]));
    expect(seen).not.toContain(EVIL);
  });

  test.each(["X-Evil", "Prefer", "Tenant"])("%s, with the rule's for a status", async (name) => {
    const target = path("/by-status", reflect);
    const seen = await afterAttack(target, () => send(`GET ${target} HTTP/1.1`, [`${name}: ${EVIL}`]));
    expect(seen).not.toContain(EVIL);
  });

  test.each<[string, readonly string[]]>([
    ["in capitals", [`X-FORWARDED-HOST: ${EVIL}`]],
    ["twice", [`X-Forwarded-Host: a`, `X-Forwarded-Host: ${EVIL}`]],
    ["behind a line feed", [`X-A: a\nX-Forwarded-Host: ${EVIL}`]],
    ["with an underscore", [`X_Forwarded_Host: ${EVIL}`]],
    ["of a Connection that nominates it", [`X-Evil: ${EVIL}`, "Connection: X-Evil"]],
    ["of a proxy's own, with an underscore", [`X_Real-IP: ${EVIL}`, `Client_IP: ${EVIL}`]],
  ])("%s", async (_, fields) => {
    const target = path("/plain", reflect);
    expect(await afterAttack(target, () => send(`GET ${target} HTTP/1.1`, fields))).not.toContain(EVIL);
  });

  test.each([
    ["a cookie that the key does not name", "/keyed", "Cookie: other=evil.example"],
    ["a cookie beside one that it names", "/keyed", "Cookie: tracked=evil.example; x"],
    ["a cookie where cookies are ignored", "/ignoring", "Cookie: session=evil.example"],
    ["credentials where they are ignored", "/ignoring", "Authorization: Bearer evil.example"],
    ["credentials of a scheme", "/ruled", "Authorization: Basic evil.example"],
    ["a cookie where the rule gives the lifetime", "/ruled", "Cookie: session=evil.example"],
  ])("%s", async (_, prefix, field) => {
    const target = path(prefix, (request: IncomingMessage, response: ServerResponse) => {
      // A lifetime of its own would be its word that it has not looked at the cookie.
      response.writeHead(200, {});
      response.end(JSON.stringify(request.rawHeaders));
    });
    const seen = await afterAttack(target, () => send(`GET ${target} HTTP/1.1`, [field]));
    expect(seen).not.toContain(EVIL);
  });
});

describe("a target", () => {
  test.each([
    ["in absolute form", (target: string) => [`http://${EVIL}${target}`, "cache.example"]],
    ["in absolute form, with a port", (target: string) => [`http://${EVIL}:81${target}`, "cache.example"]],
    ["in absolute form, with userinfo", (target: string) => [`http://${EVIL}@x${target}`, "cache.example"]],
    ["of another scheme", (target: string) => [`https://${EVIL}${target}`, "cache.example"]],
    ["with a fragment", (target: string) => [`${target}#${EVIL}`, "cache.example"]],
    ["with userinfo in Host", (target: string) => [target, `${EVIL}@cache.example`]],
    ["with a port in Host", (target: string) => [target, "cache.example:6666"]],
    ["of another host", (target: string) => [target, EVIL]],
  ])("%s", async (_, attack) => {
    const target = path("/ruled", reflect);
    const [form, host] = attack(target);
    const bytes = rawRequest(`GET ${form} HTTP/1.1`, [`Host: ${host}`]);
    const seen = await afterAttack(target, () => sendRaw(staged.worker.url, bytes));
    expect(seen).not.toMatch(/evil\.example|6666/);
  });

  test.each([EVIL, `${EVIL}:99`, `x@${EVIL}`])("where one copy is for all hosts: %s", async (host) => {
    const target = path("/hostless", reflect);
    const bytes = rawRequest(`GET ${target} HTTP/1.1`, [`Host: ${host}`]);
    const seen = await afterAttack(target, () => sendRaw(staged.worker.url, bytes));
    expect(seen).not.toContain(EVIL);
  });

  test("scheme-relative is a path", async () => {
    const seen = await afterAttack(path("/ruled", reflect), () => send(`GET //${EVIL}/ruled/1 HTTP/1.1`));
    expect(seen).not.toContain(EVIL);
  });
});

describe("content of a read (fat GET)", () => {
  test.each<[string, string, readonly string[], string]>([
    ["GET with a length", "GET", ["Content-Length: 12"], EVIL],
    ["GET, chunked", "GET", ["Transfer-Encoding: chunked"], `c\r\n${EVIL}\r\n0\r\n\r\n`],
    [
      "GET, a form",
      "GET",
      ["Content-Type: application/x-www-form-urlencoded", "Content-Length: 14"],
      `q=${EVIL}`,
    ],
    ["GET that is called a POST", "GET", ["X-HTTP-Method-Override: POST", "Content-Length: 12"], EVIL],
    ["HEAD with a length", "HEAD", ["Content-Length: 12"], EVIL],
    ["POST", "POST", ["Content-Length: 12"], EVIL],
    ["both lengths", "GET", ["Content-Length: 3", "Transfer-Encoding: chunked"], `c\r\n${EVIL}\r\n0\r\n\r\n`],
  ])("%s", async (_, method, fields, body) => {
    const target = path("/ruled", reflect);
    const seen = await afterAttack(target, () => send(`${method} ${target} HTTP/1.1`, fields, body));
    expect(seen).not.toContain(EVIL);
  });

  test("a read with a body has a copy for each body, and GET one of its own", async () => {
    const target = path("/search", reflect);
    const post = (body: string) =>
      send(`POST ${target} HTTP/1.1`, [`Content-Length: ${body.length}`, "Content-Type: text/plain"], body);
    expect((await post(EVIL)).text).toContain(EVIL);
    expect((await post("q=other")).text).not.toContain(EVIL);
    expect(await afterAttack(target, () => post(EVIL))).not.toContain(EVIL);
  });
});

describe("a parameter that the key does not hold (cloaking)", () => {
  test.each([
    ["one that is not listed", "/listed", "?q=1", `?q=1&x=${EVIL}`],
    ["before one that is", "/listed", "?q=1", `?x=${EVIL}&q=1`],
    ["with a listed one behind a semicolon", "/listed", "?q=1", `?q=1&x=1;q=${EVIL}`],
    ["its value a list", "/listed", "?q=1", `?q=1&x[]=${EVIL}&x[0]=${EVIL}`],
    ["a listed name as an array", "/listed", "?q=1", `?q=1&q[]=${EVIL}`],
    ["a listed name in capitals", "/listed", "?q=1", `?q=1&Q=${EVIL}`],
    ["a listed name with NUL", "/listed", "?q=1", `?q=1&q%00=${EVIL}`],
    ["a listed name with a blank", "/listed", "?q=1", `?q=1&+q=${EVIL}`],
    ["a listed name encoded twice", "/listed", "?q=1", `?q=1&%2571=${EVIL}`],
    ["a listed name with a dot", "/listed", "?q=1", `?q=1&q.x=${EVIL}`],
    ["without a name", "/listed", "?q=1", `?q=1&=${EVIL}&${EVIL}`],
    ["a method", "/listed", "?q=1", `?q=1&_method=${EVIL}`],
    ["a callback", "/listed", "?q=1", `?q=1&callback=${EVIL}`],
    ["overlong", "/listed", "?q=1", `?q=1&%c1%b1=${EVIL}`],
    ["behind a second question mark", "/listed", "?q=1", `?q=1&?q=${EVIL}`],
    ["a tracking parameter", "/untracked", "?a=1", `?a=1&utm_source=${EVIL}`],
    ["one within a tracking parameter", "/untracked", "?a=1", `?a=1&utm_content=x;a=${EVIL}`],
    ["a tracking parameter encoded", "/untracked", "?a=1", `?a=1&utm%5fsource=${EVIL}`],
    ["a tracking parameter alone", "/untracked", "", `?gclid=${EVIL}`],
    ["any, where none is in the key", "/without", "", `?x=${EVIL}`],
    ["one without a value", "/without", "", `?${EVIL}`],
    ["one that is excluded", "/less", "?a=1", `?a=1&debug=${EVIL}`],
    ["one that is excluded, encoded", "/less", "?a=1", `?a=1&%64ebug=${EVIL}`],
    ["one that is excluded by a wildcard", "/less", "?a=1", `?a=1&_method=${EVIL}`],
  ])("%s", async (_, prefix, plain, attack) => {
    const target = path(prefix, reflect);
    const seen = await afterAttack(target + plain, () => send(`GET ${target}${attack} HTTP/1.1`));
    expect(seen).not.toContain(EVIL);
  });

  test.each([
    ["a listed one twice", "/listed", "?q=1", `?q=1&q=${EVIL}`],
    ["a listed one twice, the other way round", "/listed", "?q=1", `?q=${EVIL}&q=1`],
    ["a listed one with a semicolon", "/listed", "?q=1", `?q=1;page=${EVIL}`],
    ["a listed one, its name encoded", "/listed", "?q=1", `?q=1&%71=${EVIL}`],
    ["plus and blank", "/listed", "?q=a%20b", `?q=a+b${EVIL}`],
    ["in another order", "/ruled", "?a=1&b=2", `?b=2&a=1&c=${EVIL}`],
    ["a semicolon, where all are in the key", "/ruled", "?a=1", `?a=1;b=${EVIL}`],
    ["a method, where all are in the key", "/ruled", "", `?_method=${EVIL}`],
    ["one excluded behind a semicolon", "/less", "?a=1", `?a=1;debug=${EVIL}`],
  ])("%s has a copy of its own", async (_, prefix, plain, attack) => {
    const target = path(prefix, reflect);
    const seen = await afterAttack(target + plain, () => send(`GET ${target}${attack} HTTP/1.1`));
    expect(seen).not.toContain(EVIL);
  });
});

describe("a request that is passed", () => {
  test.each([
    "X-Forwarded-Host",
    "X_Forwarded_Host",
    "X-Forwarded_Prefix",
    "Forwarded",
    "X-Original-URL",
    "X_Rewrite_URL",
    "X-Real-IP",
    "X_HTTP_Method_Override",
  ])("does not tell the origin what the client claims in %s", async (name) => {
    const target = path("/passed", reflect);
    const seen = await send(`GET ${target} HTTP/1.1`, [`${name}: ${EVIL}`]);
    expect(seen.text).not.toContain(EVIL);
  });
});

describe("what only the origin is told of a client, by this proxy", () => {
  test.each(["X-Forwarded-For", "Accept, CF-Connecting-IP"])(
    "Vary: %s keeps it from others",
    async (vary) => {
      const fields = { "Cache-Control": "max-age=60", Vary: vary };
      const target = path(
        "/told",
        { headers: fields, body: "for one" },
        { headers: fields, body: "for another" },
      );
      expect((await staged.ask(target, { headers: { "CF-Connecting-IP": "192.0.2.1" } })).body).toBe(
        "for one",
      );
      expect((await staged.ask(target, { headers: { "CF-Connecting-IP": "192.0.2.2" } })).body).toBe(
        "for another",
      );
    },
  );
});
