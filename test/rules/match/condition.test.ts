import { describe, expect, test } from "vitest";
import { whyNot } from "../../../src/rules/match/compiled-rule.ts";
import { conditionsOf } from "../../../src/rules/match/condition.ts";
import type { RuleMatch } from "../../../src/rules/rule.ts";
import { ask, match, matcherOf } from "../support.ts";

type Row = readonly [chosen: Partial<RuleMatch>, request: ReturnType<typeof ask>, reason: string | null];

const named = (name: string, wanted: boolean | string[] | RegExp) => [{ name, wanted }];
const from = (client: NonNullable<Parameters<typeof ask>[1]>["client"]) => ask("/", { client: client ?? {} });
const withCookie = (cookie: string) => ask("/", { headers: { cookie } });

function holdsAsSaid(rows: readonly Row[]): void {
  test.each(rows)("%j: %#", (chosen, request, reason) => {
    expect(matcherOf([chosen]).rules.map((rule) => whyNot(rule, request))).toEqual([reason]);
  });
}

describe("path, extension, method and host", () => {
  holdsAsSaid([
    [{}, ask("/x", { method: "DELETE" }), null],
    [{ path: ["/a", "/b/*"] }, ask("/c"), 'path "/c" does not match "/a" or "/b/*"'],
    [{ path: ["/a", "/b/:x"] }, ask("/b/1"), null],
    [{ path: ["/c"], method: ["POST"] }, ask("/c"), 'method "GET" is not "POST"'],
    [{ extension: ["css"] }, ask("/a/b.css?x=y.png"), null],
    [{ extension: ["css"] }, ask("/a/B.CSS"), null],
    [{ extension: ["css"] }, ask("/a.css/b"), 'extension absent is not "css"'],
    [{ extension: ["gz"] }, ask("/a/b.tar.gz"), null],
    [{ extension: ["tar"] }, ask("/a/b.tar.gz"), 'extension "gz" is not "tar"'],
    [{ extension: ["env"] }, ask("/.env"), 'extension absent is not "env"'],
    [{ extension: ["css", "js"] }, ask("/a."), 'extension absent is not "css" or "js"'],
    [{ extension: ["css"] }, ask("/a.c%73%73"), null],
    [{ extension: ["\u00e9"] }, ask("/a.\u00c9"), null],
    [{ extension: ["css"] }, ask("/a.css%FF"), 'extension "css%ff" is not "css"'],
    [{ extension: ["css"] }, ask("/css"), 'extension absent is not "css"'],
    [{ method: ["GET"] }, ask("/"), null],
    [{ method: ["GET"] }, ask("/", { method: "HEAD" }), null],
    [{ method: ["HEAD"] }, ask("/"), 'method "GET" is not "HEAD"'],
    [{ method: ["GET"] }, ask("/", { method: "POST" }), 'method "POST" is not "GET" or "HEAD"'],
    [{ method: ["GET", "HEAD"] }, ask("/", { method: "POST" }), 'method "POST" is not "GET" or "HEAD"'],
    [{ host: ["api.example.com"] }, ask("/"), null],
    [{ host: ["example.com"] }, ask("/"), 'host "api.example.com" is not "example.com"'],
    [{ host: ["*.example.com"] }, ask("/"), null],
    [{ host: ["*.example.com"] }, ask("https://a.b.example.com:8443/"), null],
    [{ host: ["*.example.com"] }, ask("https://example.com/"), 'host "example.com" is not "*.example.com"'],
    [{ host: ["*.b.c"] }, ask("https://ab.c/"), 'host "ab.c" is not "*.b.c"'],
    [{ host: ["a.test", "[::1]"] }, ask("http://[::1]:8787/"), null],
  ]);
});

