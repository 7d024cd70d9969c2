import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type KeyMaterial, NO_MATERIAL, primaryKey } from "../../src/cache/key.ts";
import { planRequest } from "../../src/cache/plan.ts";
import type { CorsPolicy, KeyPolicy, NameFilter, Policy, Scope } from "../../src/cache/policy.ts";
import type { RequestHead } from "../../src/cache/types.ts";
import { variantKey } from "../../src/cache/variants.ts";
import { type Fields, key, NO_CLIENT, policy, request } from "./support.ts";

const USER: Scope = { kind: "user", identity: { kind: "authorization" } };
const JWT = {
  cookie: null,
  key: { kind: "secret", from: "S" },
  algorithms: ["HS256"],
  issuer: null,
  audience: null,
} as const;
const CLAIMS: Scope = { kind: "claims", names: ["role"], jwt: JWT };

function lookup(asked: RequestHead, chosen: Policy, material: KeyMaterial = NO_MATERIAL) {
  const plan = planRequest(asked, chosen, material);
  if (plan.kind !== "lookup") throw new Error(`not looked up: ${plan.reason}`);
  return { ...plan.key, head: plan.head };
}

function keyOf(url: string, chosen: Partial<KeyPolicy> = {}, fields: Fields = {}): string {
  return lookup(request(fields, { url }), policy({ key: key(chosen) })).key;
}

describe("RFC 9111 §2 the cache key", () => {
  it.each<[string, string, string]>([
    ["scheme", "https://a.example/p", "http://a.example/p"],
    ["host", "https://a.example/p", "https://b.example/p"],
    ["port", "https://a.example/p", "https://a.example:8443/p"],
    ["path", "https://a.example/p", "https://a.example/p/"],
    ["case of the path", "https://a.example/p", "https://a.example/P"],
    ["an encoded question mark", "https://a.example/p%3Fa=1", "https://a.example/p?a=1"],
    ["query", "https://a.example/p?a=1", "https://a.example/p?a=2"],
  ])("differs by %s", (_, one, other) => {
    expect(keyOf(one)).not.toBe(keyOf(other));
  });

  it("is the URI alone where nothing else tells copies apart", () => {
    expect(lookup(request({}, { url: "/a?b=1#c" }), policy())).toMatchObject({
      uri: "https://api.example.com/a?b=1",
      key: "https://api.example.com/a?b=1",
    });
  });

  it.each<[string, Partial<KeyPolicy>, Fields, string]>([
    ["version", { version: "2" }, {}, '{"version":"2"}'],
    ["header", { headers: [{ name: "x-a", by: "value" }] }, { "x-a": "1" }, '{"headers":[["x-a","1"]]}'],
    ["absent header", { headers: [{ name: "x-a", by: "value" }] }, {}, '{"headers":[["x-a",null]]}'],
    ["empty header", { headers: [{ name: "x-a", by: "value" }] }, { "x-a": "" }, '{"headers":[["x-a",""]]}'],
    ["presence", { headers: [{ name: "x-a", by: "presence" }] }, { "x-a": "z" }, '{"headers":[["x-a","1"]]}'],
    ["cookie", { cookies: [{ name: "a", by: "value" }] }, { cookie: "b=2; a=1" }, '{"cookies":[["a","1"]]}'],
    ["device", { device: true }, { "user-agent": "iPhone" }, '{"device":"mobile"}'],
    ["country", { country: true }, { "x-country": "FR" }, '{"country":"XX"}'],
    ["language", { languages: ["en", "de"] }, { "accept-language": "de-AT" }, '{"language":"de"}'],
    ["media type", { mediaTypes: ["a/b", "c/d"] }, { accept: "c/*" }, '{"accept":"c/d"}'],
    ["coding", { encodings: ["br", "gzip"] }, { "accept-encoding": "gzip, br" }, '{"encoding":"br"}'],
    ["field that nothing names", {}, { "x-b": "2", "x-a": "1" }, '{"others":[["x-a","1"],["x-b","2"]]}'],
  ])("has the %s behind the URI", (_, chosen, fields, parts) => {
    expect(keyOf("/p", chosen, fields)).toBe(`https://api.example.com/p\nkey:${parts}`);
  });

  it("has no host where one copy is for all, and is a URL all the same", () => {
    const one = keyOf("https://a.example/p?b", { host: false });
    expect(one).toBe(keyOf("http://b.example:8080/p?b", { host: false }));
    expect(new URL(one).pathname).toBe("/p");
  });

  it("is never that of a shared copy where the scope is not shared", () => {
    const material = { identity: "hash", body: null };
    const [shared, user, claims] = [policy(), policy({ scope: USER }), policy({ scope: CLAIMS })].map(
      (chosen) => lookup(request(), chosen, material),
    );
    expect(new Set([shared?.key, user?.key, claims?.key]).size).toBe(3);
    expect(new Set([shared?.uri, user?.uri, claims?.uri]).size).toBe(1);
  });

  it("is never that of a shared copy, not even where nobody was identified", () => {
    const [shared, user] = [policy(), policy({ scope: USER })].map((chosen) =>
      primaryKey(request(), chosen, NO_MATERIAL),
    );
    expect(user?.key).not.toBe(shared?.key);
  });
});

