/** Never a wrong answer: no value ends the field, the header section or the message that it stands in. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { rawRequest, sendRaw } from "../support/raw.ts";
import { outcomeOf, stage } from "../support/stage.ts";

const staged = stage({
  rules: {
    rules: [
      {
        name: "templates",
        match: { path: "/templates/:id" },
        edgeTtl: "1h",
        key: { headers: ["x-tenant"] },
        tags: ["item:{id}", "q:{query.q}"],
        requestHeaders: { set: { "x-id": "{id}", "x-q": "{query.q}", "x-tenant-too": "{request.x-tenant}" } },
        responseHeaders: { set: { "x-id": "{id}", "x-q": "{query.q}", "x-path": "{path}{search}" } },
      },
      {
        name: "redirect",
        match: { path: "/redirect/:id" },
        respond: { redirect: "/to/{id}?q={query.q}" },
      },
      { name: "rewrite", match: { path: "/rewrite/:id" }, origin: { rewrite: "/rewritten/{id}" } },
      { name: "tenant", match: { path: "/tenant/*" }, key: { headers: ["x-tenant"] }, edgeTtl: "1h" },
      { name: "own", match: { path: "/own/*" }, scope: "user", edgeTtl: "1h" },
    ],
  },
  vars: { SELVEDGE_SECRET: "a secret that is thirty-two characters long" },
});
const { ask, script, path, received } = staged;

const BREAKS = [
  ["CR LF", "%0d%0a"],
  ["CR", "%0d"],
  ["LF", "%0a"],
  ["CR LF twice", "%0d%0a%0d%0a"],
  ["NUL", "%00"],
  ["a vertical tab", "%0b"],
  ["NEL", "%c2%85"],
  ["a line separator", "%e2%80%a8"],
  ["what becomes CR LF in Latin-1", "%e5%98%8d%e5%98%8a"],
  ["encoded twice", "%250d%250a"],
] as const;

describe.each(BREAKS)("%s in a template's place", (_, bytes) => {
  const evil = `a${bytes}Set-Cookie:%20evil=1`;

  test.each([
    ["a parameter of the path", `/templates/${evil}`],
    ["a parameter of the query", `/templates/1?q=${evil}`],
  ])("%s", async (_name, target) => {
    script(target.split("?")[0]?.replace(/%[0-9a-f]{2}/g, (octet) => octet.toUpperCase()) ?? "", {});
    const first = await ask(target);
    const second = await ask(target);
    for (const { headers, status } of [first, second]) {
      expect([status === 404 || status === 200, headers["set-cookie"]]).toEqual([true, undefined]);
    }
    for (const { headers } of staged.origin.all()) expect(headers["set-cookie"]).toBeUndefined();
  });

  test("a redirect", async () => {
    for (const target of [`/redirect/${evil}`, `/redirect/1?q=${evil}`]) {
      const { headers, status } = await ask(target);
      expect([status < 500, headers["set-cookie"]]).toEqual([true, undefined]);
    }
  });

  test("a rewritten path", async () => {
    await ask(`/rewrite/${evil}`);
    for (const { headers, url } of staged.origin.all()) {
      expect([headers["set-cookie"], /[\r\n]/.test(url)]).toEqual([undefined, false]);
    }
  });
});

describe("a field of the request", () => {
  test.each([
    ["CR", "X-Tenant: a\rSet-Cookie: evil=1"],
    ["NUL", "X-Tenant: a\0b"],
    ["a folded line", "X-Tenant: a\r\n Set-Cookie: evil=1"],
    ["a blank before the colon", "X-Tenant : a"],
    ["no name", ": a"],
    ["no colon", "X-Tenant"],
    ["another script's letter in its name", "X-T\xe9nant: a"],
    ["two lengths", "Content-Length: 1\r\nContent-Length: 2"],
    ["a length that is no number", "Content-Length: 1x"],
    ["a negative length", "Content-Length: -1"],
    ["an unknown transfer coding", "Transfer-Encoding: xchunked"],
  ])("%s: refused, and the origin not asked", async (_, line) => {
    const target = path("/tenant", {});
    const bytes = rawRequest(`GET ${target} HTTP/1.1`, ["Host: a.example", line]);
    expect((await sendRaw(staged.worker.url, bytes)).status).toBe(400);
    expect(received(target)).toEqual([]);
  });

  test.each([
    ["Latin-1", "\xfc"],
    ["UTF-8", "\xc3\xbc"],
    ["quotes and backslashes", '"\\", "a":"b'],
    ["what looks like the key's end", '"]]}'],
    ["what looks like another part of it", '1\\nkey:{"headers":[]}'],
    ["a comma", "a, b"],
    ["nothing", ""],
  ])("%s in a field of the key has a copy of its own", async (_, value) => {
    const target = path("/tenant", { body: "evil" }, { body: "plain" });
    const asking = (tenant: string) =>
      sendRaw(
        staged.worker.url,
        rawRequest(`GET ${target} HTTP/1.1`, ["Host: a.example", `X-Tenant: ${tenant}`]),
      );
    await asking(value);
    const plain = [await asking("plain"), await asking("plain")];
    expect(plain.map(({ body }) => body)).toEqual(["plain", "plain"]);
    expect((await asking(value)).body).toBe("evil");
  });

  test("a second request behind the content of the first is one of its own", async () => {
    const target = path("/tenant", { body: "first" });
    const smuggled = path("/tenant", { body: "smuggled" });
    const inner = `GET ${smuggled} HTTP/1.1\r\nHost: a.example\r\n\r\n`;
    const chunked = `0\r\n\r\n${inner}`;
    const fields = ["Host: a.example", `Content-Length: ${chunked.length}`, "Transfer-Encoding: chunked"];
    await sendRaw(staged.worker.url, rawRequest(`GET ${target} HTTP/1.1`, fields, chunked));
    const other = path("/tenant", { body: "other" });
    expect((await ask(other)).body).toBe("other");
    expect((await ask(target)).body).toBe("first");
  });
});

/** Writes bytes to the Worker as they are, and closes the connection. */
function raw(...lines: readonly string[]) {
  return (_: IncomingMessage, response: ServerResponse) => {
    response.socket?.end(Buffer.from(lines.join("\r\n"), "latin1"));
  };
}

