import { describe, expect, it } from "vitest";
import { planRequest, type RequestPlan } from "../../src/cache/plan.ts";
import type { CorsPolicy, FixedAnswer, Policy, Scope } from "../../src/cache/policy.ts";
import { type Fields, key, literal, type PolicyParts, policy, request, TARGET } from "./support.ts";

function plan(method: string, fields: Fields = {}, chosen: PolicyParts = {}): string {
  return summary(planRequest(request(fields, { method }), policy(chosen)));
}

function summary(decision: RequestPlan): string {
  return decision.kind === "lookup" ? `lookup ${decision.key.key}` : `${decision.kind} ${decision.reason}`;
}

const lookup = `lookup ${TARGET}`;

describe("RFC 9111 §2 Overview of Cache Operation, RFC 9110 §9.2 Common Method Properties", () => {
  it.each<[method: string, string]>([
    ["GET", lookup],
    ["HEAD", lookup],
    ["OPTIONS", "bypass method-uncacheable"],
    ["TRACE", "bypass method-uncacheable"],
    ["POST", "write-through method-unsafe"],
    ["PUT", "write-through method-unsafe"],
    ["PATCH", "write-through method-unsafe"],
    ["DELETE", "write-through method-unsafe"],
    // draft-ietf-httpbis-safe-method-w-body §2: QUERY is safe.
    ["QUERY", "bypass method-uncacheable"],
    ["UNKNOWN", "write-through method-unsafe"],
    ["get", "write-through method-unsafe"],
  ])("%s", (method, expected) => {
    expect(plan(method)).toBe(expected);
  });

  it.each<[string, string, string]>([
    ["a route that is passed", "GET", "bypass rule-pass"],
    ["a write on it still invalidates", "POST", "write-through method-unsafe"],
  ])("%s", (_, method, expected) => {
    expect(plan(method, {}, { action: "pass" })).toBe(expected);
  });

  it.each<[string, Fields, string]>([
    ["an upgrade", { upgrade: "websocket" }, "bypass upgrade"],
    ["content", { "content-length": "1" }, "bypass request-body"],
    ["content of unknown length", { "transfer-encoding": "chunked" }, "bypass request-body"],
    ["no content", { "content-length": "0" }, lookup],
    ["If-Match", { "if-match": '"v1"' }, "bypass precondition"],
    ["If-Unmodified-Since", { "if-unmodified-since": "x" }, "bypass precondition"],
    [
      "conditions that are answered here",
      { "if-none-match": "*", "if-modified-since": "x", range: "bytes=0-" },
      lookup,
    ],
    ["Authorization: its response decides", { authorization: "Basic x" }, lookup],
    ["Cookie", { cookie: "a=b" }, lookup],
  ])("%s", (_, fields, expected) => {
    expect(plan("GET", fields)).toBe(expected);
    expect(plan("HEAD", fields)).toBe(expected);
  });
});

describe("RFC 9111 §5.2.1.5 no-store", () => {
  it.each<[Policy["clientDirectives"], Fields, string]>([
    ["honor", { "cache-control": "no-store" }, "bypass request-no-store"],
    ["honor", { "cache-control": "NO-STORE, max-age=0" }, "bypass request-no-store"],
    ["honor", { "cache-control": "no-cache" }, lookup],
    ["honor", { pragma: "no-store" }, lookup],
    ["ignore", { "cache-control": "no-store" }, lookup],
  ])("%s %o", (clientDirectives, fields, expected) => {
    expect(plan("GET", fields, { clientDirectives })).toBe(expected);
  });
});

describe("RFC 9110 §13.1.1, §7.8, §9.2.1: what comes first", () => {
  it.each<[string, string, Fields, PolicyParts, string]>([
    [
      "an unsafe method before an upgrade",
      "POST",
      { upgrade: "websocket" },
      {},
      "write-through method-unsafe",
    ],
    ["the method before the content", "OPTIONS", { "content-length": "1" }, {}, "bypass method-uncacheable"],
    ["pass before the method", "OPTIONS", {}, { action: "pass" }, "bypass rule-pass"],
  ])("%s", (_, method, fields, chosen, expected) => {
    expect(plan(method, fields, chosen)).toBe(expected);
  });

  it("gives the query that the origin gets", () => {
    const head = request({}, { url: "/a?page=1&utm=2" });
    const keep = { kind: "include", exact: new Set(["page"]), wildcards: [] } as const;
    const planned = planRequest(head, policy({ keep }));
    expect(planned.kind === "lookup" && planned.head.url.search).toBe("?page=1");
  });
});

const CORS: CorsPolicy = {
  origins: ["https://a.example"],
  methods: ["GET"],
  headers: [],
  exposeHeaders: [],
  credentials: false,
  maxAgeSeconds: null,
};
const fixed = (kind: "fixed" | "block" | "maintenance"): FixedAnswer => ({
  kind,
  status: 418,
  fields: [],
  body: "",
});
const PREFLIGHT = { origin: "https://evil.example", "access-control-request-method": "PUT" };

