import { describe, expect, it } from "vitest";
import type { KeyPolicy } from "../../../src/cache/policy.ts";
import type { Reason } from "../../../src/cache/reasons.ts";
import { whyNotStorable } from "../../../src/cache/storing/storable.ts";
import { dateAt, type Fields, type PolicyParts, policy, request, stored } from "../support.ts";

type Expected = Reason | null;

const cc = (value: string): Fields => ({ "cache-control": value });
const ok = cc("max-age=60");

function why(fields: Fields, status = 200, chosen: PolicyParts = {}, head = request()): Expected {
  return whyNotStorable(head, stored(fields, { status }), policy(chosen));
}

describe("RFC 9111 §3 Storing Responses in Caches: method and status", () => {
  it.each<[method: string, Expected]>([
    ["GET", null],
    ["HEAD", "head-only"],
    ["POST", "head-only"],
    ["get", "head-only"],
  ])("the method %s", (method, expected) => {
    expect(why(ok, 200, {}, request({}, { method }))).toBe(expected);
  });

  it.each<[status: number, Fields, Expected]>([
    [100, ok, "status-uncacheable"],
    [103, ok, "status-uncacheable"],
    [200, ok, null],
    [203, ok, null],
    [204, ok, null],
    [299, ok, null],
    [302, ok, null],
    [302, { etag: '"v1"' }, "status-uncacheable"],
    [302, { expires: dateAt(60) }, null],
    [302, { expires: dateAt(60), "cdn-cache-control": "foo", etag: '"v1"' }, "status-uncacheable"],
    [303, ok, null],
    [304, ok, "status-uncacheable"],
    [307, { etag: '"v1"' }, "status-uncacheable"],
    [307, { ...cc("public"), etag: '"v1"' }, null],
    [308, { etag: '"v1"' }, null],
    [400, ok, null],
    [404, { etag: '"v1"' }, null],
    [404, ok, null],
    [410, { etag: '"v1"' }, null],
    [418, ok, null],
    [500, ok, null],
    [500, { etag: '"v1"' }, "status-uncacheable"],
    [501, { etag: '"v1"' }, null],
    [503, ok, null],
    [599, ok, null],
    [599, {}, "status-uncacheable"],
  ])("status %i with %o", (status, fields, expected) => {
    expect(why(fields, status)).toBe(expected);
  });
});

describe("an error that one request may have provoked", () => {
  const byStatus = [{ first: 400, last: 499, seconds: 30 }];
  const named = { edgeTtl: { ...policy().edgeTtl, byStatus } } satisfies PolicyParts;
  const long = { "user-agent": "x".repeat(5_000) };

  it.each<[string, number, PolicyParts, Fields, Expected]>([
    ["about its fields", 406, {}, {}, "error-of-request"],
    ["about its content", 413, {}, {}, "error-of-request"],
    ["about its connection", 421, {}, {}, "error-of-request"],
    ["about how many there were", 429, {}, {}, "error-of-request"],
    ["about the network", 511, {}, {}, "error-of-request"],
    ["of a status that the rule names", 429, named, {}, null],
    ["about its target", 404, {}, {}, null],
    ["of long fields", 400, {}, long, "error-of-request"],
    ["of long fields, about its target", 404, {}, long, "error-of-request"],
    ["of long fields, of a status that the rule names", 400, named, long, null],
    ["of the server, and long fields", 500, {}, long, "error-of-request"],
    ["of bytes that are no text", 500, {}, { accept: "\u00fc" }, "error-of-request"],
    ["of control characters", 400, {}, { accept: "a\u0001" }, "error-of-request"],
    ["of ordinary fields", 500, {}, { accept: "text/html, */*;q=0.1", cookie: "a=b" }, null],
    ["that is none", 200, {}, long, null],
  ])("%s", (_, status, chosen, fields, expected) => {
    expect(why(ok, status, chosen, request(fields))).toBe(expected);
  });
});