/** All that one request may differ in. */
interface Facts {
  readonly method: "GET" | "HEAD" | "POST" | "QUERY";
  readonly origin: string;
  readonly path: string;
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly first: string | null;
  readonly second: string | null;
  /** A field that only the policy's word on other fields is about. */
  readonly other: string | null;
  /** One that never tells copies apart, but where the rule lets it through. */
  readonly trace: string | null;
  readonly session: string | null;
  readonly theme: string | null;
  readonly agent: keyof typeof AGENTS;
  readonly country: string | null;
  readonly language: keyof typeof LANGUAGES;
  readonly accept: keyof typeof ACCEPTS;
  readonly encoding: keyof typeof ENCODINGS;
  readonly identity: string;
  readonly body: string;
  readonly authorization: string | null;
  readonly from: string | null;
}

const AGENTS = {
  "Mozilla/5.0 (iPhone)": "mobile",
  iPad: "tablet",
  Googlebot: "bot",
  curl: "desktop",
} as const;
const LANGUAGES = { de: "de", "de-AT;q=0.5": "de", "fr, en;q=0.1": "en", fr: "en", "*": "en" } as const;
const ACCEPTS = {
  "text/html": "text/html",
  "*/*": "a/b",
  "text/*, a/b;q=0.5": "text/html",
  x: "a/b",
} as const;
const ENCODINGS = {
  "gzip, br": "br",
  "br,gzip": "br",
  gzip: "gzip",
  identity: "identity",
  "": "identity",
} as const;

const hostile = fc.string({
  unit: fc.constantFrom("a", "1", ",", '"', "\\", ":", "[", "]", "{", "null", "é", "%0A", "key:", "n"),
  maxLength: 4,
});
const cookieText = fc.string({
  unit: fc.constantFrom("a", "1", "=", '"', "\\", ",", "%3B", "["),
  maxLength: 3,
});
const text = fc.string({
  unit: fc.constantFrom("a", "A", "&", "=", "%", "\n", "+", " ", "ü", '"', "?"),
  maxLength: 3,
});
const keysOf = <Name extends string>(object: Record<Name, string>) =>
  fc.constantFrom(...(Object.keys(object) as Name[]));

const facts: fc.Arbitrary<Facts> = fc.record({
  method: fc.constantFrom("GET", "HEAD", "POST", "QUERY"),
  origin: fc.constantFrom("https://a.example", "http://a.example", "https://b.example:8443"),
  path: fc.oneof(
    fc.constantFrom("/a", "/A", "/a/"),
    fc.constantFrom("/", "/a//", "/%C3%84", "/a%2F", "/a%3Fx=1", "//", "/a%22b%0A"),
  ),
  query: fc.array(fc.tuple(fc.constantFrom("page", "Page", "sort", "utm_x", "x&y", "ö"), text), {
    maxLength: 3,
  }),
  first: fc.option(hostile),
  second: fc.option(hostile),
  other: fc.option(hostile),
  trace: fc.option(hostile),
  session: fc.option(cookieText),
  theme: fc.option(cookieText),
  agent: keysOf(AGENTS),
  country: fc.constantFrom(null, "XX", "DE", "FR"),
  language: keysOf(LANGUAGES),
  accept: keysOf(ACCEPTS),
  encoding: keysOf(ENCODINGS),
  identity: hostile,
  body: hostile,
  authorization: fc.constantFrom(null, "Basic a", "Basic b"),
  from: fc.constantFrom(null, "https://a.example", "https://b.example"),
});

const filter = (kind: NameFilter["kind"]): NameFilter => ({
  kind,
  exact: new Set(["page", "x&y"]),
  wildcards: [["utm_", ""]],
});
const CORS: CorsPolicy = {
  origins: "*",
  methods: [],
  headers: [],
  exposeHeaders: [],
  credentials: false,
  maxAgeSeconds: null,
};
const by = fc.constantFrom("value" as const, "presence" as const);
const listed = (...names: string[]) => fc.constantFrom([], names);

