import { describe, expect, it } from "vitest";
import { finishFields } from "../../../src/cache/outgoing/reply-fields.ts";
import type { Scope } from "../../../src/cache/policy.ts";
import { buildReply } from "../../../src/cache/reply.ts";
import { at, type Fields, fieldsOf, policy, request, SCOPES, stored, ttl } from "../support.ts";

function sent(fields: Fields, scope: Scope = SCOPES.shared): Fields {
  const headers = new Headers(fields);
  finishFields(headers, policy({ scope }));
  return fieldsOf(headers);
}

const cc = (value: string): Fields => ({ "cache-control": value });

const UNSHARED = Object.entries(SCOPES).filter(([, scope]) => scope.kind !== "shared");

describe("tags are names to purge by, and no client's business", () => {
  it.each(Object.entries(SCOPES))("%s", (_, scope) => {
    const fields = sent({ "cache-tag": "a", "surrogate-key": "b", xkey: "c", "x-a": "1" }, scope);
    expect(Object.keys(fields).filter((name) => name !== "cache-control")).toEqual(["x-a"]);
  });

  it("are left out of what is answered from the cache, and stay in what is stored", () => {
    const response = stored({ "cache-tag": "a", xkey: "b", "surrogate-key": "c" });
    const reply = buildReply({ request: request(), response, policy: policy(), now: at(1), reused: true });
    expect(Object.keys(fieldsOf(reply.headers)).sort()).toEqual(["age", "date"]);
    expect(response.headers.get("cache-tag")).toBe("a");
  });
});

describe("RFC 9213 §3.1 targeted fields, where everybody shares", () => {
  it("what targets this hop ends here, what targets others passes on", () => {
    const others = { "cdn-cache-control": "max-age=1", "surrogate-control": "max-age=2", ...cc("public") };
    expect(sent({ ...others, "cloudflare-cdn-cache-control": "max-age=3" })).toEqual(others);
  });
});

describe("RFC 9111 §5.2.2.7 copies that are not for everybody", () => {
  it.each(UNSHARED)("%s: private, whatever the origin said", (_, scope) => {
    expect(sent({}, scope)).toEqual(cc("private"));
    expect(sent(cc("public, max-age=60, s-maxage=90"), scope)).toEqual(cc("private, max-age=60"));
  });

  it.each<[string, string, string]>([
    ["proxy-revalidate goes", "max-age=60, proxy-revalidate", "private, max-age=60"],
    ["private stands once", "private, max-age=60, Private", "private, max-age=60"],
    ["private is about the whole", 'private="x-a", max-age=60', "private, max-age=60"],
    ["in capitals", "PUBLIC, S-MAXAGE=9, max-age=60", "private, max-age=60"],
    ["no-store stays", "no-store", "private, no-store"],
    ["no-cache stays", "no-cache, public", "private, no-cache"],
    ["must-revalidate stays", "must-revalidate, max-age=1", "private, must-revalidate, max-age=1"],
    ["extensions stay", 'immutable, x="public, s-maxage=1"', 'private, immutable, x="public, s-maxage=1"'],
  ])("%s", (_, value, expected) => {
    expect(sent(cc(value), SCOPES.cookie)).toEqual(cc(expected));
  });

  it("no shared cache behind us is told otherwise", () => {
    const targeted = {
      "cdn-cache-control": "max-age=1",
      "cloudflare-cdn-cache-control": "max-age=1",
      "surrogate-control": "max-age=1",
      "vercel-cdn-cache-control": "max-age=1",
    };
    expect(sent({ ...targeted, expires: "0" }, SCOPES.claims)).toEqual({ ...cc("private"), expires: "0" });
  });

  it.each<[string, Fields, Fields, number, string]>([
    ["a hit", {}, {}, 200, "private, max-age=30"],
    ["HEAD and 304 alike", { etag: '"v1"' }, { "if-none-match": '"v1"' }, 200, "private, max-age=30"],
    ["416", {}, { range: "bytes=90-" }, 200, "private, max-age=30"],
    ["an error, of which browserTtl says nothing", cc("public"), {}, 404, "private"],
  ])("a reply, together with browserTtl: %s", (_, fields, asking, status, expected) => {
    const chosen = policy({ scope: SCOPES.authorization, browserTtl: ttl({ overrideSeconds: 30 }) });
    const response = stored(fields, { status });
    const reply = buildReply({
      request: request(asking),
      response,
      policy: chosen,
      now: at(1),
      reused: true,
    });
    expect(reply.headers.get("cache-control")).toBe(expected);
  });

  it("our own private is not taken for the origin's", () => {
    const chosen = policy({ scope: SCOPES.authorization, browserTtl: ttl({ fallbackSeconds: 30 }) });
    const reply = buildReply({
      request: request(),
      response: stored(),
      policy: chosen,
      now: at(1),
      reused: true,
    });
    expect(reply.headers.get("cache-control")).toBe("private, max-age=30");
  });
});