describe("query, headers and cookies", () => {
  holdsAsSaid([
    [{ query: named("page", true) }, ask("/?page"), null],
    [{ query: named("page", true) }, ask("/?pages=1"), 'query parameter "page" is absent'],
    [{ query: named("preview", false) }, ask("/"), null],
    [{ query: named("preview", false) }, ask("/?preview=1"), 'query parameter "preview" is present'],
    [{ query: named("sort", ["a", "b"]) }, ask("/?sort=b"), null],
    [{ query: named("sort", ["a"]) }, ask("/?sort=b"), 'query parameter "sort" is "b", not "a"'],
    [{ query: named("sort", ["a"]) }, ask("/"), 'query parameter "sort" is absent, not "a"'],
    [{ query: named("sort", ["a"]) }, ask("/?sort=b&sort=a"), null],
    [{ query: named("sort", [""]) }, ask("/?sort="), null],
    [{ query: named("sort", /^a/) }, ask("/?sort=ba&sort=ab"), null],
    [{ query: named("sort", /^a/) }, ask("/?sort=ba"), 'query parameter "sort" is "ba", not /^a/'],
    [{ headers: named("cookie", false) }, withCookie("a=b"), 'header "cookie" is present'],
    [{ headers: named("cookie", true) }, ask("/"), 'header "cookie" is absent'],
    [{ headers: named("x-a", ["1"]) }, ask("/", { headers: { "X-A": "1" } }), null],
    [{ headers: named("x-a", ["1", "2"]) }, ask("/"), 'header "x-a" is absent, not "1" or "2"'],
    [{ headers: named("x-a", [""]) }, ask("/"), 'header "x-a" is absent, not ""'],
    [{ headers: named("accept", /json/i) }, ask("/", { headers: { accept: "a/JSON" } }), null],
    [{ headers: named("x-a", /x/) }, ask("/"), 'header "x-a" is absent, not /x/'],
    [{ cookies: named("sid", true) }, withCookie("a=1; sid=2"), null],
    [{ cookies: named("sid", true) }, withCookie("SID=1; xsid=2"), 'cookie "sid" is absent'],
    [{ cookies: named("sid", false) }, ask("/"), null],
    [{ cookies: named("sid", false) }, withCookie("sid="), 'cookie "sid" is present'],
    [{ cookies: named("ab", ["b"]) }, withCookie("ab=b"), null],
    [{ cookies: named("ab", ["b"]) }, withCookie("ab=a"), 'cookie "ab" is "a", not "b"'],
    [{ cookies: named("ab", ["b"]) }, withCookie("ab=a; ab=b"), null],
    [{ cookies: named("ab", /^b$/) }, withCookie("ab=bb"), 'cookie "ab" is "bb", not /^b$/'],
  ]);

  test.each([
    [4096, true],
    [4097, false],
  ])("an expression is tried on %i characters: %j", (length, expected) => {
    const value = "a".repeat(length);
    const [rule] = matcherOf([{ headers: named("x-a", /^a+$/) }]).rules;
    const request = ask("/", { headers: { "x-a": value } });
    expect(rule && whyNot(rule, request) === null).toBe(expected);
  });
});

describe("what the platform knows of the client", () => {
  holdsAsSaid([
    [{ country: ["DE", "AT"] }, from({ country: "AT" }), null],
    [{ country: ["DE"] }, from({ country: "AT" }), 'country "AT" is not "DE"'],
    [{ country: ["DE"] }, from({}), 'country unknown is not "DE"'],
    [{ continent: ["EU"] }, from({ continent: "EU" }), null],
    [{ continent: ["EU"] }, from({ continent: "AS" }), 'continent "AS" is not "EU"'],
    [{ asn: [64496] }, from({ asn: 64496 }), null],
    [{ asn: [64496, 64497] }, from({ asn: 64498 }), "ASN 64498 is not 64496 or 64497"],
    [{ tlsVersion: ["TLSv1.3"] }, from({ tlsVersion: "TLSv1.3" }), null],
    [{ tlsVersion: ["TLSv1.3"] }, from({ tlsVersion: "TLSv1" }), 'TLS version "TLSv1" is not "TLSv1.3"'],
    [{ bot: true }, from({ bot: "unverified" }), null],
    [{ bot: ["unverified"] }, from({ bot: "unverified" }), null],
    [{ bot: ["verified"] }, from({ bot: "verified" }), null],
    [{ bot: ["verified"] }, from({ bot: "AI Crawler" }), null],
    [{ bot: ["unverified", "AI Crawler"] }, from({ bot: "AI Crawler" }), null],
    [{ bot: ["verified"] }, from({ bot: "unverified" }), 'bot category "unverified" is not "verified"'],
    [{ bot: ["unverified"] }, from({ bot: "AI Crawler" }), 'bot category "AI Crawler" is not "unverified"'],
    [{ bot: ["verified"] }, from({ bot: null }), 'bot category absent is not "verified"'],
    [{ bot: true }, from({}), "the client is not known to be a bot"],
    [{ bot: false }, from({}), null],
    [{ bot: false }, from({ bot: "AI Crawler" }), 'the client is a bot ("AI Crawler")'],
    [{ bot: ["AI Crawler"] }, from({ bot: "AI Crawler" }), null],
    [{ bot: ["AI Crawler"] }, from({ bot: "unverified" }), 'bot category "unverified" is not "AI Crawler"'],
    [{ bot: ["AI Crawler"] }, from({}), 'bot category absent is not "AI Crawler"'],
    [{ ip: ["192.0.2.0/24", "2001:db8::1"] }, from({ ip: "2001:db8::1" }), null],
    [{ ip: ["192.0.2.0/24"] }, from({ ip: "::ffff:192.0.2.9" }), null],
    [
      { ip: ["192.0.2.0/24"] },
      from({ ip: "192.0.3.9" }),
      'client address "192.0.3.9" is not in "192.0.2.0/24"',
    ],
    [{ ip: ["192.0.2.0/24"] }, from({}), 'client address unknown is not in "192.0.2.0/24"'],
    [{ ip: ["0.0.0.0/0"] }, from({ ip: "nonsense" }), 'client address "nonsense" is not in "0.0.0.0/0"'],
  ]);
});