const policies: fc.Arbitrary<Policy> = fc
  .record({
    query: fc.record({
      keep: fc.constantFrom<NameFilter | "all" | "none">("all", "none", filter("include"), filter("exclude")),
      sort: fc.boolean(),
      tracking: fc.constantFrom("keep" as const, "drop" as const),
    }),
    host: fc.boolean(),
    headers: fc.oneof(
      fc.constant([]),
      fc.tuple(by, by).map(([one, two]) => [
        { name: "x-first", by: one },
        { name: "x-second", by: two },
      ]),
      by.map((one) => [{ name: "x-first", by: one }]),
    ),
    cookies: fc.oneof(
      fc.constant([]),
      by.map((one) => [
        { name: "session", by: one },
        { name: "theme", by: "value" as const },
      ]),
    ),
    device: fc.boolean(),
    country: fc.boolean(),
    languages: listed("en", "de"),
    mediaTypes: listed("a/b", "text/html"),
    encodings: listed("br", "gzip"),
    pathCase: fc.constantFrom("sensitive" as const, "insensitive" as const),
    trailingSlash: fc.constantFrom("keep" as const, "strip" as const),
    version: fc.constantFrom(null, "1", '"'),
  })
  .chain((chosen) =>
    fc.record({
      key: fc.constant(key({ ...chosen, body: { methods: ["POST", "QUERY"], maxBytes: 1000 } })),
      scope: fc.constantFrom<Scope>({ kind: "shared" }, USER, CLAIMS),
      cors: fc.constantFrom(null, CORS),
      authorization: fc.constantFrom("respect" as const, "ignore" as const),
      requestCookies: fc.constantFrom("respect" as const, "ignore" as const),
      otherFields: fc.record({
        fate: fc.constantFrom("key" as const, "drop" as const, "vary" as const),
        forward: listed("x-other", "traceparent"),
        tested: listed("x-other", "accept"),
      }),
    }),
  )
  .map(policy);

function asked(fact: Facts): RequestHead {
  const query = fact.query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  const cookies = [
    ...(fact.theme === null ? [] : [`theme=${fact.theme}`]),
    ...(fact.session === null ? [] : [`session=${fact.session}`]),
    `other=${fact.body.replace(/[^a1]/g, "")}`,
  ];
  const fields = Object.entries({
    "x-first": fact.first,
    "x-second": fact.second,
    "x-other": fact.other,
    traceparent: fact.trace,
    cookie: cookies.join("; "),
    "user-agent": fact.agent,
    "accept-language": fact.language,
    accept: fact.accept,
    "accept-encoding": fact.encoding,
    authorization: fact.authorization,
    origin: fact.from,
  }).flatMap(([name, value]) => (value === null ? [] : [[name, value] as [string, string]]));
  return {
    method: fact.method,
    url: new URL(`${fact.origin}${fact.path}${query.length === 0 ? "" : `?${query.join("&")}`}`),
    headers: new Headers(fields),
    client: { ...NO_CLIENT, country: fact.country },
    params: {},
  };
}

/** What a policy keys of a request, by rules of its own: two that differ here must not share a copy. */
function keyed(fact: Facts, { key, scope, requestCookies, otherFields }: Policy): unknown {
  const isRead = fact.method === "GET" || fact.method === "HEAD";
  const folded = key.pathCase === "insensitive" ? fact.path.toLowerCase() : fact.path;
  const value = (sent: string | null, how: string) => (how === "value" || sent === null ? sent : "there");
  const cookies = requestCookies === "ignore" ? [] : key.cookies;
  const cookie = { session: fact.session, theme: fact.theme };
  return {
    origin: key.host ? fact.origin : "any",
    path: key.trailingSlash === "strip" ? folded.replace(/\/+$/, "") || "/" : folded,
    query: keyedQuery(fact.query, key),
    headers: key.headers.map((field) => value(field.name === "x-first" ? fact.first : fact.second, field.by)),
    others: ["x-first", "x-second", "x-other"]
      .filter((name) => otherFields.fate !== "drop" || otherFields.tested.includes(name))
      .filter((name) => ![...otherFields.forward, ...key.headers.map((field) => field.name)].includes(name))
      .map((name) => ({ "x-first": fact.first, "x-second": fact.second, "x-other": fact.other })[name]),
    cookies: cookies.map((field) => value(cookie[field.name as keyof typeof cookie], field.by)),
    device: key.device && AGENTS[fact.agent],
    country: key.country && (fact.country ?? "XX"),
    language: key.languages.length > 0 && LANGUAGES[fact.language],
    accept: key.mediaTypes.length > 0 && ACCEPTS[fact.accept],
    encoding: key.encodings.length > 0 && ENCODINGS[fact.encoding],
    body: isRead ? null : [fact.method, fact.body],
    identity: scope.kind === "shared" ? null : fact.identity,
  };
}

