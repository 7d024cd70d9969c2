import { describe, expect, it } from "vitest";
import type {
  CorsPolicy,
  KeyPolicy,
  NameFilter,
  Policy,
  QueryKey,
  Scope,
} from "../../../src/cache/policy.ts";
import { canonicalRequest } from "../../../src/cache/request/canonical.ts";
import type { RequestHead } from "../../../src/cache/types.ts";
import { type Fields, fieldsOf, key, NO_CLIENT, policy, request, TARGET } from "../support.ts";

const ALL: QueryKey = { keep: "all", sort: false, tracking: "keep" };
const NONE: QueryKey = { ...ALL, keep: "none" };
const SORTED: QueryKey = { ...ALL, sort: true };
const UNTRACKED: QueryKey = { ...ALL, tracking: "drop" };

const include = (...names: string[]): QueryKey => ({ ...ALL, keep: filter("include", names) });
const exclude = (...names: string[]): QueryKey => ({ ...ALL, keep: filter("exclude", names) });

function filter(kind: NameFilter["kind"], names: readonly string[]): NameFilter {
  const isExact = (name: string) => !name.includes("*");
  return {
    kind,
    exact: new Set(names.filter(isExact)),
    wildcards: names.filter((name) => !isExact(name)).map((name) => name.split("*")),
  };
}

function canonical(asked: RequestHead, chosen: Partial<KeyPolicy> = {}): RequestHead {
  return canonicalRequest(asked, policy({ key: key(chosen) }));
}

describe("the query of a canonical request", () => {
  it.each<[string, string, QueryKey, string]>([
    ["everything", "?b=2&a=1", ALL, "?b=2&a=1"],
    ["everything, byte for byte", "?b=%7e+%20&&a=%zz&=", UNTRACKED, "?b=%7e+%20&&a=%zz&="],
    ["nothing", "?b=2&a=1", NONE, ""],
    ["no query", "", include("a"), ""],
    ["included", "?b=2&a=1", include("a"), "?a=1"],
    ["included, the order stays", "?b=2&a=1&c=3", include("a", "b"), "?b=2&a=1"],
    ["included, none there", "?b=2", include("a"), ""],
    ["included, repeated", "?a=1&a=2", include("a"), "?a=1&a=2"],
    ["excluded", "?b=2&a=1", exclude("a"), "?b=2"],
    ["excluded, all of them", "?a=1&a=2", exclude("a"), ""],
    ["excluded, an empty pair left", "?a=1&", exclude("a"), ""],
    ["names are case-sensitive", "?A=1", include("a"), ""],
    ["a percent-encoded name", "?%61=1", include("a"), "?%61=1"],
    ["a plus for a space", "?a+b=1", include("a b"), "?a+b=1"],
    ["an encoded ampersand is data", "?x=1%26a=2", include("a"), ""],
    ["a name that cannot be decoded", "?%ff=1&a=2", exclude("a"), "?%ff=1"],
    ["the same, named as it stands", "?%ff=1", include("%ff"), "?%ff=1"],
    ["without a value", "?a", include("a"), "?a"],
    ["an equals sign in the value", "?a=b=c", include("a"), "?a=b=c"],
    ["empty pairs", "?&&a=1&", exclude("b"), "?&&a=1&"],
    ["a question mark in the value", "?a=?b", include("a"), "?a=?b"],
  ])("%s", (_, search, query, expected) => {
    const url = `https://api.example.com/p${search}`;
    expect(canonical(request({}, { url }), { query }).url.href).toBe(`https://api.example.com/p${expected}`);
  });

  it.each<[string, string, string, boolean]>([
    ["a prefix", "utm_*", "utm_source", true],
    ["a prefix and nothing else", "utm_*", "utm_", true],
    ["a prefix, too short", "utm_*", "utm", false],
    ["a suffix", "*_id", "click_id", true],
    ["a suffix, not at the end", "*_id", "_idle", false],
    ["both ends", "a*z", "abcz", true],
    ["both ends, overlapping", "aba*aba", "ababa", false],
    ["a middle", "*x*", "axb", true],
    ["a middle, missing", "*x*", "ab", false],
    ["two middles in their order", "a*b*c*d", "a-b-c-d", true],
    ["two middles out of order", "a*b*c*d", "a-c-b-d", false],
    ["a middle that would overlap the end", "a*bc*c", "abc", false],
    ["anything", "*", "", true],
    ["a name with an encoded star is no pattern", "a*", "a%2A", true],
    ["a decoded name", "ü*", "%C3%BCber", true],
  ])("wildcards: %s", (_, pattern, name, expected) => {
    const asked = request({}, { url: `/p?${name}=1` });
    expect(canonical(asked, { query: include(pattern) }).url.search !== "").toBe(expected);
  });

  it("matches a hostile name in linear time", () => {
    const pattern = Array.from({ length: 20 }, () => "a").join("*");
    const asked = request({}, { url: `/p?${"a".repeat(50_000)}b=1` });
    // Backtracking over twenty stars would not come back.
    expect(canonical(asked, { query: include(pattern) }).url.search).toBe("");
  });

  it.each<[string, string, QueryKey, string]>([
    ["by name", "?b=2&a=1", SORTED, "?a=1&b=2"],
    ["by code units", "?a=1&B=2&é=3&_=4", SORTED, "?B=2&_=4&a=1&%C3%A9=3"],
    ["by decoded name", "?b=1&%61=2", SORTED, "?%61=2&b=1"],
    ["one name in its order", "?b=2&a=2&b=1&a=1", SORTED, "?a=2&a=1&b=2&b=1"],
    ["one name, spelt in two ways, in its order", "?a=2&%61=1&a=3", SORTED, "?a=2&%61=1&a=3"],
    ["after the filter", "?c=1&b=2&a=3", { ...exclude("b"), sort: true }, "?a=3&c=1"],
  ])("sorted: %s", (_, search, query, expected) => {
    expect(canonical(request({}, { url: `/p${search}` }), { query }).url.search).toBe(expected);
  });

  it.each([
    "utm_source",
    "gclid",
    "fbclid",
    "msclkid",
    "mc_eid",
    "_hsenc",
    "hsCtaTracking",
    "_ga",
    "oly_enc_id",
    "srsltid",
  ])("without tracking: %s", (name) => {
    const asked = request({}, { url: `/p?a=1&${name}=x` });
    expect(canonical(asked, { query: UNTRACKED }).url.search).toBe("?a=1");
    expect(canonical(asked, { query: ALL }).url.search).toBe(`?a=1&${name}=x`);
    expect(canonical(asked, { query: { ...include(name), tracking: "drop" } }).url.search).toBe("");
  });

  it.each(["ref", "source", "id", "page", "UTM_SOURCE", "gclid2", "campaign", "constructor"])(
    "tracking is not %s",
    (name) => {
      const asked = request({}, { url: `/p?${name}=x` });
      expect(canonical(asked, { query: UNTRACKED })).toBe(asked);
    },
  );
});

