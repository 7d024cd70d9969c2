import { describe, expect, it } from "vitest";
import { planRequest, type RequestPlan } from "../../src/cache/plan.ts";
import type { Policy } from "../../src/cache/policy.ts";
import { type Fields, type PolicyParts, policy, request, TARGET } from "./support.ts";

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
