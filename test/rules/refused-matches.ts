import { type Refused, SEEN, UNSEEN } from "./refused.ts";

const MATCH =
  "path, extension, method, host, query, headers, cookies, country, continent, asn, tlsVersion, bot, ip, not, any, all";
const PATH =
  'a URLPattern pathname that begins with "/", such as "/products/:id" or "/blog/*" (query parameters go in match.query)';
const HOST = 'a host name without scheme, port and path, such as "api.example.com" or "*.example.com"';
const METHOD = 'a request method in capitals, such as "GET"';
const TEST =
  "true (present), false (absent), a string (equal), a list of strings (one of them) or { matches: an expression }";
const EXTENSION = 'the extension of a file without the dot, such as "css"';
const COUNTRY = 'a country code of ISO 3166-1 in capitals, such as "DE", or "T1" for Tor';
const CONTINENT = "one of AF, AN, AS, EU, NA, OC, SA";
const ASN = "the number of an autonomous system from 1 to 4294967295";
const TLS = "one of TLSv1, TLSv1.1, TLSv1.2, TLSv1.3";
const IP = 'an IP address or a network in CIDR notation, such as "192.0.2.0/24" or "2001:db8::/32"';
const CONDITIONS = "a list of conditions, each an object as match is one, and not empty";

/** What is refused as `match`; the messages go on behind that key. */
export const REFUSED_MATCHES: readonly Refused<unknown>[] = [
  [undefined, SEEN, `: found undefined; allowed: an object with the keys ${MATCH}`],
  ["/a", SEEN, `: found "/a"; allowed: an object with the keys ${MATCH}`],
  [{ paths: "/" }, SEEN, `.paths: found "/"; allowed: the keys ${MATCH}; did you mean "path"?`],
  [{ path: "products" }, SEEN, `.path: found "products"; allowed: ${PATH}; did you mean "/products"?`],
  [{ path: "*" }, SEEN, `.path: found "*"; allowed: ${PATH}`],
  [{ path: ["/a", "/:"] }, UNSEEN, `.path[1]: found "/:"; allowed: ${PATH}`],
  [{ path: "/a?page=1" }, UNSEEN, `.path: found "/a?page=1"; allowed: ${PATH}`],
  [{ path: "/:a/:a" }, UNSEEN, `.path: found "/:a/:a"; allowed: ${PATH}`],
  [{ path: [] }, SEEN, `.path: found []; allowed: a path pattern or a list of them, each ${PATH}`],
  [{ path: 7 }, SEEN, `.path: found 7; allowed: a path pattern or a list of them, each ${PATH}`],
  [{ path: [7] }, SEEN, `.path[0]: found 7; allowed: ${PATH}`],
  [{ extension: ".css" }, SEEN, `.extension: found ".css"; allowed: ${EXTENSION}; did you mean "css"?`],
  [{ extension: "a/b" }, SEEN, `.extension: found "a/b"; allowed: ${EXTENSION}`],
  [
    { extension: [] },
    SEEN,
    `.extension: found []; allowed: an extension or a list of them, each ${EXTENSION}`,
  ],
  [{ method: "get" }, SEEN, `.method: found "get"; allowed: ${METHOD}; did you mean "GET"?`],
  [{ method: ["GET", "A B"] }, SEEN, `.method[1]: found "A B"; allowed: ${METHOD}`],
  [{ host: "https://a.example" }, SEEN, `.host: found "https://a.example"; allowed: ${HOST}`],
  [{ host: "a.example:80" }, UNSEEN, `.host: found "a.example:80"; allowed: ${HOST}`],
  [{ host: "a.*.example" }, UNSEEN, `.host: found "a.*.example"; allowed: ${HOST}`],
  [{ query: ["page"] }, SEEN, `.query: found ["page"]; allowed: an object of names, each with ${TEST}`],
  [{ query: { page: 1 } }, SEEN, `.query.page: found 1; allowed: ${TEST}`],
  [{ query: { "a b": [] } }, SEEN, `.query["a b"]: found []; allowed: ${TEST}`],
  [{ query: { page: ["1", 2] } }, SEEN, `.query.page: found ["1",2]; allowed: ${TEST}`],
  [{ query: { "": true } }, SEEN, '.query[""]: found ""; allowed: the name of a query parameter, not empty'],
  [{ headers: { "x y": true } }, SEEN, '.headers["x y"]: found "x y"; allowed: the name of a header field'],
  [{ headers: { "x-a": null } }, SEEN, `.headers.x-a: found null; allowed: ${TEST}`],
  [{ cookies: { "a b": true } }, SEEN, '.cookies["a b"]: found "a b"; allowed: the name of a cookie'],
  [
    { cookies: { a: {} } },
    SEEN,
    ".cookies.a.matches: found undefined; allowed: a regular expression of 1 to 512 characters",
  ],
  [
    { headers: { "x-a": { matches: "(" } } },
    UNSEEN,
    '.headers.x-a.matches: found "("; allowed: a regular expression in JavaScript\'s syntax (Invalid regular expression: /(/: Unterminated group)',
  ],
  [
    { headers: { "x-a": { matches: "(a+)+" } } },
    UNSEEN,
    '.headers.x-a.matches: found "(a+)+"; allowed: an expression without repetition inside a repetition, which can take exponentially long: (a+)+',
  ],
  [
    { headers: { "x-a": { matches: "" } } },
    UNSEEN,
    '.headers.x-a.matches: found ""; allowed: a regular expression of 1 to 512 characters',
  ],
  [
    { headers: { "x-a": { matches: "a".repeat(513) } } },
    UNSEEN,
    '.headers.x-a.matches: found "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa…; allowed: a regular expression of 1 to 512 characters',
  ],
  [
    { headers: { "x-a": { matchs: "a" } } },
    SEEN,
    [
      '.headers.x-a.matchs: found "a"; allowed: the keys matches, ignoreCase; did you mean "matches"?',
      ".headers.x-a.matches: found undefined; allowed: a regular expression of 1 to 512 characters",
    ],
  ],
  [
    { headers: { "x-a": { matches: "a", ignoreCase: 1 } } },
    SEEN,
    ".headers.x-a.ignoreCase: found 1; allowed: true or false",
  ],
  [{ country: "de" }, SEEN, `.country: found "de"; allowed: ${COUNTRY}; did you mean "DE"?`],
  [{ country: ["DE", "Germany"] }, SEEN, `.country[1]: found "Germany"; allowed: ${COUNTRY}`],
  [{ continent: "eu" }, SEEN, `.continent: found "eu"; allowed: ${CONTINENT}; did you mean "EU"?`],
  [{ continent: "XX" }, SEEN, `.continent: found "XX"; allowed: ${CONTINENT}`],
  [{ asn: "13335" }, SEEN, `.asn: found "13335"; allowed: a number or a list of them, each ${ASN}`],
  [{ asn: 0 }, SEEN, `.asn: found 0; allowed: ${ASN}`],
  [{ asn: [1.5] }, SEEN, `.asn[0]: found 1.5; allowed: ${ASN}`],
  [{ tlsVersion: "1.3" }, SEEN, `.tlsVersion: found "1.3"; allowed: ${TLS}; did you mean "TLSv1.3"?`],
  [{ tlsVersion: "SSLv3" }, SEEN, `.tlsVersion: found "SSLv3"; allowed: ${TLS}`],
  [{ bot: "" }, SEEN, '.bot: found ""; allowed: a string that is not empty'],
  [
    { bot: 1 },
    SEEN,
    '.bot: found 1; allowed: true or false, or "verified", "unverified", the category of a verified bot, or a list of them, each a string that is not empty',
  ],
  [{ bot: [true] }, SEEN, ".bot[0]: found true; allowed: a string that is not empty"],
  [{ ip: "192.0.2.0/33" }, UNSEEN, `.ip: found "192.0.2.0/33"; allowed: ${IP}`],
  [{ ip: "192.0.2" }, UNSEEN, `.ip: found "192.0.2"; allowed: ${IP}`],
  [{ ip: ["2001:db8::/129"] }, UNSEEN, `.ip[0]: found "2001:db8::/129"; allowed: ${IP}`],
  [{ ip: "0x7f.1" }, UNSEEN, `.ip: found "0x7f.1"; allowed: ${IP}`],
  [{ ip: "fe80::1%eth0" }, UNSEEN, `.ip: found "fe80::1%eth0"; allowed: ${IP}`],
  [{ ip: "192.0.2.0/24/8" }, UNSEEN, `.ip: found "192.0.2.0/24/8"; allowed: ${IP}`],
  [{ ip: "localhost" }, UNSEEN, `.ip: found "localhost"; allowed: ${IP}`],
  [{ ip: [] }, SEEN, `.ip: found []; allowed: an address or network or a list of them, each ${IP}`],
  [{ not: {} }, SEEN, `.not: found {}; allowed: an object with at least one of the keys ${MATCH}`],
  [
    { not: [] },
    SEEN,
    ".not: found []; allowed: a condition or a list of them, each an object as match is one, and not empty",
  ],
  [{ not: { pth: "/" } }, SEEN, `.not.pth: found "/"; allowed: the keys ${MATCH}; did you mean "path"?`],
  [{ not: { path: "a" } }, SEEN, `.not.path: found "a"; allowed: ${PATH}; did you mean "/a"?`],
  [{ any: {} }, SEEN, `.any: found {}; allowed: ${CONDITIONS}`],
  [{ any: [] }, SEEN, `.any: found []; allowed: ${CONDITIONS}`],
  [
    { any: [{ path: "/a" }, {}] },
    SEEN,
    `.any[1]: found {}; allowed: an object with at least one of the keys ${MATCH}`,
  ],
  [
    { all: [{ not: { country: "de" } }] },
    SEEN,
    `.all[0].not.country: found "de"; allowed: ${COUNTRY}; did you mean "DE"?`,
  ],
];