describe("RFC 3986 §6.2.2 the path of a canonical request", () => {
  it.each<[string, Partial<KeyPolicy>, string, string]>([
    ["lower case", { pathCase: "insensitive" }, "/A/b", "/a/b"],
    [
      "percent-encodings stay in their normal form",
      { pathCase: "insensitive" },
      "/%C3%84/%2F",
      "/%C3%84/%2F",
    ],
    ["the query keeps its case", { pathCase: "insensitive" }, "/A?B=C", "/a?B=C"],
    ["without a trailing slash", { trailingSlash: "strip" }, "/a/", "/a"],
    ["without any", { trailingSlash: "strip" }, "/a///", "/a"],
    ["the root stays", { trailingSlash: "strip" }, "/", "/"],
    ["a root of slashes", { trailingSlash: "strip" }, "//", "/"],
    ["an encoded slash stays", { trailingSlash: "strip" }, "/a%2F", "/a%2F"],
    ["before the query", { trailingSlash: "strip" }, "/a/?b", "/a?b"],
    ["two slashes in front name no host", { trailingSlash: "strip" }, "//evil.example/", "//evil.example"],
  ])("%s", (_, chosen, asked, expected) => {
    const { url } = canonical(request({}, { url: `https://api.example.com${asked}` }), chosen);
    expect(url.href).toBe(`https://api.example.com${expected}`);
  });

  it("has no host where the key has none", () => {
    const { url } = canonical(request({}, { url: "http://a.example:81/p?q" }), { host: false });
    expect(url.href).toBe("https://any-host.invalid/p?q");
  });
});

const VALUE = "value" as const;
const PRESENCE = "presence" as const;
const JWT = {
  key: { kind: "secret", from: "S" },
  algorithms: ["HS256"],
  issuer: null,
  audience: null,
} as const;

