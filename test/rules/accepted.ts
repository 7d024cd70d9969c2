import type { Policy, Template } from "../../src/cache/policy.ts";
import type { DecisionsInput } from "../../src/rules/input/decisions.ts";
import type { MatchInput } from "../../src/rules/input/match.ts";
import type { NamedOriginInput } from "../../src/rules/input/origin.ts";
import { API_FIELDS } from "../../src/rules/parse/security.ts";
import { NO_TTL, PLAIN_KEY } from "../../src/rules/policy/plain.ts";
import type { RuleMatch } from "../../src/rules/rule.ts";

/** The origins that the accepted decisions speak of. */
export const ORIGINS: Readonly<Record<string, string | NamedOriginInput>> = {
  api: "https://api.example.com/v1",
  backup: { service: "BACKUP" },
};

const PLAIN_QUERY = PLAIN_KEY.query;
const JWT = {
  cookie: null,
  key: { kind: "secret", from: "JWT_SECRET" },
  algorithms: ["HS256"],
  issuer: null,
  audience: null,
} as const;
const CORS = {
  origins: "*",
  methods: ["GET", "HEAD", "POST"],
  headers: [],
  exposeHeaders: [],
  credentials: false,
  maxAgeSeconds: null,
} as const;
const ORIGIN = {
  names: ["default"],
  weights: null,
  failoverStatuses: [500, 502, 503, 504],
  rewrite: null,
  fields: { remove: [], set: [], add: [] },
} as const;
const NOTHING = { remove: [], set: [], add: [] } as const;

const GIVEN = ["overrideSeconds", "fallbackSeconds", "minSeconds"];

/** Where the rule gives the lifetime, what no key names does not reach the origin. */
function ttl(more: object): Partial<Policy> {
  const isGiven = GIVEN.some((name) => name in more);
  return { edgeTtl: { ...NO_TTL, ...more }, ...(isGiven && others("drop")) };
}

function others(fate: "key" | "drop" | "vary", forward: readonly string[] = []): Partial<Policy> {
  return { otherFields: { fate, forward, tested: [] } };
}

function key(more: object): Pick<Policy, "key"> {
  return { key: { ...PLAIN_KEY, ...more } };
}

function text(source: string): Template {
  return { source, parts: [source] };
}