function keyedQuery(query: Facts["query"], { query: { keep, sort, tracking } }: KeyPolicy): unknown {
  const named = ["page", "x&y", "utm_x"];
  const kept = query
    .filter(
      ([name]) => keep !== "none" && (keep === "all" || named.includes(name) === (keep.kind === "include")),
    )
    .filter(([name]) => tracking === "keep" || name !== "utm_x");
  return sort ? kept.toSorted(([one], [other]) => (one < other ? -1 : one > other ? 1 : 0)) : kept;
}

function looked(fact: Facts, chosen: Policy) {
  const isRead = fact.method === "GET" || fact.method === "HEAD";
  return lookup(asked(fact), chosen, { identity: fact.identity, body: isRead ? null : fact.body });
}

/** Two requests, alike but for some of their facts, or for the order of their parameters. */
const pairs = fc
  .tuple(facts, facts, fc.array(fc.nat({ max: 18 }), { maxLength: 3 }), fc.boolean())
  .map(([one, two, places, isReversed]) => {
    const names = Object.keys(one) as (keyof Facts)[];
    const changed = places.map((place) => names[place % names.length] as keyof Facts);
    const other = isReversed ? { ...two, query: one.query.toReversed() } : two;
    return [one, { ...one, ...Object.fromEntries(changed.map((name) => [name, other[name]])) }] as const;
  });

/** The fields that a policy folds or drops. The others are for `Vary`, for conditions and for ranges. */
function foldedFields(chosen: Policy): readonly string[] {
  const { key, cors, authorization, requestCookies, otherFields } = chosen;
  return [
    ...["x-first", "x-second", "x-other", "traceparent"].filter(
      (name) => !otherFields.forward.includes(name),
    ),
    ...key.headers.map(({ name }) => name),
    ...(key.cookies.length > 0 || requestCookies === "ignore" ? ["cookie"] : []),
    ...(authorization === "ignore" ? ["authorization"] : []),
    ...(cors === null ? [] : ["origin"]),
    ...(key.device ? ["x-device-class"] : []),
    ...(key.country ? ["x-country"] : []),
    ...(key.languages.length > 0 ? ["accept-language"] : []),
    ...(key.mediaTypes.length > 0 ? ["accept"] : []),
    ...(key.encodings.length > 0 ? ["accept-encoding"] : []),
  ];
}

function seenByOrigin({ method, url, headers }: RequestHead, chosen: Policy): unknown {
  const fields = foldedFields(chosen).map((name) => [name, headers.get(name)]);
  return { method: method === "HEAD" ? "GET" : method, url: url.href, fields };
}

const RUNS = { numRuns: 2000 };

describe("for any policy and any two requests", () => {
  it("the key is shared exactly where nothing differs that the policy keys", () => {
    fc.assert(
      fc.property(pairs, policies, ([one, two], chosen) => {
        const isSame = JSON.stringify(keyed(one, chosen)) === JSON.stringify(keyed(two, chosen));
        expect(looked(one, chosen).key === looked(two, chosen).key).toBe(isSame);
      }),
      RUNS,
    );
  });

  it("who shares a key sends the origin the same request, as far as the policy folds it", () => {
    fc.assert(
      fc.property(pairs, policies, ([one, two], chosen) => {
        const [first, second] = [looked(one, chosen), looked(two, chosen)];
        if (first.key !== second.key) return;
        expect(seenByOrigin(first.head, chosen)).toEqual(seenByOrigin(second.head, chosen));
      }),
      RUNS,
    );
  });

  it("no key is that of another's variant", () => {
    fc.assert(
      fc.property(pairs, policies, fc.option(hostile), ([one, two], chosen, value) => {
        const [first, second] = [looked(one, chosen).key, looked(two, chosen).key];
        const variant = variantKey(first, [["x-a", value]]);
        expect(variant).not.toBe(second);
        expect(variant === variantKey(second, [["x-a", value]])).toBe(first === second);
      }),
    );
  });

  it("the canonical request is its own canonical request", () => {
    fc.assert(
      fc.property(facts, policies, (fact, chosen) => {
        const { head, key: primary } = looked(fact, chosen);
        const isRead = fact.method === "GET" || fact.method === "HEAD";
        const again = lookup(head, chosen, { identity: fact.identity, body: null });
        expect(again.head).toBe(head);
        if (isRead) expect(again.key).toBe(primary);
      }),
    );
  });
});