describe("the origin's answer", () => {
  test.each([
    ["CR in a value", "X-A: a\rSet-Cookie: evil=1"],
    ["NUL in a value", "X-A: a\0b"],
    ["a folded line", "X-A: a\r\n Set-Cookie: evil=1"],
    ["a blank before the colon", "Set-Cookie : evil=1"],
    ["no colon", "Set-Cookie"],
    ["two lengths", "Content-Length: 4"],
    ["a length that is no number", "Content-Length: 2x"],
  ])("%s: stored by nobody, and clients get no part of it", async (_, line) => {
    const target = path(
      "/plain",
      raw("HTTP/1.1 200 OK", "Cache-Control: max-age=60", "Content-Length: 2", line, "", "ok"),
      { body: "well" },
    );
    const first = await ask(target);
    const second = await ask(target);
    expect([first.status, first.headers["set-cookie"]]).toEqual([502, undefined]);
    expect([second.body, outcomeOf(second)]).toEqual(["well", "no-lifetime"]);
  });

  test.each([
    ["Latin-1", "\xfc"],
    ["UTF-8", "\xe2\x82\xac"],
    ["a control character", "a\x01b"],
    ["DEL", "a\x7fb"],
    ["quotes and a backslash", '"\\"'],
  ])("%s in a value is the same from the cache", async (_, value) => {
    const lines = [
      "HTTP/1.1 200 OK",
      "Cache-Control: max-age=60",
      "Content-Length: 2",
      `X-A: ${value}`,
      "",
      "ok",
    ];
    const target = path("/plain", raw(...lines));
    const bytes = rawRequest(`GET ${target} HTTP/1.1`, ["Host: a.example"]);
    const first = await sendRaw(staged.worker.url, bytes);
    const second = await sendRaw(staged.worker.url, bytes);
    expect([first.headers["x-a"], first.body]).toEqual([second.headers["x-a"], second.body]);
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.headers["set-cookie"]).toBeUndefined();
  });

  test("two answers to one request: the second answers nobody", async () => {
    const one = ["HTTP/1.1 200 OK", "Cache-Control: max-age=60", "Content-Length: 2", "", "ok"].join("\r\n");
    const evil = ["HTTP/1.1 200 OK", "Cache-Control: max-age=60", "Content-Length: 4", "", "evil"].join(
      "\r\n",
    );
    const target = path("/plain", (_, response) => void response.socket?.write(one + evil));
    expect((await ask(target)).body).toBe("ok");
    for (let count = 0; count < 5; count++) {
      const other = path("/plain", { headers: { "Cache-Control": "max-age=60" }, body: `own ${count}` });
      expect((await ask(other)).body).toBe(`own ${count}`);
    }
  });

  test("a tag with a line's end, or of no text, is no other's tag", async () => {
    const tags = { "Cache-Control": "max-age=60", "Cache-Tag": "a\tb, \xfc, c" };
    const target = path("/plain", { headers: tags, body: "tagged" });
    await ask(target);
    const second = await ask(target);
    expect([second.body, second.headers["cache-tag"]]).toEqual(["tagged", undefined]);
  });
});

