import { type Refused, SEEN, UNSEEN } from "./refused.ts";
import { REFUSED_ACCESS } from "./refused-access.ts";

const DURATION =
  'whole seconds from 0 to 2147483648, or a whole number with one unit of s, m, h, d, w, such as "10m"';
const UNITS = 'or a whole number with one unit of s, m, h, d, w, such as "10m"';
const EDGE_TTL = "override, fallback, min, max, byStatus, jitter";
const TTL = "override, fallback, min, max, byStatus";
const KEY =
  "host, headers, cookies, device, country, language, accept, encoding, pathCase, trailingSlash, version, body";
const TAGS = "a list of strings of 1 to 128 characters without blanks, commas and control characters";
const ALGORITHMS =
  '"HS256" or "HS384" or "HS512" or "RS256" or "RS384" or "RS512" or "PS256" or "PS384" or "PS512" or "ES256" or "ES384" or "ES512" or "EdDSA" or "Ed25519"';
const ANSWERS = "an object with exactly one of the keys redirect, block, maintenance, fixed";
const TARGET =
  'where to: a path that begins with one "/", or an address that begins with "https://" or "http://"';
const CORS_ORIGIN =
  'scheme, host and port of an origin, such as "https://app.example.com" or "https://*.example.com"';
const NAMES = "a list of names of query parameters, none of them empty";
const OURS = "a header field that is not the connection's or the cache's own";
const VALUE = "a field's value, without line breaks";
const METHOD = 'a request method in capitals, such as "GET"';