describe("not, any and all", () => {
  const german = match({ country: ["DE"] });
  const onA = match({ path: ["/a/*"], method: ["GET"] });
  holdsAsSaid([
    [{ not: [german] }, from({ country: "FR" }), null],
    [{ not: [german] }, from({ country: "DE" }), '"not" excludes it: country is "DE"'],
    [{ not: [onA] }, ask("/a/b"), '"not" excludes it: path matches "/a/*" and method is "GET" or "HEAD"'],
    [{ not: [onA] }, ask("/a/b", { method: "POST" }), null],
    [
      { not: [german, onA] },
      ask("/a/b", { client: { country: "DE" } }),
      '"not" excludes it: path matches "/a/*" and method is "GET" or "HEAD"',
    ],
    [{ any: [german, onA] }, ask("/a/b"), null],
    [{ any: [german, onA] }, ask("/b", { client: { country: "DE" } }), null],
    [
      { any: [german, onA] },
      ask("/b"),
      'none of "any" holds: country unknown is not "DE"; path "/b" does not match "/a/*"',
    ],
    [{ all: [german, onA] }, ask("/a/b", { client: { country: "DE" } }), null],
    [{ all: [german, onA] }, ask("/a/b"), 'country unknown is not "DE"'],
    [{ all: [german, onA] }, ask("/b", { client: { country: "DE" } }), 'path "/b" does not match "/a/*"'],
    [{ not: [match({ not: [onA] })] }, ask("/a/b"), null],
    [
      { not: [match({ any: [german, onA] })] },
      ask("/a/b"),
      '"not" excludes it: (country is "DE") or (path matches "/a/*" and method is "GET" or "HEAD")',
    ],
    [
      { not: [match({ not: [onA] })] },
      ask("/b"),
      '"not" excludes it: not (path matches "/a/*" and method is "GET" or "HEAD")',
    ],
    [{ any: [match({ all: [onA, match({ extension: ["css"] })] })] }, ask("/a/b.css"), null],
    [{ not: [match()] }, ask("/"), '"not" excludes it: every request'],
  ]);
});

describe("the client is asked for last", () => {
  test.each<[Partial<RuleMatch>]>([
    [{ country: ["DE"], method: ["POST"] }],
    [{ ip: ["192.0.2.0/24"], cookies: named("a", true), query: named("b", true) }],
    [{ any: [match({ bot: true }), match({ asn: [1] })], all: [match({ path: ["/a"] })] }],
    [{ all: [match({ continent: ["EU"], extension: ["css"] })] }],
    [{ not: [match({ tlsVersion: ["TLSv1"] })], headers: named("x", true) }],
  ])("%j", (chosen) => {
    const order = conditionsOf(match(chosen)).map(({ readsClient }) => readsClient);
    expect(order).toEqual([...order].sort());
    expect(new Set(order).size).toBe(2);
  });

  test("and not at all where another condition fails", () => {
    const request = ask("/");
    Object.defineProperty(request, "client", {
      get() {
        throw new Error("the client was asked for");
      },
    });
    const [rule] = matcherOf([
      { country: ["DE"], all: [match({ ip: ["192.0.2.0/24"] })], method: ["POST"] },
    ]).rules;
    expect(rule && whyNot(rule, request)).toBe('method "GET" is not "POST"');
  });
});