describe("RFC 6265 §5.4 the cookies of a canonical request", () => {
  it.each<[string, Partial<Policy>, string, string | null]>([
    ["none keyed: as sent", {}, "a=1;b=2", "a=1;b=2"],
    ["only the keyed", { key: key({ cookies: [{ name: "b", by: VALUE }] }) }, "a=1; b=2", "b=2"],
    ["none of them there", { key: key({ cookies: [{ name: "c", by: VALUE }] }) }, "a=1; b=2", null],
    ["by presence", { key: key({ cookies: [{ name: "b", by: PRESENCE }] }) }, "b=2", "b=1"],
    [
      "in one order",
      {
        key: key({
          cookies: [
            { name: "a", by: VALUE },
            { name: "b", by: VALUE },
          ],
        }),
      },
      "b=2; a=1",
      "a=1; b=2",
    ],
    ["names are case-sensitive", { key: key({ cookies: [{ name: "a", by: VALUE }] }) }, "A=1", null],
    [
      "sent twice: nobody knows which counts",
      { key: key({ cookies: [{ name: "a", by: VALUE }] }) },
      "a=1; a=2",
      null,
    ],
    ["ignored", { requestCookies: "ignore" }, "a=1", null],
    [
      "ignored, also where keyed",
      { requestCookies: "ignore", key: key({ cookies: [{ name: "a", by: VALUE }] }) },
      "a=1",
      null,
    ],
    [
      "that of the identity besides the keyed",
      { scope: user({ kind: "cookie", name: "sid" }), key: key({ cookies: [{ name: "a", by: VALUE }] }) },
      "a=1; sid=s; b=2",
      "sid=s; a=1",
    ],
    [
      "that of the identity by its value, although keyed by presence",
      {
        scope: user({ kind: "cookie", name: "sid" }),
        key: key({ cookies: [{ name: "sid", by: PRESENCE }] }),
      },
      "sid=s",
      "sid=s",
    ],
    [
      "that of the token",
      {
        scope: { kind: "claims", names: ["role"], jwt: { ...JWT, cookie: "t" } },
        key: key({ cookies: [{ name: "a", by: VALUE }] }),
      },
      "t=x.y.z; a=1",
      "t=x.y.z; a=1",
    ],
  ])("%s", (_, chosen, cookie, expected) => {
    expect(canonicalRequest(request({ cookie }), policy(chosen)).headers.get("cookie")).toBe(expected);
  });

  function user(identity: Extract<Scope, { kind: "user" }>["identity"]): Scope {
    return { kind: "user", identity };
  }
});

const CORS: CorsPolicy = {
  origins: "*",
  methods: [],
  headers: [],
  exposeHeaders: [],
  credentials: false,
  maxAgeSeconds: null,
};

describe("the fields of a canonical request", () => {
  it.each<[string, Partial<Policy>, Fields, Fields]>([
    ["presence", { key: key({ headers: [{ name: "x-a", by: PRESENCE }] }) }, { "x-a": "z" }, { "x-a": "1" }],
    ["absence", { key: key({ headers: [{ name: "x-a", by: PRESENCE }] }) }, {}, {}],
    [
      "an empty value is there",
      { key: key({ headers: [{ name: "x-a", by: PRESENCE }] }) },
      { "x-a": "" },
      { "x-a": "1" },
    ],
    ["by value", { key: key({ headers: [{ name: "x-a", by: VALUE }] }) }, { "x-a": "z" }, { "x-a": "z" }],
    [
      "Authorization ignored",
      { authorization: "ignore" },
      { authorization: "Basic x", "x-a": "1" },
      { "x-a": "1" },
    ],
    ["Origin, where answered at the edge", { cors: CORS }, { origin: "https://a.example" }, {}],
    ["Origin, where not", {}, { origin: "https://a.example" }, { origin: "https://a.example" }],
    ["device", { key: key({ device: true }) }, { "x-device-class": "bot" }, { "x-device-class": "desktop" }],
    ["a client's own claims elsewhere", {}, { "x-device-class": "bot" }, { "x-device-class": "bot" }],
    ["country", { key: key({ country: true }) }, { "x-country": "FR" }, { "x-country": "XX" }],
    [
      "language",
      { key: key({ languages: ["en", "de"] }) },
      { "accept-language": "de-CH, de;q=0.9" },
      { "accept-language": "de" },
    ],
    ["no language", { key: key({ languages: ["en", "de"] }) }, {}, { "accept-language": "en" }],
    [
      "none of the languages",
      { key: key({ languages: ["en"] }) },
      { "accept-language": "fr" },
      { "accept-language": "en" },
    ],
    [
      "media type",
      { key: key({ mediaTypes: ["a/b", "c/d"] }) },
      { accept: "c/d, */*;q=0.1" },
      { accept: "c/d" },
    ],
    [
      "coding",
      { key: key({ encodings: ["br"] }) },
      { "accept-encoding": "gzip" },
      { "accept-encoding": "identity" },
    ],
    ["no coding", { key: key({ encodings: ["br"] }) }, {}, { "accept-encoding": "identity" }],
  ])("%s", (_, chosen, sent, expected) => {
    expect(fieldsOf(canonicalRequest(request(sent), policy(chosen)).headers)).toEqual(expected);
  });

  it("has the coding that the client itself accepts, where the platform has put another word", () => {
    const client = { ...NO_CLIENT, acceptEncoding: "gzip" };
    const asked = { ...request({ "accept-encoding": "br, gzip" }), client };
    const { headers } = canonical(asked, { encodings: ["br", "gzip"] });
    expect(headers.get("accept-encoding")).toBe("gzip");
  });

  it("has the country that the platform knows", () => {
    const asked = { ...request(), client: { ...NO_CLIENT, country: "DE" } };
    expect(canonical(asked, { country: true }).headers.get("x-country")).toBe("DE");
  });
});

