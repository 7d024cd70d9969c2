import { describe, expect, it } from "vitest";
import { decideReuse } from "../../src/cache/reuse.ts";
import type { Standing } from "../../src/cache/standing.ts";
import { type Asked, decideStorage, type OriginAnswer } from "../../src/cache/storage.ts";
import type { StoredResponse } from "../../src/cache/types.ts";
import {
  arrival,
  asked,
  at,
  type Fields,
  found,
  type PolicyParts,
  part,
  policy,
  request,
  stored,
} from "./support.ts";

const cc = (value: string): Fields => ({ "cache-control": value });
const tagged = { ...cc("max-age=60, stale-while-revalidate=30, stale-if-error=30"), etag: '"v1"' };
const hard = (purgedAt: number): Partial<Standing> => ({ purge: { purgedAt, soft: false } });
const soft = (purgedAt: number): Partial<Standing> => ({ purge: { purgedAt, soft: true } });
const written = (mustBeNewerThanAt: number): Partial<Standing> => ({ mustBeNewerThanAt });

/** The decision as "kind reason", for a GET with `fields` at second `now`. */
function reuse(
  response: StoredResponse,
  standing: Partial<Standing>,
  now: number,
  fields: Fields = {},
  chosen: PolicyParts = {},
): string {
  const decision = decideReuse(request(fields), found(response, standing), policy(chosen), at(now));
  const behind = decision.kind === "serve-stale" && decision.refresh ? " and refresh" : "";
  return `${decision.kind} ${decision.reason}${behind}`;
}

const UNREACHABLE: OriginAnswer = { kind: "failure", failure: "origin-unreachable", retryAfterSeconds: null };
const answered = (status: number, fields: Fields = {}): OriginAnswer => ({
  kind: "response",
  arrival: arrival(status, fields),
});

/** What becomes of an answer at second `now`. */
function storage(answer: OriginAnswer, facts: Partial<Asked>, now: number, chosen: PolicyParts = {}): string {
  const head = request({}, { method: facts.method ?? "GET" });
  const { kind, reason } = decideStorage(head, answer, asked(facts), policy(chosen), at(now));
  return `${kind} ${reason}`;
}

describe("a hard purge removes what was requested before it", () => {
  it.each<[string, Standing["purge"], string]>([
    ["none", null, "serve fresh"],
    ["after the request", { purgedAt: at(5), soft: false }, "fetch purged"],
    ["at the instant of the request", { purgedAt: at(0), soft: false }, "fetch purged"],
    ["before the request", { purgedAt: at(0) - 1, soft: false }, "serve fresh"],
  ])("%s", (_, purge, expected) => {
    expect(reuse(stored(tagged), { purge }, 10)).toBe(expected);
  });

  it.each<[string, StoredResponse, number]>([
    ["with validators", stored(tagged), 10],
    ["within its stale window", stored(tagged), 70],
    ["a part that holds the bytes", part({ first: 0, last: 4, length: 10 }), 10],
    ["suspect", stored(tagged, { suspect: true }), 10],
    ["that is still ahead of our clock", stored(tagged), 3],
  ])("nothing of it is used: %s", (_, response, now) => {
    expect(reuse(response, hard(at(5)), now, { range: "bytes=0-4" })).toBe("fetch purged");
  });

  it("comes before an invalidation, which would validate", () => {
    expect(reuse(stored(tagged), { ...hard(at(5)), invalidatedAt: at(6) }, 10)).toBe("fetch purged");
  });

  it("is not lifted by a client that accepts what is stale", () => {
    const honor = { clientDirectives: "honor" } as const;
    expect(reuse(stored(tagged), hard(at(5)), 10, cc("max-stale"), honor)).toBe("fetch purged");
  });

  it.each<[string, OriginAnswer, Partial<Asked>, string]>([
    ["it does not stand in for a failure", UNREACHABLE, {}, "fail origin-unreachable"],
    ["nor for an error", answered(503), {}, "pass-through status-uncacheable"],
    ["a 304 that was on its way confirms nothing", answered(304), { conditional: true }, "refetch purged"],
    ["HEAD does not freshen it", answered(200, tagged), { method: "HEAD" }, "pass-through head-only"],
    [
      "no part completes it",
      answered(206, { ...tagged, "content-range": "bytes 5-9/10" }),
      { stored: part({ first: 0, last: 4, length: 10 }), completing: true },
      "refetch bad-range",
    ],
    [
      "a new part is worth keeping",
      answered(206, { ...tagged, "content-range": "bytes 0-4/10" }),
      {},
      "store stored-partial",
    ],
    ["a new whole is stored", answered(200, tagged), {}, "store stored"],
  ])("%s", (_, answer, facts, expected) => {
    expect(storage(answer, { stored: stored(tagged), ...facts, ...hard(at(5)) }, 10)).toBe(expected);
  });

  it("a response requested after it stands in for an error as ever", () => {
    expect(storage(UNREACHABLE, { stored: stored(tagged), ...hard(at(0) - 1) }, 70)).toBe(
      "serve-stale stale-if-error",
    );
  });
});

