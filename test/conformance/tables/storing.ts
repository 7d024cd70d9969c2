/** RFC 9111 §3: what is stored, by status, method and directive. */
import { type Case, notReused, reused, type Table } from "../table.ts";

const hour = { "Cache-Control": "max-age=3600" };
const cc = (value: string) => ({ "Cache-Control": value });
const etag = { ETag: '"a"' };

const withLifetime = [
  200, 203, 204, 299, 300, 301, 302, 303, 307, 308, 400, 403, 404, 405, 410, 414, 418, 451, 499, 500, 501,
  502, 503, 504, 599,
];

/** Asked twice with `Authorization`: is the answer to the first shared with the second? */
function authorized(value: string, fromCache: boolean): Case {
  const headers = { Authorization: "Bearer one" };
  return {
    name: `${value}: ${fromCache ? "shared" : "not shared"}`,
    steps: [
      { headers, origin: { headers: cc(value) }, fromCache: false },
      {
        headers: { Authorization: "Bearer two" },
        fromCache,
        sent: fromCache ? {} : { Authorization: "Bearer two" },
      },
    ],
  };
}

export const storing: Table = {
  "RFC 9111 §3 Storing Responses in Caches: status codes with a lifetime": withLifetime.map((status) =>
    reused(`${status}`, hour, { status }),
  ),

  "RFC 6585 §3 to §6: what must not be stored, and RFC 9110 §15.5: what is about one request": [
    406, 408, 411, 412, 413, 415, 417, 421, 425, 428, 429, 431, 511,
  ].map((status) => notReused(`${status}`, hour, { status })),

  "RFC 9111 §3 Storing Responses in Caches: methods": [
    ...["POST", "PUT", "PATCH", "DELETE", "OPTIONS"].map(
      (method): Case => ({
        name: `${method} is never answered from the cache`,
        steps: [
          { method, origin: { headers: hour }, fromCache: false },
          { method, fromCache: false },
        ],
      }),
    ),
    ...["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"].map(
      (method): Case => ({
        name: `the answer to ${method} is not stored for GET`,
        steps: [
          { method, origin: { headers: { ...hour, "Content-Location": "" } }, fromCache: false },
          { fromCache: false },
        ],
      }),
    ),
    {
      name: "a GET with content is passed, and not stored",
      steps: [
        { headers: { "Content-Length": "1" }, body: "x", origin: { headers: hour }, fromCache: false },
        { fromCache: false },
      ],
    },
  ],

  "RFC 9111 §5.2.2 directives that forbid": [
    notReused("no-store", cc("no-store, max-age=3600")),
    notReused("no-store in upper case", cc("NO-STORE, max-age=3600")),
    notReused("no-store in a line of its own", { "Cache-Control": ["max-age=3600", "no-store"] }),
    notReused("no-store beside s-maxage and public", cc("public, s-maxage=3600, no-store")),
    notReused(
      "no-store is not even validated",
      { ...cc("no-store"), ...etag },
      { sent: { "If-None-Match": null } },
    ),
    notReused("private", cc("private, max-age=3600")),
    notReused("Private in mixed case", cc("Private, max-age=3600")),
    notReused("private beside s-maxage", cc("private, s-maxage=3600")),
    notReused(
      "private is not even validated",
      { ...cc("private"), ...etag },
      { sent: { "If-None-Match": null } },
    ),
    notReused("private with a malformed list counts in full", cc('private="a b", max-age=3600')),
    reused(
      "private with a field name: the rest is stored",
      { ...cc('max-age=3600, private="x-user"'), "X-User": "me" },
      {
        answers: { "X-User": null },
      },
    ),
    reused(
      "no-cache with a field name: the rest is stored",
      { ...cc('max-age=3600, no-cache="x-user"'), "X-User": "me" },
      {
        answers: { "X-User": null },
      },
    ),
    reused(
      "several field names, any case",
      { ...cc('max-age=3600, no-cache="X-a, X-B"'), "x-A": "1", "X-b": "2" },
      {
        answers: { "X-A": null, "X-B": null },
      },
    ),
    notReused("no-cache", cc("no-cache, max-age=3600")),
    notReused(
      "no-cache with a validator is validated",
      { ...cc("no-cache"), ...etag },
      {
        sent: { "If-None-Match": '"a"' },
      },
    ),
    notReused("must-understand and an unknown status", cc("must-understand, max-age=3600"), { status: 299 }),
    reused("must-understand and a known status", cc("must-understand, max-age=3600")),
    reused("must-understand silences no-store", cc("must-understand, no-store, max-age=3600")),
    notReused(
      "must-understand with no-store, status unknown",
      cc("must-understand, no-store, max-age=3600"),
      {
        status: 299,
      },
    ),
  ],

  "RFC 9111 §3.5 Storing Responses to Authenticated Requests": [
    authorized("max-age=3600", false),
    authorized("max-age=3600, private", false),
    authorized("public, max-age=3600", true),
    authorized("s-maxage=3600", true),
    authorized("max-age=3600, must-revalidate", true),
    authorized("max-age=3600, proxy-revalidate", false),
    {
      name: "what is stored without Authorization answers with it",
      steps: [
        { origin: { headers: hour }, fromCache: false },
        { headers: { Authorization: "Bearer one" }, fromCache: true },
      ],
    },
  ],

  "RFC 9111 §7.3 cookies, and §4.1 Vary: *": [
    notReused("Set-Cookie is not shared", { ...hour, "Set-Cookie": "a=1" }),
    notReused(
      "several Set-Cookie lines all arrive",
      { ...hour, "Set-Cookie": ["a=1", "b=2; Path=/"] },
      {
        answers: { "Set-Cookie": "a=1, b=2; Path=/" },
      },
    ),
    notReused("Set-Cookie with public", { ...cc("public, max-age=3600"), "Set-Cookie": "a=1" }),
    notReused("Vary: *", { ...hour, Vary: "*" }),
    notReused("Vary: * among others", { ...hour, Vary: "Accept, *" }),
    notReused("Vary: * in a second line", { ...hour, Vary: ["Accept", "*"] }),
    notReused("a Vary that is no list of names", { ...hour, Vary: "a b" }),
    {
      name: "a request's Cookie does not keep from storing",
      steps: [
        { headers: { Cookie: "a=1" }, origin: { headers: hour }, fromCache: false },
        { headers: { Cookie: "a=2" }, fromCache: true },
      ],
    },
  ],
};