/** Decisions of a rule for `/p/:id`, and what of its policy follows from them. */
export const ACCEPTED_DECISIONS: readonly (readonly [decisions: DecisionsInput, policy: Partial<Policy>])[] =
  [
    [{ cache: true }, { action: "cache" }],
    [{ cache: false }, { action: "pass" }],
    [{ cache: false, scope: "shared", requestCookies: "respect" }, { action: "pass" }],
    [{ edgeTtl: "respect" }, ttl({})],
    [{ edgeTtl: "10m" }, ttl({ overrideSeconds: 600 })],
    [{ edgeTtl: { override: 5 } }, ttl({ overrideSeconds: 5 })],
    [
      { edgeTtl: { fallback: "1h", min: 1, max: "1d" } },
      ttl({ fallbackSeconds: 3600, minSeconds: 1, maxSeconds: 86_400 }),
    ],
    [
      { edgeTtl: { byStatus: { "5xx": "never", "200-299": "1m", "500-503": 3, "404": "30s" } } },
      {
        ...ttl({
          byStatus: [
            { first: 404, last: 404, seconds: 30 },
            { first: 500, last: 503, seconds: 3 },
            { first: 500, last: 599, seconds: "never" },
            { first: 200, last: 299, seconds: 60 },
          ],
        }),
        ...others("drop"),
      },
    ],
    // To errors alone: the successes still live as long as their origin says.
    [
      { edgeTtl: { byStatus: { "404": "30s" } } },
      ttl({ byStatus: [{ first: 404, last: 404, seconds: 30 }] }),
    ],
    [
      { edgeTtl: { byStatus: { "200": "never" } } },
      ttl({ byStatus: [{ first: 200, last: 200, seconds: "never" }] }),
    ],
    [{ edgeTtl: { jitter: "10%" } }, ttl({ jitter: 0.1 })],
    [{ edgeTtl: { jitter: "2.5%" } }, ttl({ jitter: 0.025 })],
    [{ edgeTtl: { jitter: "50%" } }, ttl({ jitter: 0.5 })],
    [{ browserTtl: { max: "1m" } }, { browserTtl: { ...NO_TTL, maxSeconds: 60 } }],
    [{ staleWhileRevalidate: "30s" }, { staleWhileRevalidate: { seconds: 30, override: false } }],
    [{ staleIfError: { window: "1h", override: true } }, { staleIfError: { seconds: 3600, override: true } }],
    [{ query: "none" }, key({ query: { ...PLAIN_QUERY, keep: "none" } })],
    [
      { query: { include: ["page", "f_*", "*[a]*"], sort: true } },
      key({
        query: {
          keep: {
            kind: "include",
            exact: new Set(["page"]),
            wildcards: [
              ["f_", ""],
              ["", "[a]", ""],
            ],
          },
          sort: true,
          tracking: "keep",
        },
      }),
    ],
    [
      { query: { exclude: ["q"], tracking: "drop" } },
      key({
        query: {
          keep: { kind: "exclude", exact: new Set(["q"]), wildcards: [] },
          sort: false,
          tracking: "drop",
        },
      }),
    ],
    [{ key: {} }, key({})],
    [
      { key: { host: false, device: true, country: true } },
      key({ host: false, device: true, country: true }),
    ],
    [{ key: { headers: ["X-A"] } }, key({ headers: [{ name: "x-a", by: "value" }] })],
    [
      { key: { cookies: { Theme: "value", ab: "presence" } } },
      key({
        cookies: [
          { name: "Theme", by: "value" },
          { name: "ab", by: "presence" },
        ],
      }),
    ],
    [{ key: { language: ["en", "pt-br", "zh-hant"] } }, key({ languages: ["en", "pt-BR", "zh-Hant"] })],
    [
      { key: { accept: ["application/JSON", "text/html"] } },
      key({ mediaTypes: ["application/json", "text/html"] }),
    ],
    [{ key: { encoding: ["br", "gzip"] } }, key({ encodings: ["br", "gzip"] })],
    [
      { key: { pathCase: "insensitive", trailingSlash: "strip" } },
      key({ pathCase: "insensitive", trailingSlash: "strip" }),
    ],
    [{ key: { version: 2 } }, key({ version: "2" })],
    [{ key: { version: "2026-11" } }, key({ version: "2026-11" })],
    [{ key: { body: { methods: ["QUERY"] } } }, key({ body: { methods: ["QUERY"], maxBytes: 65_536 } })],
    [
      { key: { body: { methods: ["POST"], maxBytes: 1 } } },
      key({ body: { methods: ["POST"], maxBytes: 1 } }),
    ],
    [{ scope: "shared" }, { scope: { kind: "shared" } }],
    [{ scope: "user" }, { scope: { kind: "user", identity: { kind: "authorization" } } }],
    [
      { scope: "user", identity: { cookie: "sid" } },
      { scope: { kind: "user", identity: { kind: "cookie", name: "sid" } } },
    ],
    [
      { scope: "user", identity: { claim: "sub" }, jwt: { secret: "JWT_SECRET" } },
      { scope: { kind: "user", identity: { kind: "claim", name: "sub", jwt: JWT } } },
    ],
    [
      {
        scope: { claims: ["role", "plan"] },
        jwt: {
          jwks: "https://id.example.com/jwks",
          from: { cookie: "token" },
          algorithms: ["ES256"],
          issuer: "me",
          audience: "you",
        },
      },
      {
        scope: {
          kind: "claims",
          names: ["role", "plan"],
          jwt: {
            cookie: "token",
            key: { kind: "jwks", from: "https://id.example.com/jwks" },
            algorithms: ["ES256"],
            issuer: "me",
            audience: "you",
          },
        },
      },
    ],
    [
      { scope: { claims: ["role"] }, jwt: { publicKey: "KEY", from: "bearer" } },
      {
        scope: {
          kind: "claims",
          names: ["role"],
          jwt: { ...JWT, key: { kind: "publicKey", from: "KEY" }, algorithms: ["RS256", "ES256", "EdDSA"] },
        },
      },
    ],
    [
      { scope: { claims: ["role"] }, jwt: { jwks: "http://127.0.0.1:8080/jwks" } },
      {
        scope: {
          kind: "claims",
          names: ["role"],
          jwt: {
            ...JWT,
            key: { kind: "jwks", from: "http://127.0.0.1:8080/jwks" },
            algorithms: ["RS256", "ES256", "EdDSA"],
          },
        },
      },
    ],
    [
      { tags: ["products", "product:{id}", "products", "{{x}}", "t:{response.X-Id}:{query.page}"] },
      {
        tags: [
          text("products"),
          { source: "product:{id}", parts: ["product:", { from: "param", name: "id" }] },
          { source: "{{x}}", parts: ["{x}"] },
          {
            source: "t:{response.X-Id}:{query.page}",
            parts: ["t:", { from: "response", name: "x-id" }, ":", { from: "query", name: "page" }],
          },
        ],
      },
    ],
    [{ clientDirectives: "honor" }, { clientDirectives: "honor" }],
    [{ originPurges: "honor" }, { originPurges: "honor" }],
    [{ heuristicFreshness: true }, { heuristicFreshness: true, ...others("drop") }],
    [{ otherHeaders: "drop" }, others("drop")],
    [
      { otherHeaders: "vary", edgeTtl: 5 },
      { ...ttl({ overrideSeconds: 5 }), ...others("vary") },
    ],
    [
      { otherHeaders: "key", edgeTtl: 5 },
      { ...ttl({ overrideSeconds: 5 }), ...others("key") },
    ],
    [{ forwardHeaders: ["X-Request-ID"] }, others("vary", ["x-request-id"])],
    [{ setCookie: "strip" }, { setCookie: "strip" }],
    [{ requestCookies: "ignore" }, { requestCookies: "ignore" }],
    [{ authorization: "ignore" }, { authorization: "ignore" }],
    [{ cors: { origins: "*" } }, { cors: CORS }],
    [
      {
        cors: {
          origins: ["https://app.example.com", "https://*.example.com:8443", "capacitor://localhost"],
          methods: ["PUT"],
          headers: ["X-A"],
          exposeHeaders: ["Age"],
          credentials: true,
          maxAge: "10m",
        },
      },
      {
        cors: {
          origins: ["https://app.example.com", "https://*.example.com:8443", "capacitor://localhost"],
          methods: ["PUT"],
          headers: ["x-a"],
          exposeHeaders: ["age"],
          credentials: true,
          maxAgeSeconds: 600,
        },
      },
    ],
    [{ cors: { origins: "*", headers: "*" } }, { cors: { ...CORS, headers: "*" } }],
    [
      { invalidates: ["products", "/products/{id}", "/a,b"] },
      {
        invalidates: [
          text("products"),
          { source: "/products/{id}", parts: ["/products/", { from: "param", name: "id" }] },
          text("/a,b"),
        ],
      },
    ],
    [{ readYourWrites: "1h" }, { readYourWritesSeconds: 3600 }],
    [{ origin: "api" }, { origin: { ...ORIGIN, names: ["api"] } }],
    [{ origin: { use: ["api", "backup"] } }, { origin: { ...ORIGIN, names: ["api", "backup"] } }],
    [
      { origin: { use: { api: 3, backup: 0.5 }, failoverOn: [503] } },
      { origin: { ...ORIGIN, names: ["api", "backup"], weights: [3, 0.5], failoverStatuses: [503] } },
    ],
    [
      { origin: { rewrite: "/v2{path}{search}" } },
      {
        origin: {
          ...ORIGIN,
          rewrite: { source: "/v2{path}{search}", parts: ["/v2", { from: "path" }, { from: "search" }] },
        },
      },
    ],
    [
      { requestHeaders: { set: { Authorization: "Bearer {env.API_KEY}" }, remove: ["X-Debug"] } },
      {
        origin: {
          ...ORIGIN,
          fields: {
            remove: ["x-debug"],
            set: [
              [
                "authorization",
                {
                  source: "Bearer {env.API_KEY}",
                  parts: ["Bearer ", { from: "env", name: "API_KEY" }],
                },
              ],
            ],
            add: [],
          },
        },
      },
    ],
    [
      { responseHeaders: { add: { "X-Country": "{country}" } } },
      {
        responseFields: {
          ...NOTHING,
          add: [["x-country", { source: "{country}", parts: [{ from: "country" }] }]],
        },
      },
    ],
    [
      { respond: { redirect: "https://{host}/new{path}", status: 301 } },
      {
        respond: {
          kind: "redirect",
          status: 301,
          to: {
            source: "https://{host}/new{path}",
            parts: ["https://", { from: "host" }, "/new", { from: "path" }],
          },
        },
      },
    ],
    [{ respond: { redirect: "/" } }, { respond: { kind: "redirect", status: 302, to: text("/") } }],
    [{ respond: { block: 403 } }, { respond: { kind: "block", status: 403, fields: [], body: "" } }],
    [
      { respond: { maintenance: true, retryAfter: "1h", body: "soon" } },
      { respond: { kind: "maintenance", status: 503, fields: [["retry-after", "3600"]], body: "soon" } },
    ],
    [
      { respond: { maintenance: true } },
      { respond: { kind: "maintenance", status: 503, fields: [], body: "" } },
    ],
    [
      { respond: { fixed: 200, headers: { "Content-Type": "text/plain" }, body: "User-agent: *" } },
      {
        respond: {
          kind: "fixed",
          status: 200,
          fields: [["content-type", "text/plain"]],
          body: "User-agent: *",
        },
      },
    ],
    [
      { rateLimit: { binding: "LIMIT", limit: 100, period: "60s" } },
      {
        rateLimit: {
          binding: "LIMIT",
          limit: 100,
          periodSeconds: 60,
          by: { source: "{ip}", parts: [{ from: "ip" }] },
        },
      },
    ],
    [
      { rateLimit: { binding: "LIMIT", limit: 1, period: 10, by: "{request.X-Key}" } },
      {
        rateLimit: {
          binding: "LIMIT",
          limit: 1,
          periodSeconds: 10,
          by: { source: "{request.X-Key}", parts: [{ from: "request", name: "x-key" }] },
        },
      },
    ],
    [
      { require: { headers: { "X-App": true, "X-OS": ["a", "b"], "x-v": { matches: "^2" } } } },
      {
        required: {
          fields: [
            { name: "x-app", wanted: true },
            { name: "x-os", wanted: ["a", "b"] },
            { name: "x-v", wanted: /^2/ },
          ],
          status: 403,
        },
      },
    ],
    [
      { require: { headers: { "X-App": false }, status: 404 } },
      { required: { fields: [{ name: "x-app", wanted: false }], status: 404 } },
    ],
    [{ signedUrl: { secret: "LINK_KEY" } }, { signedUrl: { secrets: ["LINK_KEY"], boundToAddress: false } }],
    [
      { signedUrl: { secret: ["A", "B"], boundToAddress: true } },
      { signedUrl: { secrets: ["A", "B"], boundToAddress: true } },
    ],
    [{ securityHeaders: "api" }, { securityFields: { fields: Object.entries(API_FIELDS), override: false } }],
    [
      {
        securityHeaders: {
          fields: {
            ...Object.fromEntries(Object.keys(API_FIELDS).map((name) => [name, false as const])),
            "Referrer-Policy": "origin",
            "X-Frame-Options": "DENY",
          },
          override: true,
        },
      },
      {
        securityFields: {
          fields: [
            ["referrer-policy", "origin"],
            ["x-frame-options", "DENY"],
          ],
          override: true,
        },
      },
    ],
  ];

