import { describe, expect, it } from "vitest";
import { isPreflight, preflightFields, withCors } from "../../../src/cache/outgoing/cors.ts";
import type { CorsPolicy } from "../../../src/cache/policy.ts";
import { type Fields, fieldsOf, request } from "../support.ts";

const APP = "https://app.example.com";

function cors(chosen: Partial<CorsPolicy> = {}): CorsPolicy {
  return {
    origins: [APP],
    methods: ["GET", "PUT"],
    headers: ["content-type", "x-a"],
    exposeHeaders: [],
    credentials: false,
    maxAgeSeconds: null,
    ...chosen,
  };
}

const ASKING = { origin: APP, "access-control-request-method": "PUT" };

describe("Fetch §3.3.2: what a preflight is", () => {
  it.each<[string, string, Fields, boolean]>([
    ["all of it", "OPTIONS", ASKING, true],
    ["with fields", "OPTIONS", { ...ASKING, "access-control-request-headers": "x-a" }, true],
    ["another method", "GET", ASKING, false],
    ["without an origin", "OPTIONS", { "access-control-request-method": "PUT" }, false],
    ["without a method to ask for", "OPTIONS", { origin: APP }, false],
  ])("%s", (_, method, fields, expected) => {
    expect(isPreflight(request(fields, { method }))).toBe(expected);
  });
});

describe("Fetch §3.3.3: the answer to a preflight", () => {
  const VARY = { vary: "Origin, Access-Control-Request-Method, Access-Control-Request-Headers" };
  const allowed = { "access-control-allow-origin": APP, "access-control-allow-methods": "GET, PUT", ...VARY };
  const withFields = { ...allowed, "access-control-allow-headers": "content-type, x-a" };

  it.each<[string, Partial<CorsPolicy>, Fields, Fields]>([
    ["allowed", {}, {}, withFields],
    ["no fields allowed", { headers: [] }, { "access-control-request-headers": "x-a" }, allowed],
    ["no methods allowed", { methods: [], headers: [] }, {}, { "access-control-allow-origin": APP, ...VARY }],
    ["for a while", { maxAgeSeconds: 600 }, {}, { ...withFields, "access-control-max-age": "600" }],
    ["not to be kept", { maxAgeSeconds: 0 }, {}, { ...withFields, "access-control-max-age": "0" }],
    [
      "with credentials",
      { credentials: true },
      {},
      { ...withFields, "access-control-allow-credentials": "true" },
    ],
    ["any origin", { origins: "*" }, {}, { ...withFields, "access-control-allow-origin": "*" }],
    [
      "any field: what was asked for, each once, nothing that is no field",
      { headers: "*" },
      { "access-control-request-headers": "X-B, x-a,, x-b, not a field" },
      { ...allowed, "access-control-allow-headers": "x-b, x-a" },
    ],
    ["any field, none asked for", { headers: "*" }, {}, allowed],
    ["another origin gets nothing", {}, { origin: "https://evil.example" }, VARY],
    [
      "any origin with credentials would be every site with this user's",
      { origins: "*", credentials: true },
      {},
      {
        ...withFields,
        "access-control-allow-origin": "*",
      },
    ],
  ])("%s", (_, chosen, fields, expected) => {
    const asked = request({ ...ASKING, ...fields }, { method: "OPTIONS" });
    expect(fieldsOf(preflightFields(asked, cors(chosen)))).toEqual(expected);
  });
});

describe("RFC 6454 §6.2: which origins are allowed", () => {
  it.each<[string, readonly string[], string, boolean]>([
    ["the same", [APP], APP, true],
    ["one of several", ["https://b.example", APP], APP, true],
    ["none of none", [], APP, false],
    ["another scheme", [APP], "http://app.example.com", false],
    ["another port", [APP], "https://app.example.com:8443", false],
    ["a longer host", [APP], "https://app.example.com.evil.example", false],
    ["null", [APP], "null", false],
    ["null, where listed", ["null"], "null", true],
    ["null is under no wildcard", ["https://*.example.com"], "null", false],
    ["a subdomain", ["https://*.example.com"], APP, true],
    ["a subdomain of one", ["https://*.example.com"], "https://a.b.example.com", true],
    ["the domain itself is none", ["https://*.example.com"], "https://example.com", false],
    ["an empty label", ["https://*.example.com"], "https://.example.com", false],
    ["half a label", ["https://*.example.com"], "https://evilexample.com", false],
    ["a subdomain of another", ["https://*.example.com"], "https://a.example.com.evil.example", false],
    ["a subdomain, by another scheme", ["https://*.example.com"], "http://app.example.com", false],
    ["a subdomain, at another port", ["https://*.example.com"], "https://app.example.com:81", false],
    ["a subdomain, at this port", ["https://*.example.com:81"], "https://app.example.com:81", true],
    ["a path that ends like it", ["https://*.example.com"], "https://evil.example/.example.com", false],
    ["a user that looks like it", ["https://*.example.com"], "https://evil@a.example.com", false],
    ["a port that hides a host", ["https://*.example.com"], "https://evil:1.example.com", false],
    ["a dot in a pattern is a dot", ["https://*.example.com"], "https://a.examplexcom", false],
  ])("%s", (_, origins, origin, expected) => {
    const fields = withCors(new Headers(), request({ origin }), cors({ origins }));
    expect(fields.get("access-control-allow-origin")).toBe(expected ? origin : null);
  });
});

describe("Fetch §3.3.3: the answer to an actual request", () => {
  it.each<[string, Partial<CorsPolicy>, Fields, Fields, Fields]>([
    ["allowed", {}, { origin: APP }, {}, { "access-control-allow-origin": APP, vary: "Origin" }],
    ["any origin", { origins: "*" }, { origin: APP }, {}, { "access-control-allow-origin": "*" }],
    ["any origin, also to who sends none", { origins: "*" }, {}, {}, { "access-control-allow-origin": "*" }],
    ["who sends none", {}, {}, {}, { vary: "Origin" }],
    ["not allowed", {}, { origin: "https://evil.example" }, {}, { vary: "Origin" }],
    [
      "with credentials and fields to read",
      { credentials: true, exposeHeaders: ["etag", "x-total"] },
      { origin: APP },
      {},
      {
        "access-control-allow-origin": APP,
        "access-control-allow-credentials": "true",
        "access-control-expose-headers": "etag, x-total",
        vary: "Origin",
      },
    ],
    [
      "what the origin server told somebody else",
      {},
      { origin: "https://evil.example" },
      {
        "access-control-allow-origin": APP,
        "access-control-allow-credentials": "true",
        "access-control-expose-headers": "x-a",
        "access-control-allow-private-network": "true",
        etag: '"a"',
      },
      { etag: '"a"', vary: "Origin" },
    ],
    [
      "what else it varies on",
      {},
      { origin: APP },
      { vary: "Accept" },
      { "access-control-allow-origin": APP, vary: "Accept, Origin" },
    ],
    ["what it varies on already", {}, {}, { vary: "accept, ORIGIN" }, { vary: "accept, ORIGIN" }],
    ["Vary: *", {}, {}, { vary: "*" }, { vary: "*" }],
    [
      "its own Vary, where the answer is for all",
      { origins: "*" },
      {},
      { vary: "Origin" },
      { "access-control-allow-origin": "*", vary: "Origin" },
    ],
  ])("%s", (_, chosen, asked, received, expected) => {
    const headers = new Headers(received);
    expect(fieldsOf(withCors(headers, request(asked), cors(chosen)))).toEqual(expected);
    expect(fieldsOf(headers)).toEqual(received);
  });
});