describe("Connection (RFC 9110 §7.6.1)", () => {
  test.each(["X-Tenant", "x-tenant, close", "Host, X-Tenant, Via"])(
    "%s: what the key holds is what the origin sees",
    async (options) => {
      const target = path("/tenant", ({ headers }: IncomingMessage, response: ServerResponse) => {
        response.end(String(headers["x-tenant"] ?? "none"));
      });
      const asking = (...fields: readonly string[]) =>
        sendRaw(
          staged.worker.url,
          [`GET ${target} HTTP/1.1`, "Host: a.example", ...fields, "", ""].join("\r\n"),
        );
      await asking("X-Tenant: acme", `Connection: ${options}, close`);
      expect((await asking("X-Tenant: acme", "Connection: close")).text).toContain("acme");
      expect((await asking("Connection: close")).text).toContain("none");
    },
  );

  test.each([
    "Cookie",
    "Authorization",
    "Cache-Control",
    "Accept-Language",
    "Accept-Encoding",
    "Range",
    "Origin",
  ])("%s nominated does not poison", async (name) => {
    const target = path("/plain", ({ headers }: IncomingMessage, response: ServerResponse) => {
      const told = headers[name.toLowerCase()];
      response.writeHead(200, { "Cache-Control": "max-age=60", Vary: name });
      response.end(`told ${told === "evil" ? "evil" : "nothing"}`);
    });
    const evil = ["Host: a.example", `${name}: evil`, `Connection: ${name}, close`];
    await sendRaw(staged.worker.url, [`GET ${target} HTTP/1.1`, ...evil, "", ""].join("\r\n"));
    expect((await ask(target)).body).toBe("told nothing");
  });

  test("credentials that it nominates still say whose copy it is", async () => {
    const target = path("/own", ({ headers }: IncomingMessage, response: ServerResponse) => {
      response.end(`of ${headers.authorization}`);
    });
    const asking = (...fields: readonly string[]) =>
      sendRaw(
        staged.worker.url,
        [`GET ${target} HTTP/1.1`, "Host: a.example", ...fields, "", ""].join("\r\n"),
      );
    await asking("Authorization: ann", "Connection: close");
    const bob = await asking("Authorization: bob", "Connection: Authorization, close");
    expect(bob.text).toContain("of bob");
  });

  test.each(["cache-control", "set-cookie", "vary", "expires, cache-control", "age, date, etag"])(
    "%s nominated by the origin: what it forbids stays forbidden",
    async (options) => {
      const headers = {
        "Cache-Control": "private, max-age=60",
        "Set-Cookie": "a=b",
        Vary: "*",
        Connection: options,
      };
      const target = path("/plain", { headers, body: "first" }, { headers, body: "second" });
      await ask(target);
      expect((await ask(target)).body).toBe("second");
    },
  );
});