/** What is accepted as `match`, and what follows from it. */
export const ACCEPTED_MATCHES: readonly (readonly [match: MatchInput, parsed: Partial<RuleMatch>])[] = [
  [{}, {}],
  [{ path: "/a/:id" }, { path: ["/a/:id"] }],
  [{ path: ["/a", "/b/*"] }, { path: ["/a", "/b/*"] }],
  [{ path: "/items/:id(\\d+)" }, { path: ["/items/:id(\\d+)"] }],
  [{ extension: ["CSS", "gz"] }, { extension: ["css", "gz"] }],
  [{ method: ["GET", "PURGE"] }, { method: ["GET", "PURGE"] }],
  [
    { host: ["API.example.com", "*.bücher.example"] },
    { host: ["api.example.com", "*.xn--bcher-kva.example"] },
  ],
  [
    { query: { page: true, sort: ["a", "b"] } },
    {
      query: [
        { name: "page", wanted: true },
        { name: "sort", wanted: ["a", "b"] },
      ],
    },
  ],
  [{ headers: { "X-A": "1" } }, { headers: [{ name: "x-a", wanted: ["1"] }] }],
  [{ headers: { "x-a": { matches: "^v\\d+$" } } }, { headers: [{ name: "x-a", wanted: /^v\d+$/ }] }],
  [
    { cookies: { Session: { matches: "a", ignoreCase: true } } },
    { cookies: [{ name: "Session", wanted: /a/i }] },
  ],
  [{ country: ["DE", "T1"] }, { country: ["DE", "T1"] }],
  [{ continent: "EU" }, { continent: ["EU"] }],
  [{ asn: [13335, 1] }, { asn: [13335, 1] }],
  [{ tlsVersion: "TLSv1.3" }, { tlsVersion: ["TLSv1.3"] }],
  [{ bot: false }, { bot: false }],
  [{ bot: "Search Engine Crawler" }, { bot: ["Search Engine Crawler"] }],
  [
    { ip: ["192.0.2.77/24", "192.0.2.1", "2001:DB8::1/32", "::1"] },
    { ip: ["192.0.2.0/24", "192.0.2.1", "2001:db8::/32", "::1"] },
  ],
];

