/**
 * Never a wrong answer: a request that makes the origin fail must not have its failure kept for others (CPDoS). The
 * origin puts a lifetime on all that it sends, as many do.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { rawRequest, sendRaw } from "../support/raw.ts";
import { eventually, outcomeOf, stage } from "../support/stage.ts";

const HOUR = { "Cache-Control": "public, max-age=3600" };

const staged = stage({
  rules: {
    rules: [
      { name: "ruled", match: { path: "/ruled/*" }, edgeTtl: "1h" },
      { name: "named", match: { path: "/named/*" }, edgeTtl: { byStatus: { "429": "1m" } } },
    ],
  },
});
const { ask, path } = staged;

type Judge = (request: IncomingMessage) => number;

/** An origin that answers with the status that the judge finds, and with what it is for. */
function judging(judge: Judge) {
  return (request: IncomingMessage, response: ServerResponse) => {
    const status = judge(request);
    response.writeHead(status, HOUR);
    response.end(status === 200 ? "answer" : "failure");
  };
}

const sizeOf = ({ rawHeaders }: IncomingMessage) => rawHeaders.join("").length;
const isPlain = ({ rawHeaders }: IncomingMessage) => /^[\x20-\x7e]*$/.test(rawHeaders.join(""));

const tooLong =
  (status: number): Judge =>
  (request) =>
    sizeOf(request) > 6_000 ? status : 200;
const unreadable =
  (status: number): Judge =>
  (request) =>
    isPlain(request) ? 200 : status;
const on =
  (name: string, value: RegExp, status: number): Judge =>
  ({ headers }) =>
    value.test(String(headers[name] ?? "")) ? status : 200;

const long = "x".repeat(7_000);

describe.each(["/plain", "/ruled"])("below %s, a failure is not kept for others", (prefix) => {
  test.each<[string, Judge, readonly string[]]>([
    ["an oversized User-Agent: 400", tooLong(400), [`User-Agent: ${long}`]],
    ["an oversized User-Agent: 431", tooLong(431), [`User-Agent: ${long}`]],
    ["an oversized Accept-Language: 413", tooLong(413), [`Accept-Language: ${long}`]],
    ["an oversized Accept: 500", tooLong(500), [`Accept: ${long}`]],
    ["an oversized cookie: 400", tooLong(400), [`Cookie: a=${long}`]],
    ["an oversized Origin: 404", tooLong(404), [`Origin: ${long}`]],
    ["an oversized field of another name: 431", tooLong(431), [`X-Oversized: ${long}`]],
    [
      "many fields: 400",
      tooLong(400),
      Array.from({ length: 400 }, (_, n) => `X-Many-${n}: ${"y".repeat(20)}`),
    ],
    ["a control character: 400", unreadable(400), ["User-Agent: a\x01b"]],
    ["a control character: 500", unreadable(500), ["Accept: a\x08"]],
    ["a vertical tab: 400", unreadable(400), ["Accept-Language: \x0b"]],
    ["a DEL: 403", unreadable(403), ["User-Agent: \x7f"]],
    ["bytes that are no text: 500", unreadable(500), ["User-Agent: \xff\xfe"]],
    ["an unknown Accept: 406", on("accept", /none/, 406), ["Accept: none/such"]],
    ["an unknown Accept-Charset: 406", on("accept-charset", /none/, 406), ["Accept-Charset: none"]],
    ["an unknown Accept-Encoding: 415", on("accept-encoding", /none/, 415), ["Accept-Encoding: none"]],
    ["a Range that cannot be satisfied: 416", on("range", /999/, 416), ["Range: bytes=999999-"]],
    ["a Range that is none: 400", on("range", /x/, 400), ["Range: x=0-1"]],
    ["an If-Match: 412", on("if-match", /./, 412), ['If-Match: "other"']],
    [
      "an If-Unmodified-Since: 412",
      on("if-unmodified-since", /./, 412),
      ["If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT"],
    ],
    ["an Expect: 417", on("expect", /./, 417), ["Expect: nonsense"]],
    ["an Upgrade: 426", on("upgrade", /./, 426), ["Upgrade: none", "Connection: Upgrade"]],
    ["a method in a field: 405", on("x-http-method-override", /./, 405), ["X-HTTP-Method-Override: DELETE"]],
    ["a method in another field: 405", on("x-http-method", /./, 405), ["X-HTTP-Method: POST"]],
    ["a method in a third: 404", on("x-method-override", /./, 404), ["X-Method-Override: HEAD"]],
    ["a transfer coding: 501", on("te", /./, 400), ["TE: trailers, none"]],
    ["a path in a field: 404", on("x-original-url", /./, 404), ["X-Original-URL: /none"]],
    ["a port in a field: 502", on("x-forwarded-port", /./, 502), ["X-Forwarded-Port: 1"]],
    ["too many requests: 429", on("user-agent", /flood/, 429), ["User-Agent: flood"]],
  ])("%s", async (_, judge, fields) => {
    const target = path(prefix, judging(judge));
    await sendRaw(staged.worker.url, rawRequest(`GET ${target} HTTP/1.1`, ["Host: a.example", ...fields]));
    const plain = () => sendRaw(staged.worker.url, rawRequest(`GET ${target} HTTP/1.1`, ["Host: a.example"]));
    expect((await plain()).text).toMatch(/^HTTP\/1\.1 200 [\s\S]*answer/);
    // And the attack does not keep the copy from being made.
    await eventually(async () => /;hit/.test((await plain()).headers["cache-status"] ?? ""));
  });

  test("a method that the origin does not have", async () => {
    const target = path(
      prefix,
      judging(({ method }) => (method === "GET" ? 200 : 405)),
    );
    for (const method of ["POST", "DELETE", "PURGE", "OPTIONS", "TRACE", "HEAD"])
      await sendRaw(staged.worker.url, rawRequest(`${method} ${target} HTTP/1.1`, ["Host: a.example"]));
    expect((await ask(target)).body).toBe("answer");
  });

  test("content with a GET", async () => {
    const target = path(
      prefix,
      judging(({ headers }) => ("content-length" in headers ? 400 : 200)),
    );
    const sent = await ask(target, { body: "x=1" });
    expect([sent.status, (await ask(target)).body]).toEqual([400, "answer"]);
  });
});

describe("an error that would be for anyone is kept", () => {
  test.each([400, 403, 404, 410, 451, 500, 503])("%i, with a lifetime of its origin", async (status) => {
    const target = path("/plain", { status, headers: HOUR });
    await ask(target, { headers: { "User-Agent": "Mozilla/5.0", Accept: "*/*" } });
    expect(outcomeOf(await ask(target))).toBe("hit");
  });

  test("one that is about a request, where the rule names its status", async () => {
    const target = path("/named", { status: 429, headers: HOUR });
    await ask(target);
    expect(outcomeOf(await ask(target))).toBe("hit");
  });

  test.each([406, 421, 429, 431, 500])("%i never by the lifetime of a rule alone", async (status) => {
    const target = path("/ruled", { status });
    await ask(target);
    expect(outcomeOf(await ask(target))).not.toBe("hit");
  });
});
