import { describe, expect, it } from "vitest";
import type { StaleWindow } from "../../src/cache/policy.ts";
import { decideReuse } from "../../src/cache/reuse.ts";
import { decideStorage } from "../../src/cache/storage.ts";
import { whyNotStorable } from "../../src/cache/storing/storable.ts";
import { asked, at, type Fields, found, type PolicyParts, policy, request, stored, ttl } from "./support.ts";

const cc = (value: string): Fields => ({ "cache-control": value });
const plain = (seconds: number): StaleWindow => ({ seconds, override: false });
const override = (seconds: number): StaleWindow => ({ seconds, override: true });

function whileRevalidating(fields: Fields, now: number, chosen: PolicyParts): string {
  const { kind, reason } = decideReuse(request(), found(stored(fields)), policy(chosen), at(now));
  return `${kind} ${reason}`;
}

function onError(fields: Fields, now: number, chosen: PolicyParts, asking: Fields = {}): string {
  const answer = { kind: "failure", failure: "origin-unreachable", retryAfterSeconds: null } as const;
  const facts = asked({ stored: stored(fields) });
  return decideStorage(request(asking), answer, facts, policy(chosen), at(now)).kind;
}

const FORBIDDING = ["s-maxage=60", "max-age=60, must-revalidate", "max-age=60, proxy-revalidate"];

describe("RFC 9111 §4.2.4 what the origin's directives forbid", () => {
  it.each(FORBIDDING)("%s: a rule's window does nothing, and says so", (value) => {
    const chosen = { staleWhileRevalidate: plain(10), staleIfError: plain(10) };
    expect(whileRevalidating(cc(value), 69, chosen)).toBe("fetch stale-forbidden");
    expect(onError(cc(value), 69, chosen)).toBe("fail");
  });

  it.each(FORBIDDING)("%s: a rule that overrides is served stale", (value) => {
    const chosen = { staleWhileRevalidate: override(10), staleIfError: override(10) };
    expect(whileRevalidating(cc(value), 69, chosen)).toBe("serve-stale stale-while-revalidate");
    expect(whileRevalidating(cc(value), 70, chosen)).toBe("fetch stale");
    expect(onError(cc(value), 69, chosen)).toBe("serve-stale");
    expect(onError(cc(value), 70, chosen)).toBe("fail");
  });

  it.each<[string, string, number, PolicyParts, string]>([
    ["the window is over: just stale", "s-maxage=60", 70, { staleWhileRevalidate: plain(10) }, "fetch stale"],
    ["a window of nothing: just stale", "s-maxage=60", 60, { staleWhileRevalidate: plain(0) }, "fetch stale"],
    ["the origin's own window: just stale", "s-maxage=60, stale-while-revalidate=10", 60, {}, "fetch stale"],
    ["no lifetime: just stale", "must-revalidate", 0, { staleWhileRevalidate: plain(10) }, "fetch stale"],
    [
      "not against no-cache",
      "max-age=60, no-cache",
      65,
      { staleWhileRevalidate: override(10) },
      "fetch no-cache",
    ],
    [
      "not where nobody gave a lifetime",
      "must-revalidate",
      5,
      { staleWhileRevalidate: override(10) },
      "fetch stale",
    ],
    ["the other window is another", "s-maxage=60", 65, { staleIfError: override(10) }, "fetch stale"],
  ])("%s", (_, value, now, chosen, expected) => {
    expect(whileRevalidating(cc(value), now, chosen)).toBe(expected);
  });

  it("on an error, not against no-cache", () => {
    expect(onError(cc("max-age=60, no-cache"), 5, { staleIfError: override(10) })).toBe("fail");
  });

  it("a client's own window is not lifted with the rule's", () => {
    const chosen = { staleIfError: override(10), clientDirectives: "honor" } as const;
    expect(onError(cc("s-maxage=60"), 75, chosen, cc("stale-if-error=100"))).toBe("fail");
    expect(onError(cc("max-age=60"), 75, chosen, cc("stale-if-error=100"))).toBe("serve-stale");
  });

  it.each<[string, StaleWindow, string | null]>([
    ["does not make a response worth storing", plain(10), "no-lifetime"],
    ["does so where it overrides", override(10), null],
  ])("a window %s", (_, window, expected) => {
    const response = stored(cc("max-age=0, must-revalidate"));
    for (const chosen of [{ staleIfError: window }, { staleWhileRevalidate: window }]) {
      expect(whyNotStorable(request(), response, policy(chosen))).toBe(expected);
    }
  });
});

it("no window makes no-cache worth storing without a validator", () => {
  const chosen = policy({ staleIfError: override(10), staleWhileRevalidate: override(10) });
  expect(whyNotStorable(request(), stored(cc("max-age=0, no-cache")), chosen)).toBe("no-lifetime");
});

describe("a status that the rule never keeps", () => {
  const edgeTtl = ttl({ byStatus: [{ first: 200, last: 299, seconds: "never" }] });
  const windows = { staleWhileRevalidate: override(1000), staleIfError: override(1000) };

  it("is not served from what is stored already, nor stale, nor on an error", () => {
    const chosen = { edgeTtl, ...windows };
    expect(whileRevalidating(cc("max-age=60"), 5, chosen)).toBe("fetch status-never");
    expect(onError(cc("max-age=60"), 5, chosen)).toBe("fail");
  });

  it("nor to a client that accepts what is stale", () => {
    const chosen = policy({ edgeTtl, clientDirectives: "honor" });
    const decision = decideReuse(request(cc("max-stale")), found(stored(cc("max-age=60"))), chosen, at(5));
    expect(decision).toEqual({ kind: "fetch", reason: "status-never" });
  });
});