/** Decisions that are refused in a rule for `/p/:id`. */
export const REFUSED_DECISIONS: readonly Refused<object>[] = [
  [{ cache: "yes" }, SEEN, 'cache: found "yes"; allowed: true or false'],
  [{ cache: null }, SEEN, "cache: found null; allowed: true or false"],
  [
    { edgeTtl: -1 },
    SEEN,
    `edgeTtl: found -1; allowed: "respect", or ${DURATION}, or an object with at least one of the keys ${EDGE_TTL}`,
  ],
  [
    { edgeTtl: "respct" },
    SEEN,
    `edgeTtl: found "respct"; allowed: "respect", or ${DURATION}, or an object with at least one of the keys ${EDGE_TTL}; did you mean "respect"?`,
  ],
  [
    { edgeTtl: Number.NaN },
    SEEN,
    `edgeTtl: found NaN; allowed: "respect", or ${DURATION}, or an object with at least one of the keys ${EDGE_TTL}`,
  ],
  [
    { edgeTtl: undefined },
    UNSEEN,
    `edgeTtl: found undefined; allowed: "respect", or ${DURATION}, or an object with at least one of the keys ${EDGE_TTL}`,
  ],
  [
    { edgeTtl: [] },
    SEEN,
    `edgeTtl: found []; allowed: "respect", or ${DURATION}, or an object with at least one of the keys ${EDGE_TTL}`,
  ],
  [{ edgeTtl: {} }, SEEN, `edgeTtl: found {}; allowed: an object with at least one of the keys ${EDGE_TTL}`],
  [
    { edgeTtl: { overide: 1 } },
    SEEN,
    `edgeTtl.overide: found 1; allowed: the keys ${EDGE_TTL}; did you mean "override"?`,
  ],
  [{ edgeTtl: { override: "soon" } }, SEEN, `edgeTtl.override: found "soon"; allowed: ${DURATION}`],
  [
    { edgeTtl: { override: 1, fallback: 2 } },
    SEEN,
    'edgeTtl: found {"override":1,"fallback":2}; allowed: override or fallback, not both',
  ],
  [
    { edgeTtl: { min: "2m", max: "1m" } },
    UNSEEN,
    'edgeTtl: found {"min":"2m","max":"1m"}; allowed: a min that is not above max',
  ],
  [
    { edgeTtl: { byStatus: [] } },
    SEEN,
    'edgeTtl.byStatus: found []; allowed: an object of statuses and ranges, each with a duration or "never"',
  ],
  [
    { edgeTtl: { byStatus: { "6xx": 1 } } },
    SEEN,
    'edgeTtl.byStatus.6xx: found "6xx"; allowed: a status from 200 to 599, a class such as "5xx" or a range such as "300-399"',
  ],
  [
    { edgeTtl: { byStatus: { "100": 1 } } },
    SEEN,
    'edgeTtl.byStatus.100: found "100"; allowed: a status from 200 to 599, a class such as "5xx" or a range such as "300-399"',
  ],
  [
    { edgeTtl: { byStatus: { "299-200": 1 } } },
    UNSEEN,
    'edgeTtl.byStatus.299-200: found "299-200"; allowed: a status from 200 to 599, a class such as "5xx" or a range such as "300-399"',
  ],
  [
    { edgeTtl: { byStatus: { "404": "nevr" } } },
    SEEN,
    `edgeTtl.byStatus.404: found "nevr"; allowed: "never", or ${DURATION}; did you mean "never"?`,
  ],
  [
    { edgeTtl: { byStatus: { "5xx": 1, "500-599": 2 } } },
    UNSEEN,
    'edgeTtl.byStatus: found {"5xx":1,"500-599":2}; allowed: each range once',
  ],
  [
    { edgeTtl: { jitter: "60%" } },
    SEEN,
    'edgeTtl.jitter: found "60%"; allowed: a percentage from "0%" to "50%"',
  ],
  [{ edgeTtl: { jitter: 0.1 } }, SEEN, 'edgeTtl.jitter: found 0.1; allowed: a percentage from "0%" to "50%"'],
  [
    { browserTtl: 1.5 },
    SEEN,
    `browserTtl: found 1.5; allowed: "respect", or ${DURATION}, or an object with at least one of the keys ${TTL}`,
  ],
  [{ browserTtl: { jitter: "10%" } }, SEEN, `browserTtl.jitter: found "10%"; allowed: the keys ${TTL}`],
  [
    { staleWhileRevalidate: "500ms" },
    SEEN,
    `staleWhileRevalidate: found "500ms"; allowed: ${DURATION}, or an object with the keys window, override`,
  ],
  [
    { staleWhileRevalidate: { override: true } },
    SEEN,
    `staleWhileRevalidate.window: found undefined; allowed: ${DURATION}`,
  ],
  [
    { staleIfError: null },
    SEEN,
    `staleIfError: found null; allowed: ${DURATION}, or an object with the keys window, override`,
  ],
  [
    { staleIfError: { window: "1h", override: 1 } },
    SEEN,
    "staleIfError.override: found 1; allowed: true or false",
  ],
  [
    { query: "some" },
    SEEN,
    'query: found "some"; allowed: "all" or "none", or an object with at least one of the keys include, exclude, sort, tracking',
  ],
  [
    { query: {} },
    SEEN,
    "query: found {}; allowed: an object with at least one of the keys include, exclude, sort, tracking",
  ],
  [
    { query: { include: ["a"], exclude: ["b"] } },
    SEEN,
    'query: found {"include":["a"],"exclude":["b"]}; allowed: include or exclude, not both',
  ],
  [
    { query: { includes: ["a"] } },
    SEEN,
    'query.includes: found ["a"]; allowed: the keys include, exclude, sort, tracking; did you mean "include"?',
  ],
  [{ query: { include: "a" } }, SEEN, `query.include: found "a"; allowed: ${NAMES}`],
  [{ query: { include: ["a", 1] } }, SEEN, `query.include[1]: found 1; allowed: ${NAMES}`],
  [{ query: { exclude: [""] } }, SEEN, `query.exclude[0]: found ""; allowed: ${NAMES}`],
  [{ query: { sort: "yes" } }, SEEN, 'query.sort: found "yes"; allowed: true or false'],
  [{ query: { tracking: "strip" } }, SEEN, 'query.tracking: found "strip"; allowed: "keep" or "drop"'],
  [{ key: true }, SEEN, `key: found true; allowed: an object with the keys ${KEY}`],
  [
    { key: { header: ["x"] } },
    SEEN,
    `key.header: found ["x"]; allowed: the keys ${KEY}; did you mean "headers"?`,
  ],
  [{ key: { host: "no" } }, SEEN, 'key.host: found "no"; allowed: true or false'],
  [{ key: { headers: ["x y"] } }, SEEN, 'key.headers[0]: found "x y"; allowed: the name of a header field'],
  [
    { key: { headers: ["Cookie"] } },
    UNSEEN,
    'key.headers[0]: found "Cookie"; allowed: a header field that may be in the key; use key.cookies for cookies',
  ],
  [
    { key: { headers: ["authorization"] } },
    UNSEEN,
    'key.headers[0]: found "authorization"; allowed: a header field that may be in the key; use scope: "user" for what belongs to one user',
  ],
  [
    { key: { headers: ["Host"] } },
    UNSEEN,
    'key.headers[0]: found "Host"; allowed: a header field that may be in the key; use key.host for the host',
  ],
  [
    { key: { headers: ["range"] } },
    UNSEEN,
    'key.headers[0]: found "range"; allowed: a header field that may be in the key; the cache answers to this one itself',
  ],
  [
    { key: { headers: { "if-none-match": "value" } } },
    UNSEEN,
    'key.headers.if-none-match: found "if-none-match"; allowed: a header field that may be in the key; the cache answers to this one itself',
  ],
  [
    { key: { headers: ["connection"] } },
    UNSEEN,
    'key.headers[0]: found "connection"; allowed: a header field that may be in the key; the cache answers to this one itself',
  ],
  [
    { key: { headers: { "x-a": "present" } } },
    SEEN,
    'key.headers.x-a: found "present"; allowed: "value" or "presence"; did you mean "presence"?',
  ],
  [
    { key: { headers: "x-a" } },
    SEEN,
    'key.headers: found "x-a"; allowed: a list of header fields, or an object of header fields, each with "value" or "presence"',
  ],
  [{ key: { headers: ["x-a", "X-A"] } }, UNSEEN, 'key.headers: found ["x-a","X-A"]; allowed: each name once'],
  [{ key: { cookies: ["a=b"] } }, SEEN, 'key.cookies[0]: found "a=b"; allowed: the name of a cookie'],
  [{ key: { device: 1 } }, SEEN, "key.device: found 1; allowed: true or false"],
  [{ key: { country: "DE" } }, SEEN, 'key.country: found "DE"; allowed: true or false'],
  [
    { key: { language: [] } },
    SEEN,
    "key.language: found []; allowed: a list of language tags, each once, at least one",
  ],
  [
    { key: { language: ["en_GB"] } },
    SEEN,
    'key.language[0]: found "en_GB"; allowed: a language tag of BCP 47, such as "en" or "pt-BR"; did you mean "en-GB"?',
  ],
  [
    { key: { language: ["en", "EN"] } },
    UNSEEN,
    'key.language: found ["en","EN"]; allowed: a list of language tags, each once, at least one',
  ],
  [
    { key: { language: "en" } },
    SEEN,
    'key.language: found "en"; allowed: a list of language tags, each once, at least one',
  ],
  [
    { key: { accept: ["json"] } },
    SEEN,
    'key.accept[0]: found "json"; allowed: a media type without parameters, such as "application/json"',
  ],
  [
    { key: { accept: ["text/html;q=1"] } },
    SEEN,
    'key.accept[0]: found "text/html;q=1"; allowed: a media type without parameters, such as "application/json"; did you mean "text/html"?',
  ],
  [
    { key: { encoding: ["gzp"] } },
    SEEN,
    'key.encoding[0]: found "gzp"; allowed: "br" or "gzip" or "zstd" or "deflate"; did you mean "gzip"?',
  ],
  [
    { key: { pathCase: "lower" } },
    SEEN,
    'key.pathCase: found "lower"; allowed: "sensitive" or "insensitive"',
  ],
  [
    { key: { trailingSlash: "stripp" } },
    SEEN,
    'key.trailingSlash: found "stripp"; allowed: "keep" or "strip"; did you mean "strip"?',
  ],
  [
    { key: { version: "" } },
    SEEN,
    'key.version: found ""; allowed: a number, or a string of 1 to 64 visible ASCII characters',
  ],
  [
    { key: { version: -1 } },
    SEEN,
    "key.version: found -1; allowed: a whole number from 0 to 9007199254740991",
  ],
  [
    { key: { version: "a b" } },
    SEEN,
    'key.version: found "a b"; allowed: a number, or a string of 1 to 64 visible ASCII characters',
  ],
  [
    { key: { body: {} } },
    SEEN,
    'key.body.methods: found undefined; allowed: a list of "POST" and "QUERY", each once, at least one',
  ],
  [
    { key: { body: { methods: [] } } },
    SEEN,
    'key.body.methods: found []; allowed: a list of "POST" and "QUERY", each once, at least one',
  ],
  [
    { key: { body: { methods: ["PUT"] } } },
    SEEN,
    'key.body.methods[0]: found "PUT"; allowed: "POST" or "QUERY"',
  ],
  [
    { key: { body: { methods: ["POST"], maxBytes: 0 } } },
    SEEN,
    "key.body.maxBytes: found 0; allowed: whole bytes from 1 to 1048576",
  ],
  [
    { scope: "usr" },
    SEEN,
    'scope: found "usr"; allowed: "shared" or "user", or an object with the key claims; did you mean "user"?',
  ],
  [
    { scope: { claims: [] } },
    SEEN,
    "scope.claims: found []; allowed: a list of names of claims, each once, at least one",
  ],
  [
    { scope: { claims: ["role"] } },
    UNSEEN,
    'scope: found {"claims":["role"]}; allowed: a jwt beside it, or in defaults, to read claims from',
  ],
  [
    { scope: { claim: ["role"] }, jwt: { secret: "S" } },
    SEEN,
    [
      'scope.claim: found ["role"]; allowed: the key claims; did you mean "claims"?',
      "scope.claims: found undefined; allowed: a list of names of claims, each once, at least one",
    ],
  ],
  [
    { scope: "user", identity: { claim: "sub" } },
    UNSEEN,
    'scope: found "user"; allowed: a jwt beside it, or in defaults, to read claims from',
  ],
  [
    { scope: "user", identity: "cookie" },
    SEEN,
    'identity: found "cookie"; allowed: "authorization", or an object with the keys cookie, claim',
  ],
  [
    { scope: "user", identity: { cookie: "a b" } },
    SEEN,
    'identity.cookie: found "a b"; allowed: the name of a cookie',
  ],
  [
    { scope: "user", identity: { cookie: "a", claim: "b" } },
    SEEN,
    'identity: found {"cookie":"a","claim":"b"}; allowed: exactly one of the keys cookie, claim',
  ],
  [
    { identity: "authorization" },
    UNSEEN,
    'identity: found "authorization"; allowed: no identity without scope: "user"',
  ],
  [
    { jwt: { secret: "S" } },
    UNSEEN,
    'jwt: found {"secret":"S"}; allowed: no jwt without a scope by claims, or by an identity that is a claim',
  ],
  [
    { scope: "user", jwt: { secret: "S" } },
    UNSEEN,
    'jwt: found {"secret":"S"}; allowed: no jwt without a scope by claims, or by an identity that is a claim',
  ],
  [
    { scope: { claims: ["role"] }, jwt: {} },
    SEEN,
    "jwt: found {}; allowed: exactly one of the keys secret, publicKey, jwks",
  ],
  [
    { scope: { claims: ["role"] }, jwt: { secret: "a", jwks: "https://a.example/" } },
    SEEN,
    'jwt: found {"secret":"a","jwks":"https://a.example/"}; allowed: exactly one of the keys secret, publicKey, jwks',
  ],
  [
    { scope: { claims: ["role"] }, jwt: { secret: "jwt-secret" } },
    SEEN,
    'jwt.secret: found "jwt-secret"; allowed: the name of a variable, such as "API_KEY"; did you mean "JWT_SECRET"?',
  ],
  [
    { scope: { claims: ["role"] }, jwt: { publicKey: 1 } },
    SEEN,
    'jwt.publicKey: found 1; allowed: the name of a variable, such as "API_KEY"',
  ],
  [
    { scope: { claims: ["role"] }, jwt: { jwks: "http://a.example/jwks" } },
    UNSEEN,
    'jwt.jwks: found "http://a.example/jwks"; allowed: the address of a key set, which begins with "https://"; did you mean "https://a.example/jwks"?',
  ],
  [
    { scope: { claims: ["role"] }, jwt: { jwks: "a.example" } },
    SEEN,
    'jwt.jwks: found "a.example"; allowed: the address of a key set, which begins with "https://"',
  ],
  [
    { scope: { claims: ["role"] }, jwt: { secret: "S", algorithms: ["none"] } },
    SEEN,
    `jwt.algorithms[0]: found "none"; allowed: ${ALGORITHMS}`,
  ],
  [
    { scope: { claims: ["role"] }, jwt: { secret: "S", algorithms: ["RS256"] } },
    UNSEEN,
    'jwt.algorithms: found ["RS256"]; allowed: with secret only HS256, HS384, HS512',
  ],
  [
    { scope: { claims: ["role"] }, jwt: { jwks: "https://a.example/", algorithms: ["HS256"] } },
    UNSEEN,
    'jwt.algorithms: found ["HS256"]; allowed: with jwks only RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA, Ed25519',
  ],
  [
    { scope: { claims: ["role"] }, jwt: { secret: "S", from: "cookie" } },
    SEEN,
    'jwt.from: found "cookie"; allowed: "bearer", or an object with the key cookie',
  ],
  [
    { scope: { claims: ["role"] }, jwt: { secret: "S", from: { cookie: "" } } },
    SEEN,
    'jwt.from.cookie: found ""; allowed: the name of a cookie',
  ],
  [
    { scope: { claims: ["role"] }, jwt: { secret: "S", issuer: "" } },
    SEEN,
    'jwt.issuer: found ""; allowed: a string that is not empty',
  ],
  [
    { scope: { claims: ["role"] }, jwt: { secret: "S", audience: 1 } },
    SEEN,
    "jwt.audience: found 1; allowed: a string that is not empty",
  ],
  [{ tags: "a" }, SEEN, `tags: found "a"; allowed: ${TAGS}`],
  [{ tags: ["ok", "a b"] }, UNSEEN, `tags[1]: found "a b"; allowed: ${TAGS}`],
  [{ tags: ["a,b"] }, UNSEEN, `tags[0]: found "a,b"; allowed: ${TAGS}`],
  [{ tags: ["a\u0000"] }, UNSEEN, `tags[0]: found "a\\u0000"; allowed: ${TAGS}`],
  [{ tags: [""] }, SEEN, `tags[0]: found ""; allowed: ${TAGS}`],
  [
    { tags: ["x".repeat(129)] },
    UNSEEN,
    `tags[0]: found "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…; allowed: ${TAGS}`,
  ],
  [
    { tags: ["{env.KEY}"] },
    UNSEEN,
    'tags[0]: found "{env.KEY}"; allowed: the placeholders {id}, {host}, {country}, {query.NAME}, {response.NAME}, not {env.KEY}',
  ],
  [
    { tags: ["{ip}"] },
    UNSEEN,
    'tags[0]: found "{ip}"; allowed: the placeholders {id}, {host}, {country}, {query.NAME}, {response.NAME}, not {ip}',
  ],
  [
    { tags: ["{idd}"] },
    UNSEEN,
    'tags[0]: found "{idd}"; allowed: the placeholders {id}, {host}, {country}, {query.NAME}, {response.NAME}, not {idd}; did you mean "{id}"?',
  ],
  [
    { tags: ["{responce.x-id}"] },
    UNSEEN,
    'tags[0]: found "{responce.x-id}"; allowed: the placeholders {id}, {host}, {country}, {query.NAME}, {response.NAME}, not {responce.x-id}; did you mean "{response.x-id}"?',
  ],
  [
    { tags: ["{contry}"] },
    UNSEEN,
    'tags[0]: found "{contry}"; allowed: the placeholders {id}, {host}, {country}, {query.NAME}, {response.NAME}, not {contry}; did you mean "{country}"?',
  ],
  [
    { tags: ["{id"] },
    UNSEEN,
    'tags[0]: found "{id"; allowed: braces around a placeholder, or doubled where a brace is meant: {{',
  ],
  [
    { tags: ["id}"] },
    UNSEEN,
    'tags[0]: found "id}"; allowed: braces around a placeholder, or doubled where a brace is meant: }}',
  ],
  [
    { tags: ["{}"] },
    UNSEEN,
    'tags[0]: found "{}"; allowed: the placeholders {id}, {host}, {country}, {query.NAME}, {response.NAME}, not {}',
  ],
  [
    { tags: ["{response.x y}"] },
    UNSEEN,
    'tags[0]: found "{response.x y}"; allowed: the placeholders {id}, {host}, {country}, {query.NAME}, {response.NAME}, not {response.x y}',
  ],
  [
    { clientDirectives: "honour" },
    SEEN,
    'clientDirectives: found "honour"; allowed: "honor" or "ignore"; did you mean "honor"?',
  ],
  [{ heuristicFreshness: 1 }, SEEN, "heuristicFreshness: found 1; allowed: true or false"],
  [{ setCookie: true }, SEEN, 'setCookie: found true; allowed: "bypass" or "strip"'],
  [{ requestCookies: "drop" }, SEEN, 'requestCookies: found "drop"; allowed: "respect" or "ignore"'],
  [
    { authorization: "ignor" },
    SEEN,
    'authorization: found "ignor"; allowed: "respect" or "ignore"; did you mean "ignore"?',
  ],
  [
    { cors: "*" },
    SEEN,
    'cors: found "*"; allowed: an object with the keys origins, methods, headers, exposeHeaders, credentials, maxAge',
  ],
  [
    { cors: {} },
    SEEN,
    'cors.origins: found undefined; allowed: "*", or a list of origins, such as "https://app.example.com" or "https://*.example.com", at least one',
  ],
  [
    { cors: { origins: [] } },
    SEEN,
    'cors.origins: found []; allowed: a list of origins, such as "https://app.example.com" or "https://*.example.com", at least one',
  ],
  [{ cors: { origins: ["*"] } }, SEEN, `cors.origins[0]: found "*"; allowed: ${CORS_ORIGIN}`],
  [
    { cors: { origins: ["https://App.example.com/"] } },
    SEEN,
    `cors.origins[0]: found "https://App.example.com/"; allowed: ${CORS_ORIGIN}; did you mean "https://app.example.com"?`,
  ],
  [
    { cors: { origins: ["app.example.com"] } },
    SEEN,
    `cors.origins[0]: found "app.example.com"; allowed: ${CORS_ORIGIN}`,
  ],
  [
    { cors: { origins: ["https://a.*.example.com"] } },
    UNSEEN,
    `cors.origins[0]: found "https://a.*.example.com"; allowed: ${CORS_ORIGIN}`,
  ],
  [
    { cors: { origins: "*", credentials: true } },
    UNSEEN,
    'cors: found {"origins":"*","credentials":true}; allowed: a list of origins where credentials is true, not "*"',
  ],
  [
    { cors: { origins: "*", methods: ["get"] } },
    SEEN,
    `cors.methods[0]: found "get"; allowed: ${METHOD}; did you mean "GET"?`,
  ],
  [
    { cors: { origins: "*", headers: ["x y"] } },
    SEEN,
    'cors.headers[0]: found "x y"; allowed: the name of a header field',
  ],
  [
    { cors: { origins: "*", exposeHeaders: "*" } },
    SEEN,
    'cors.exposeHeaders: found "*"; allowed: a list of header fields',
  ],
  [{ cors: { origins: "*", maxAge: "1y" } }, SEEN, `cors.maxAge: found "1y"; allowed: ${DURATION}`],
  [
    { invalidates: ["{response.x}"] },
    UNSEEN,
    'invalidates[0]: found "{response.x}"; allowed: the placeholders {id}, {host}, {query.NAME}, not {response.x}',
  ],
  [
    { invalidates: ["/a b"] },
    UNSEEN,
    `invalidates[0]: found "/a b"; allowed: ${TAGS}, or of paths, which begin with "/"`,
  ],
  [{ readYourWrites: 0 }, SEEN, `readYourWrites: found 0; allowed: whole seconds from 1 to 3600, ${UNITS}`],
  [
    { readYourWrites: "2h" },
    UNSEEN,
    `readYourWrites: found "2h"; allowed: whole seconds from 1 to 3600, ${UNITS}`,
  ],
  [
    { origin: "defalt" },
    UNSEEN,
    'origin: found "defalt"; allowed: one of the origins default; did you mean "default"?',
  ],
  [
    { origin: {} },
    SEEN,
    "origin: found {}; allowed: an object with at least one of the keys use, rewrite, failoverOn",
  ],
  [
    { origin: { use: [] } },
    SEEN,
    "origin.use: found []; allowed: a list of origins, each once, at least one",
  ],
  [
    { origin: { use: ["default", "default"] } },
    UNSEEN,
    'origin.use: found ["default","default"]; allowed: a list of origins, each once, at least one',
  ],
  [{ origin: { use: { default: 0 } } }, SEEN, "origin.use.default: found 0; allowed: a number above 0"],
  [
    { origin: { use: {} } },
    SEEN,
    "origin.use: found {}; allowed: an object of origins, each with its share, at least one",
  ],
  [
    { origin: { rewrite: "v2" } },
    UNSEEN,
    'origin.rewrite: found "v2"; allowed: a path that begins with one "/"',
  ],
  [
    { origin: { rewrite: "//a.example" } },
    UNSEEN,
    'origin.rewrite: found "//a.example"; allowed: a path that begins with one "/"',
  ],
  [
    { origin: { rewrite: "{path}" } },
    UNSEEN,
    'origin.rewrite: found "{path}"; allowed: a path that begins with one "/"',
  ],
  [
    { origin: { rewrite: "/{country}" } },
    UNSEEN,
    'origin.rewrite: found "/{country}"; allowed: the placeholders {id}, {host}, {path}, {search}, {query.NAME}, not {country}',
  ],
  [
    { origin: { failoverOn: [500] } },
    UNSEEN,
    'origin: found {"failoverOn":[500]}; allowed: no failoverOn where there is one origin only',
  ],
  [
    { origin: { use: ["default"], failoverOn: [200] } },
    SEEN,
    [
      "origin.failoverOn[0]: found 200; allowed: a status from 400 to 599",
      'origin: found {"use":["default"],"failoverOn":[200]}; allowed: no failoverOn where there is one origin only',
    ],
  ],
  [
    { requestHeaders: {} },
    SEEN,
    "requestHeaders: found {}; allowed: an object with at least one of the keys set, add, remove",
  ],
  [
    { requestHeaders: { sets: {} } },
    SEEN,
    'requestHeaders.sets: found {}; allowed: the keys set, add, remove; did you mean "set"?',
  ],
  [
    { requestHeaders: { set: { Host: "a" } } },
    UNSEEN,
    `requestHeaders.set.Host: found "Host"; allowed: ${OURS}`,
  ],
  [
    { requestHeaders: { set: { "content-length": "1" } } },
    UNSEEN,
    `requestHeaders.set.content-length: found "content-length"; allowed: ${OURS}`,
  ],
  [
    { requestHeaders: { remove: ["If-Match"] } },
    UNSEEN,
    `requestHeaders.remove[0]: found "If-Match"; allowed: ${OURS}`,
  ],
  [
    { requestHeaders: { add: { "transfer-encoding": "chunked" } } },
    UNSEEN,
    `requestHeaders.add.transfer-encoding: found "transfer-encoding"; allowed: ${OURS}`,
  ],
  [
    { requestHeaders: { set: { "x y": "a" } } },
    SEEN,
    'requestHeaders.set["x y"]: found "x y"; allowed: the name of a header field',
  ],
  [
    { requestHeaders: { set: { "x-a": "a\r\nb: c" } } },
    UNSEEN,
    `requestHeaders.set.x-a: found "a\\r\\nb: c"; allowed: ${VALUE}`,
  ],
  [
    { requestHeaders: { set: { "x-a": "{response.x}" } } },
    UNSEEN,
    'requestHeaders.set.x-a: found "{response.x}"; allowed: the placeholders {id}, {host}, {path}, {search}, {country}, {ip}, {query.NAME}, {request.NAME}, {env.NAME}, not {response.x}',
  ],
  [
    { requestHeaders: { set: { "x-a": "{env.CONTROL_TOKEN}" } } },
    UNSEEN,
    'requestHeaders.set.x-a: found "{env.CONTROL_TOKEN}"; allowed: a variable that is not a secret of selvedge itself, as CONTROL_TOKEN is',
  ],
  [
    { requestHeaders: { set: { "x-a": "{env.api_key}" } } },
    UNSEEN,
    'requestHeaders.set.x-a: found "{env.api_key}"; allowed: the placeholders {id}, {host}, {path}, {search}, {country}, {ip}, {query.NAME}, {request.NAME}, {env.NAME}, not {env.api_key}',
  ],
  [{ requestHeaders: { set: { "x-a": 1 } } }, SEEN, `requestHeaders.set.x-a: found 1; allowed: ${VALUE}`],
  [
    { responseHeaders: { set: { "x-a": "{env.KEY}" } } },
    UNSEEN,
    'responseHeaders.set.x-a: found "{env.KEY}"; allowed: the placeholders {id}, {host}, {path}, {search}, {country}, {ip}, {query.NAME}, {request.NAME}, {response.NAME}, not {env.KEY}',
  ],
  [
    { responseHeaders: { remove: ["content-encoding"] } },
    UNSEEN,
    `responseHeaders.remove[0]: found "content-encoding"; allowed: ${OURS}`,
  ],
  [
    { responseHeaders: { add: { connection: "close" } } },
    UNSEEN,
    `responseHeaders.add.connection: found "connection"; allowed: ${OURS}`,
  ],
  [{ respond: "no" }, SEEN, `respond: found "no"; allowed: ${ANSWERS}`],
  [{ respond: {} }, SEEN, `respond: found {}; allowed: ${ANSWERS}`],
  [
    { respond: { redirct: "/" } },
    SEEN,
    `respond: found {"redirct":"/"}; allowed: ${ANSWERS}; did you mean "redirect"?`,
  ],
  [
    { respond: { block: 403, fixed: 200 } },
    SEEN,
    `respond: found {"block":403,"fixed":200}; allowed: ${ANSWERS}`,
  ],
  [
    { respond: { redirect: "www.example.com" } },
    UNSEEN,
    `respond.redirect: found "www.example.com"; allowed: ${TARGET}`,
  ],
  [
    { respond: { redirect: "//www.example.com" } },
    UNSEEN,
    `respond.redirect: found "//www.example.com"; allowed: ${TARGET}`,
  ],
  [
    { respond: { redirect: "javascript:x" } },
    UNSEEN,
    `respond.redirect: found "javascript:x"; allowed: ${TARGET}`,
  ],
  [
    { respond: { redirect: "/", status: 300 } },
    SEEN,
    "respond.status: found 300; allowed: 301 or 302 or 303 or 307 or 308",
  ],
  [
    { respond: { redirect: "/{env.X}" } },
    UNSEEN,
    'respond.redirect: found "/{env.X}"; allowed: the placeholders {id}, {host}, {path}, {search}, {query.NAME}, not {env.X}',
  ],
  [{ respond: { block: 200 } }, SEEN, "respond.block: found 200; allowed: a status from 400 to 599"],
  [
    { respond: { block: 403, headers: {} } },
    SEEN,
    "respond.headers: found {}; allowed: the keys block, body",
  ],
  [{ respond: { maintenance: false } }, SEEN, "respond.maintenance: found false; allowed: true"],
  [
    { respond: { maintenance: true, retryAfter: "soon" } },
    SEEN,
    `respond.retryAfter: found "soon"; allowed: ${DURATION}`,
  ],
  [{ respond: { fixed: 600 } }, SEEN, "respond.fixed: found 600; allowed: a status from 200 to 599"],
  [
    { respond: { fixed: 200, headers: { "x-a": "a\nb" } } },
    UNSEEN,
    `respond.headers.x-a: found "a\\nb"; allowed: ${VALUE}`,
  ],
  [
    { respond: { fixed: 204, body: "x" } },
    UNSEEN,
    'respond: found {"fixed":204,"body":"x"}; allowed: no body with this status',
  ],
  [
    { respond: { fixed: 200, body: "x".repeat(65537) } },
    UNSEEN,
    'respond.body: found "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…; allowed: a text of up to 64 KiB',
  ],
  [
    { rateLimit: { binding: "RL" } },
    SEEN,
    [
      "rateLimit.limit: found undefined; allowed: a whole number from 1 to 1000000000",
      'rateLimit.period: found undefined; allowed: "10s" or "60s" or 10 or 60',
    ],
  ],
  [
    { rateLimit: { binding: "my-limit", limit: 1, period: 10 } },
    SEEN,
    'rateLimit.binding: found "my-limit"; allowed: the name of a binding of wrangler.toml, such as "API"; did you mean "my_limit"?',
  ],
  [
    { rateLimit: { binding: "RL", limit: 0, period: 10 } },
    SEEN,
    "rateLimit.limit: found 0; allowed: a whole number from 1 to 1000000000",
  ],
  [
    { rateLimit: { binding: "RL", limit: 1, period: 30 } },
    SEEN,
    'rateLimit.period: found 30; allowed: "10s" or "60s" or 10 or 60',
  ],
  [
    { rateLimit: { binding: "RL", limit: 1, period: 10, by: "{path}" } },
    UNSEEN,
    'rateLimit.by: found "{path}"; allowed: the placeholders {id}, {host}, {country}, {ip}, {query.NAME}, {request.NAME}, not {path}',
  ],
  [
    { extends: "static" },
    SEEN,
    'extends: found "static"; allowed: "static-assets" or "api-list" or "per-user" or "never"',
  ],
  [
    { extends: "static-asset" },
    SEEN,
    'extends: found "static-asset"; allowed: "static-assets" or "api-list" or "per-user" or "never"; did you mean "static-assets"?',
  ],
  [{ edgeTtl: "1h", cache: false }, UNSEEN, 'edgeTtl: found "1h"; allowed: no edgeTtl where cache is false'],
  [
    { staleWhileRevalidate: 1, cache: false },
    UNSEEN,
    "staleWhileRevalidate: found 1; allowed: no staleWhileRevalidate where cache is false",
  ],
  [
    { staleIfError: 1, cache: false },
    UNSEEN,
    "staleIfError: found 1; allowed: no staleIfError where cache is false",
  ],
  [{ key: {}, cache: false }, UNSEEN, "key: found {}; allowed: no key where cache is false"],
  [{ scope: "user", cache: false }, UNSEEN, 'scope: found "user"; allowed: no scope where cache is false'],
  [{ tags: ["x"], cache: false }, UNSEEN, 'tags: found ["x"]; allowed: no tags where cache is false'],
  [
    { heuristicFreshness: true, cache: false },
    UNSEEN,
    "heuristicFreshness: found true; allowed: no heuristicFreshness where cache is false",
  ],
  [
    { setCookie: "strip", cache: false },
    UNSEEN,
    'setCookie: found "strip"; allowed: no setCookie where cache is false',
  ],
  [
    { requestCookies: "ignore", cache: false },
    UNSEEN,
    'requestCookies: found "ignore"; allowed: no requestCookies where cache is false',
  ],
  [
    { authorization: "ignore", cache: false },
    UNSEEN,
    'authorization: found "ignore"; allowed: no authorization where cache is false',
  ],
  [
    { edgeTtl: "1h", respond: { block: 403 } },
    UNSEEN,
    'edgeTtl: found "1h"; allowed: no edgeTtl where respond answers',
  ],
  [
    { query: "none", respond: { block: 403 } },
    UNSEEN,
    'query: found "none"; allowed: no query where respond answers',
  ],
  [
    { origin: "default", respond: { block: 403 } },
    UNSEEN,
    'origin: found "default"; allowed: no origin where respond answers',
  ],
  [
    { invalidates: ["x"], respond: { block: 403 } },
    UNSEEN,
    'invalidates: found ["x"]; allowed: no invalidates where respond answers',
  ],
  [
    { extends: "api-list", respond: { block: 403 } },
    UNSEEN,
    'extends: found "api-list"; allowed: no extends where respond answers',
  ],
  [
    { key: { cookies: ["ab"] }, requestCookies: "ignore" },
    UNSEEN,
    'requestCookies: found "ignore"; allowed: no key.cookies where requestCookies is ignored',
  ],
  [
    { scope: "user", identity: { cookie: "sid" }, requestCookies: "ignore" },
    UNSEEN,
    'requestCookies: found "ignore"; allowed: requestCookies respected where scope reads a cookie',
  ],
  [
    { scope: "user", authorization: "ignore" },
    UNSEEN,
    'authorization: found "ignore"; allowed: authorization respected where scope reads it',
  ],
  [
    { scope: { claims: ["role"] }, jwt: { secret: "S" }, authorization: "ignore" },
    UNSEEN,
    'authorization: found "ignore"; allowed: authorization respected where scope reads it',
  ],
  [
    { scope: { claims: ["role"] }, jwt: { secret: "S", from: { cookie: "t" } }, requestCookies: "ignore" },
    UNSEEN,
    'requestCookies: found "ignore"; allowed: requestCookies respected where scope reads a cookie',
  ],
  [
    { extends: "static-assets", scope: "user" },
    UNSEEN,
    'scope: found "user"; allowed: authorization respected where scope reads it',
  ],
  ...REFUSED_ACCESS,
];