/** What is accepted as one of `origins`, and the settings that follow. */
export const ACCEPTED_ORIGINS: readonly (readonly [origin: string | NamedOriginInput, settings: object])[] = [
  ["https://api.example.com/v1", { url: "https://api.example.com/v1" }],
  [{ url: "http://127.0.0.1:8080" }, { url: "http://127.0.0.1:8080/" }],
  [{ service: "API" }, { service: "API" }],
  [
    { service: "API", firstByteTimeout: "5s", betweenBytesTimeout: 10, totalTimeout: "1m", maxConcurrent: 7 },
    { service: "API", firstByteSeconds: 5, betweenBytesSeconds: 10, totalSeconds: 60, maxConcurrent: 7 },
  ],
  [
    { service: "API", auth: { header: { secret: "PASS" } } },
    {
      service: "API",
      auth: { header: { name: "x-origin-secret", secret: "PASS" }, signature: null, certificate: null },
    },
  ],
  [
    {
      url: "https://api.example.com",
      auth: {
        header: { name: "X-Pass", secret: "PASS" },
        signature: { secret: "KEY", keyId: "a.b-c_1", maxBodyBytes: 0 },
        certificate: "CERT",
      },
    },
    {
      url: "https://api.example.com/",
      auth: {
        header: { name: "x-pass", secret: "PASS" },
        signature: { secret: "KEY", keyId: "a.b-c_1", maxBodyBytes: 0 },
        certificate: "CERT",
      },
    },
  ],
  [
    { url: "https://api.example.com", auth: { signature: { secret: "KEY" } } },
    {
      url: "https://api.example.com/",
      auth: {
        header: null,
        signature: { secret: "KEY", keyId: "selvedge", maxBodyBytes: 65_536 },
        certificate: null,
      },
    },
  ],
  [
    { service: "API", retries: { attempts: 2 } },
    { service: "API", retries: { attempts: 2, backoffMs: 100, statuses: [502, 503, 504] } },
  ],
  [
    { service: "API", retries: { attempts: 1, backoffMs: 0, on: [429] } },
    { service: "API", retries: { attempts: 1, backoffMs: 0, statuses: [429] } },
  ],
  [
    { service: "API", circuitBreaker: {} },
    { service: "API", breaker: { failures: 5, cooldownSeconds: 30, probe: null } },
  ],
  [
    { service: "API", circuitBreaker: { failures: 2, cooldown: "1m", probe: "/health" } },
    { service: "API", breaker: { failures: 2, cooldownSeconds: 60, probe: "/health" } },
  ],
];