describe("a soft purge makes stale what was requested before it", () => {
  const behind = "serve-stale purged-soft and refresh";
  it.each<[string, Fields, number, number, string]>([
    ["fresh else, within the window", tagged, 5, 5, behind],
    ["to the window's last second", tagged, 5, 34, behind],
    ["the window counts from the purge", tagged, 5, 35, "revalidate purged-soft"],
    ["without a window", { ...tagged, ...cc("max-age=60") }, 5, 5, "revalidate purged-soft"],
    ["without a validator", cc("max-age=60"), 5, 5, "fetch purged-soft"],
    ["what was stale before the purge stays so", tagged, 80, 85, behind],
    ["and has its window from then on", tagged, 80, 90, "revalidate purged-soft"],
    ["must-revalidate", { ...tagged, ...cc("max-age=60, must-revalidate") }, 5, 5, "revalidate purged-soft"],
    [
      "no lifetime, nothing to extend",
      { etag: '"v1"', ...cc("stale-while-revalidate=30") },
      5,
      5,
      "revalidate purged-soft",
    ],
    ["a purge ahead of our clock", tagged, 9, 5, behind],
    ["before the request", tagged, -1, 5, "serve fresh"],
  ])("%s", (_, fields, purgedAt, now, expected) => {
    expect(reuse(stored(fields), soft(at(purgedAt)), now)).toBe(expected);
  });

  it("a part is asked for again", () => {
    const half = part({ first: 0, last: 4, length: 10 });
    expect(reuse(half, soft(at(5)), 5, { range: "bytes=0-4" })).toBe("fetch purged-soft");
  });

  it.each<[string, number, number, string]>([
    ["within the window, which counts from the purge", 5, 34, "serve-stale stale-if-error"],
    ["the window is over", 5, 35, "fail origin-unreachable"],
    ["stale before the purge, and too long", 80, 91, "fail origin-unreachable"],
    ["before the request", -1, 70, "serve-stale stale-if-error"],
  ])("on an error: %s", (_, purgedAt, now, expected) => {
    expect(storage(UNREACHABLE, { stored: stored(tagged), ...soft(at(purgedAt)) }, now)).toBe(expected);
  });

  it("is lifted by a 304, and not by HEAD", () => {
    const facts = { stored: stored(tagged), ...soft(at(5)) };
    expect(storage(answered(304), { ...facts, conditional: true }, 10)).toBe("freshen freshened");
    expect(storage(answered(200, tagged), { ...facts, method: "HEAD" }, 10)).toBe("pass-through head-only");
  });
});

describe("read your writes: the writer alone is not served what is older than its write", () => {
  it.each<[string, Fields, number, number, string]>([
    ["requested before", tagged, 5, 10, "revalidate read-your-writes"],
    ["requested at that instant", tagged, 0, 10, "revalidate read-your-writes"],
    ["requested after", tagged, -0.001, 10, "serve fresh"],
    ["without a validator", cc("max-age=60"), 5, 10, "fetch read-your-writes"],
    ["nor stale", tagged, 5, 70, "revalidate read-your-writes"],
  ])("%s", (_, fields, writtenAt, now, expected) => {
    expect(reuse(stored(fields), written(at(writtenAt)), now)).toBe(expected);
  });

  it("nor in place of an error", () => {
    const facts = { stored: stored(tagged), ...written(at(5)) };
    expect(storage(UNREACHABLE, facts, 10)).toBe("fail origin-unreachable");
    expect(storage(answered(503), facts, 10)).toBe("pass-through status-uncacheable");
  });

  it("is served to the writer again once the origin has confirmed it", () => {
    const facts = { stored: stored(tagged), conditional: true, ...written(at(5)) };
    expect(storage(answered(304), facts, 101)).toBe("freshen freshened");
  });
});