describe("a response of another type than the files that the rule is for", () => {
  const files = { extensions: ["css", "foo"] } satisfies PolicyParts;
  const named = {
    ...files,
    edgeTtl: { ...policy().edgeTtl, byStatus: [{ first: 404, last: 404, seconds: 90 }] },
  };
  const html = { "content-type": "text/html" };

  it.each<[string, string, number, PolicyParts, Fields, Expected]>([
    ["the right type", "/x.css", 200, files, { "content-type": "text/css" }, null],
    ["another", "/x.css", 200, files, html, "media-type-mismatch"],
    ["another, in capitals", "/x.CSS", 200, files, html, "media-type-mismatch"],
    ["an extension that is not known", "/x.foo", 200, files, html, "media-type-mismatch"],
    ["no type", "/x.css", 200, files, {}, null],
    ["an error", "/x.css", 404, files, html, "media-type-mismatch"],
    ["an error that the rule names", "/x.css", 404, named, html, null],
    ["a redirect", "/x.css", 301, files, html, null],
    ["an extension that the rule does not name", "/x.html", 200, files, html, null],
    ["no extension", "/x", 200, files, html, null],
    ["a rule that names none", "/x.css", 200, {}, html, null],
  ])("%s", (_, path, status, chosen, fields, expected) => {
    const head = request({}, { url: path });
    expect(why({ ...ok, ...fields }, status, chosen, head)).toBe(expected);
  });
});

describe("a response with more tags than are kept", () => {
  it.each<[count: number, Expected]>([
    [1000, null],
    [1001, "too-many-tags"],
  ])("%i", (count, expected) => {
    const tags = Array.from({ length: count }, (_, index) => `t${index}`);
    expect(whyNotStorable(request(), stored(ok, { tags }), policy())).toBe(expected);
  });
});

describe("RFC 9111 §5.2.2.3 must-understand", () => {
  it.each<[string, number, string, Expected]>([
    ["understood: silences no-store", 200, "must-understand, no-store, max-age=60", null],
    ["an error that is understood", 404, "must-understand, no-store, max-age=60", null],
    ["not understood", 299, "must-understand, max-age=60", "status-not-understood"],
    ["not understood, with no-store", 299, "must-understand, no-store, max-age=60", "status-not-understood"],
    ["not understood, 4xx", 499, "must-understand, max-age=60", "status-not-understood"],
    ["absent: what is not understood may be stored", 499, "max-age=60", null],
  ])("%s", (_, status, value, expected) => {
    expect(why(cc(value), status)).toBe(expected);
  });
});

describe("RFC 9111 §5.2.2.5 no-store, §5.2.2.7 private, §5.2.2.4 no-cache", () => {
  it.each<[string, Fields, Expected]>([
    ["no-store", cc("no-store"), "no-store"],
    ["no-store with a lifetime", cc("no-store, max-age=60"), "no-store"],
    ["no-store in capitals", cc("No-Store, max-age=60"), "no-store"],
    ["no-store with an argument", cc("no-store=x, max-age=60"), "no-store"],
    ["no-store within a quoted string", cc('a="no-store", max-age=60'), null],
    ["no-store wins over public", cc("public, no-store, max-age=60"), "no-store"],
    ["private", cc("private, max-age=60"), "private"],
    ["private in capitals", cc("PRIVATE, max-age=60"), "private"],
    ["private with s-maxage", cc("private, s-maxage=60"), "private"],
    ["private with public", cc("public, private, max-age=60"), "private"],
    ["private with field names", cc('private="x-user", max-age=60'), null],
    ["private with an unquoted field name", cc("private=x-user, max-age=60"), null],
    ["private with an empty list", cc('private="", max-age=60'), "private"],
    ["private with a malformed list", cc('private="x user", max-age=60'), "private"],
    ["private with names and without", cc('private="x-user", private, max-age=60'), "private"],
    ["no-cache may be stored with a validator", { ...cc("no-cache"), etag: '"v1"' }, null],
    ["no-cache without anything to reuse it by", cc("no-cache"), "no-lifetime"],
    ["a targeted field forbids", { ...ok, "cdn-cache-control": "no-store" }, "no-store"],
    ["a targeted field allows", { ...cc("no-store"), "cdn-cache-control": "max-age=60" }, null],
    [
      "a targeted field allows what is private else",
      { ...cc("private"), "cdn-cache-control": "max-age=60" },
      null,
    ],
    ["a targeted private", { ...ok, "cdn-cache-control": "private, max-age=60" }, "private"],
    [
      "an unparsable targeted field does not",
      { ...cc("no-store"), "cdn-cache-control": "max-age=(" },
      "no-store",
    ],
    ["Pragma of a response means nothing (§5.4)", { ...ok, pragma: "no-cache" }, null],
  ])("%s", (_, fields, expected) => {
    expect(why(fields)).toBe(expected);
  });
});