describe("answers without the origin", () => {
  it.each<[string, FixedAnswer, string]>([
    ["a redirect", { kind: "redirect", status: 301, to: literal("/a") }, "respond respond"],
    ["a fixed answer", fixed("fixed"), "respond respond"],
    ["a block", fixed("block"), "respond blocked"],
    ["maintenance", fixed("maintenance"), "respond maintenance"],
  ])("%s, before all else", (_, respond, expected) => {
    for (const method of ["GET", "POST", "OPTIONS"]) {
      const fields = { ...PREFLIGHT, upgrade: "websocket" };
      expect(plan(method, fields, { respond, cors: CORS, action: "pass" })).toBe(expected);
    }
    expect(planRequest(request(), policy({ respond }))).toMatchObject({ answer: respond });
  });

  it.each<[string, string, Fields, PolicyParts, string]>([
    ["a preflight, whoever asks", "OPTIONS", PREFLIGHT, { cors: CORS }, "preflight preflight"],
    [
      "also on a route that is passed",
      "OPTIONS",
      PREFLIGHT,
      { cors: CORS, action: "pass" },
      "preflight preflight",
    ],
    ["not where the origin answers CORS", "OPTIONS", PREFLIGHT, {}, "bypass method-uncacheable"],
    [
      "not any OPTIONS",
      "OPTIONS",
      { origin: "https://a.example" },
      { cors: CORS },
      "bypass method-uncacheable",
    ],
    ["not an actual request", "GET", PREFLIGHT, { cors: CORS }, lookup],
  ])("%s", (_, method, fields, chosen, expected) => {
    expect(plan(method, fields, chosen)).toBe(expected);
  });
});

describe("reads with a body", () => {
  const search = policy({ key: key({ body: { methods: ["POST", "QUERY"], maxBytes: 10 } }) });
  const hashed = { identity: null, body: "hash" };
  const content = { "content-length": "2", "content-type": "application/json" };

  function planned(method: string, fields: Fields, chosen: Policy, material = hashed): string {
    return summary(planRequest(request(fields, { method }), chosen, material));
  }

  it.each<[string, string, Fields, Policy, string]>([
    ["POST", "POST", content, search, `${lookup}\nkey:{"body":"POST hash"}`],
    ["QUERY", "QUERY", content, search, `${lookup}\nkey:{"body":"QUERY hash"}`],
    ["without content", "POST", {}, search, `${lookup}\nkey:{"body":"POST hash"}`],
    ["a method that is not listed", "PUT", content, search, "write-through method-unsafe"],
    ["GET with content is none", "GET", content, search, "bypass request-body"],
    [
      "on a route that is passed it is a write",
      "POST",
      content,
      { ...search, action: "pass" },
      "write-through method-unsafe",
    ],
    ["an upgrade", "POST", { upgrade: "websocket" }, search, "bypass upgrade"],
    ["a precondition", "POST", { "if-match": "*" }, search, "bypass precondition"],
    [
      "no-store",
      "POST",
      { "cache-control": "no-store" },
      { ...search, clientDirectives: "honor" },
      "bypass request-no-store",
    ],
  ])("%s", (_, method, fields, chosen, expected) => {
    expect(planned(method, fields, chosen)).toBe(expected);
  });

  it("are passed where the body is longer than the rule hashes", () => {
    const none = { identity: null, body: null };
    expect(summary(planRequest(request(content, { method: "POST" }), search, none))).toBe(
      "bypass body-too-large",
    );
    expect(summary(planRequest(request(), search, none))).toBe(lookup);
  });
});

describe("a scope that is not shared", () => {
  const jwt = {
    cookie: null,
    key: { kind: "secret", from: "S" },
    algorithms: ["HS256"],
    issuer: null,
    audience: null,
  } as const;

  it.each<[string, Scope, string]>([
    ["user", { kind: "user", identity: { kind: "authorization" } }, '{"user":"hash"}'],
    ["claims", { kind: "claims", names: ["role"], jwt }, '{"claims":"hash"}'],
  ])("%s: nobody is served what is stored for somebody", (_, scope, parts) => {
    const chosen = policy({ scope });
    expect(summary(planRequest(request(), chosen))).toBe("bypass no-identity");
    expect(summary(planRequest(request({}, { method: "HEAD" }), chosen))).toBe("bypass no-identity");
    expect(summary(planRequest(request(), chosen, { identity: "hash", body: null }))).toBe(
      `${lookup}\nkey:${parts}`,
    );
  });

  it("is no matter to a write", () => {
    const chosen = policy({ scope: { kind: "claims", names: ["role"], jwt } });
    expect(summary(planRequest(request({}, { method: "POST" }), chosen))).toBe("write-through method-unsafe");
  });
});