describe("a read with a body", () => {
  const chosen = policy({ key: key({ body: { methods: ["POST"], maxBytes: 10 } }) });
  const sent = {
    accept: "*/*",
    authorization: "Basic x",
    "content-length": "2",
    "content-type": "application/json",
    "content-encoding": "gzip",
    "transfer-encoding": "chunked",
    expect: "100-continue",
    "if-none-match": "*",
    "if-range": '"a"',
    range: "bytes=0-1",
    "x-http-method-override": "DELETE",
    "x-method-override": "DELETE",
    "x-http-method": "DELETE",
  };

  it("has become a GET without", () => {
    const head = canonicalRequest(request(sent, { method: "POST" }), chosen);
    expect(head.method).toBe("GET");
    expect(fieldsOf(head.headers)).toEqual({ accept: "*/*", authorization: "Basic x" });
  });

  it.each<[string, Policy]>([
    ["GET", chosen],
    ["QUERY", chosen],
    ["POST", policy()],
    ["POST", { ...chosen, action: "pass" }],
  ])("is not: %s", (method, chosen) => {
    const asked = request({ accept: "*/*", "content-type": "text/plain", range: "bytes=0-1" }, { method });
    expect(canonicalRequest(asked, chosen)).toBe(asked);
  });
});

describe("a request that is canonical already", () => {
  it.each<[string, Fields, Partial<Policy>]>([
    ["without anything in the key", { cookie: "a=1", authorization: "x" }, {}],
    ["without the Origin that would be dropped", {}, { cors: CORS }],
    ["without the cookies that would be dropped", {}, { requestCookies: "ignore" }],
    ["by value only", { "x-a": "1" }, { key: key({ headers: [{ name: "x-a", by: VALUE }] }) }],
    ["with nothing to sort", {}, { key: key({ query: SORTED }) }],
  ])("is the very same object: %s", (_, fields, chosen) => {
    const asked = request(fields);
    expect(canonicalRequest(asked, policy(chosen))).toBe(asked);
  });

  it("asks the platform for nothing that the policy does not need", () => {
    const asked: RequestHead = {
      method: "GET",
      url: new URL(`${TARGET}?a=1`),
      headers: new Headers(),
      get client(): never {
        throw new Error("asked for the client");
      },
      params: { id: "7" },
    };
    const head = canonical(asked, { query: NONE, device: true });
    expect(head.url.search).toBe("");
    expect(head.headers.get("x-device-class")).toBe("desktop");
    expect(head.params).toBe(asked.params);
    expect(() => head.client).toThrow("asked for the client");
    expect(() => canonical(asked, { country: true })).toThrow("asked for the client");
  });

  it("is never changed itself", () => {
    const asked = request({ cookie: "a=1" }, { url: "/p?a=1" });
    canonicalRequest(asked, policy({ requestCookies: "ignore", key: key({ query: NONE, host: false }) }));
    expect(asked.url.href).toBe("https://api.example.com/p?a=1");
    expect(fieldsOf(asked.headers)).toEqual({ cookie: "a=1" });
  });
});