describe("RFC 9111 §3.5 Storing Responses to Authenticated Requests", () => {
  it.each<[string, Fields, Expected]>([
    ["max-age does not share", ok, "authorization"],
    ["Expires does not", { expires: dateAt(60) }, "authorization"],
    ["public", cc("public, max-age=60"), null],
    ["must-revalidate", cc("must-revalidate, max-age=60"), null],
    ["s-maxage", cc("s-maxage=60"), null],
    ["proxy-revalidate does not", cc("proxy-revalidate, max-age=60"), "authorization"],
    ["no-cache does not", { ...cc("no-cache"), etag: '"v1"' }, "authorization"],
    ["a targeted s-maxage", { "cdn-cache-control": "s-maxage=60" }, null],
    [
      "public beside a targeted field",
      { ...cc("public"), "cdn-cache-control": "max-age=60" },
      "authorization",
    ],
    ["public does not lift no-store", cc("public, no-store"), "no-store"],
  ])("%s", (_, fields, expected) => {
    expect(why(fields, 200, {}, request({ authorization: "Basic YTpi" }))).toBe(expected);
  });

  it("a rule's TTL does not share either", () => {
    const head = request({ authorization: "Bearer x" });
    expect(why({}, 200, { edgeTtlSeconds: 60 }, head)).toBe("authorization");
  });
});

it.each<[Partial<KeyPolicy>]>([[{ country: true }], [{ headers: [{ name: "cf-ipcountry", by: "value" }] }]])(
  "Vary by the country keeps nothing out where the key holds it",
  (key) => {
    expect(why({ ...ok, vary: "CF-IPCountry" }, 200, { key: { ...policy().key, ...key } })).toBeNull();
  },
);

describe("what else keeps a response out", () => {
  it.each<[string, Fields, Expected]>([
    ["Vary: *", { ...ok, vary: "*" }, "vary-star"],
    ["Vary: * among names", { ...ok, vary: "accept, *" }, "vary-star"],
    ["Vary with what is no name", { ...ok, vary: "a b" }, "vary-star"],
    ["Vary by the address that the origin is told", { ...ok, vary: "accept, X-Forwarded-For" }, "vary-star"],
    ["Vary by the country that the platform tells", { ...ok, vary: "CF-IPCountry" }, "vary-star"],
    ["Vary by what the key holds of the target", { ...ok, vary: "x-forwarded-host" }, null],
    ["Vary", { ...ok, vary: "accept" }, null],
    ["an empty Vary", { ...ok, vary: "" }, null],
    ["Set-Cookie", { ...ok, "set-cookie": "a=b" }, "set-cookie"],
    ["Set-Cookie with public", { ...cc("public, max-age=60"), "set-cookie": "a=b" }, "set-cookie"],
    ["an event stream", { ...ok, "content-type": "text/event-stream" }, "event-stream"],
    [
      "its parameters and case",
      { ...ok, "content-type": "Text/Event-Stream; charset=utf-8" },
      "event-stream",
    ],
  ])("%s", (_, fields, expected) => {
    expect(why(fields)).toBe(expected);
  });
});

describe("what has no lifetime is kept only if it can be reused", () => {
  it.each<[string, Fields, PolicyParts, Expected]>([
    ["nothing", {}, {}, "no-lifetime"],
    ["max-age=0", cc("max-age=0"), {}, "no-lifetime"],
    ["an invalid Expires", { expires: "0" }, {}, "no-lifetime"],
    ["ETag", { etag: '"v1"' }, {}, null],
    ["Last-Modified", { "last-modified": dateAt(-60) }, {}, null],
    ["stale-while-revalidate", cc("max-age=0, stale-while-revalidate=60"), {}, null],
    ["stale-if-error", cc("max-age=0, stale-if-error=60"), {}, null],
    ["an invalid stale window", cc("max-age=0, stale-if-error=x"), {}, "no-lifetime"],
    ["a rule's TTL", {}, { edgeTtlSeconds: 60 }, null],
    ["a rule's TTL of zero", ok, { edgeTtlSeconds: 0 }, "no-lifetime"],
    ["a rule's window while revalidating", cc("max-age=0"), { staleWhileRevalidateSeconds: 60 }, null],
    [
      "the same window where nothing is to be extended",
      {},
      { staleWhileRevalidateSeconds: 60 },
      "no-lifetime",
    ],
    ["a rule's window on error", {}, { staleIfErrorSeconds: 60 }, null],
    ["a rule does not lift no-store", cc("no-store"), { edgeTtlSeconds: 60 }, "no-store"],
    ["a rule does not lift private", cc("private"), { edgeTtlSeconds: 60 }, "private"],
  ])("%s", (_, fields, chosen, expected) => {
    expect(why(fields, 200, chosen)).toBe(expected);
  });

  it("a rule's TTL does not store an error", () => {
    expect(why({}, 500, { edgeTtlSeconds: 60 })).toBe("status-uncacheable");
  });
});
