import { describe, expect, it } from "vitest";
import type { Policy } from "../../src/cache/policy.ts";
import { type Asked, decideStorage, type OriginAnswer } from "../../src/cache/storage.ts";
import {
  arrival,
  asked,
  at,
  dateAt,
  type Fields,
  type PolicyParts,
  part,
  policy,
  request,
  stored,
} from "./support.ts";

const cc = (value: string): Fields => ({ "cache-control": value });
const SIE = "max-age=60, stale-if-error=30";
const UNREACHABLE: OriginAnswer = { kind: "failure", failure: "origin-unreachable", retryAfterSeconds: null };
const TIMEOUT: OriginAnswer = { kind: "failure", failure: "origin-timeout", retryAfterSeconds: null };

interface Asking {
  readonly chosen?: PolicyParts;
  readonly fields?: Fields;
}

function decide(
  answer: OriginAnswer,
  facts: Partial<Asked>,
  now: number,
  { chosen, fields }: Asking = {},
): string {
  const head = request(fields, { method: facts.method ?? "GET" });
  const { kind, reason } = decideStorage(head, answer, asked(facts), policy(chosen), at(now));
  return `${kind} ${reason}`;
}

const status = (code: number): OriginAnswer => ({ kind: "response", arrival: arrival(code) });
const stale = "serve-stale stale-if-error";
const fail = "fail origin-unreachable";

describe("RFC 5861 §4 The stale-if-error Cache-Control Extension", () => {
  it.each<[string, OriginAnswer, string]>([
    ["500", status(500), stale],
    ["502", status(502), stale],
    ["503", status(503), stale],
    ["504", status(504), stale],
    ["no connection", UNREACHABLE, stale],
    ["no answer in time", TIMEOUT, stale],
    ["501 is an answer", status(501), "pass-through no-lifetime"],
    ["505 is", status(505), "pass-through status-uncacheable"],
    ["404 is", status(404), "pass-through no-lifetime"],
    ["429 is", status(429), "pass-through status-uncacheable"],
  ])("%s", (_, answer, expected) => {
    expect(decide(answer, { stored: stored(cc(SIE)) }, 70)).toBe(expected);
    expect(decide(answer, { stored: stored(cc(SIE)), conditional: true }, 70)).toBe(expected);
  });

  it.each<[string, Fields, number, string]>([
    ["the window opens", cc(SIE), 60, stale],
    ["to its last second", cc(SIE), 89, stale],
    ["the window is over", cc(SIE), 90, fail],
    ["no window", cc("max-age=60"), 60, fail],
    ["stale-while-revalidate is no such window", cc("max-age=60, stale-while-revalidate=30"), 60, fail],
    ["an invalid window", cc("max-age=60, stale-if-error=x"), 60, fail],
    ["from Expires on", { ...cc("stale-if-error=30"), expires: dateAt(60) }, 70, stale],
    ["targeted", { "cdn-cache-control": SIE }, 70, stale],
    ["beside a targeted field", { ...cc(SIE), "cdn-cache-control": "max-age=60" }, 70, fail],
    ["must-revalidate forbids", cc(`${SIE}, must-revalidate`), 70, fail],
    ["proxy-revalidate forbids", cc(`${SIE}, proxy-revalidate`), 70, fail],
    ["s-maxage forbids", cc(`${SIE}, s-maxage=60`), 70, fail],
    ["no-cache forbids", cc(`${SIE}, no-cache`), 70, fail],
    ["no-cache with field names does not", cc(`${SIE}, no-cache="x-a"`), 70, stale],
  ])("%s", (_, fields, now, expected) => {
    expect(decide(UNREACHABLE, { stored: stored(fields) }, now)).toBe(expected);
  });

  it.each<[string, Fields, number, number, string]>([
    ["a rule's window", cc("max-age=60"), 10, 69, stale],
    ["a rule's window is over", cc("max-age=60"), 10, 70, fail],
    ["a rule's window before the origin's", cc(SIE), 5, 66, fail],
    ["a rule does not lift must-revalidate", cc("max-age=60, must-revalidate"), 10, 60, fail],
  ])("%s", (_, fields, staleIfErrorSeconds, now, expected) => {
    expect(decide(UNREACHABLE, { stored: stored(fields) }, now, { chosen: { staleIfErrorSeconds } })).toBe(
      expected,
    );
  });

  it.each<[string, Policy["clientDirectives"], string, number, string]>([
    ["honoured", "honor", "stale-if-error=20", 79, stale],
    ["honoured, over", "honor", "stale-if-error=20", 80, fail],
    ["honoured, invalid", "honor", "stale-if-error", 61, fail],
    ["ignored", "ignore", "stale-if-error=20", 61, fail],
  ])("the client's window: %s", (_, clientDirectives, value, now, expected) => {
    const asking = { chosen: { clientDirectives }, fields: cc(value) };
    expect(decide(UNREACHABLE, { stored: stored(cc("max-age=60")) }, now, asking)).toBe(expected);
  });

  it("the client's window does not shorten the origin's", () => {
    const asking = { chosen: { clientDirectives: "honor" }, fields: cc("stale-if-error=0") } as const;
    expect(decide(UNREACHABLE, { stored: stored(cc(SIE)) }, 70, asking)).toBe(stale);
  });

  it.each<[string, Partial<Asked>, string]>([
    ["nothing stored", {}, fail],
    ["a part", { stored: part({ first: 0, last: 4, length: 10 }, cc(SIE)) }, fail],
    ["suspect", { stored: stored(cc(SIE), { suspect: true }) }, fail],
    ["invalidated", { stored: stored(cc(SIE)), invalidatedAt: at(30) }, fail],
    ["invalidated at the instant of its request", { stored: stored(cc(SIE)), invalidatedAt: at(0) }, fail],
    ["invalidated earlier", { stored: stored(cc(SIE)), invalidatedAt: at(0) - 1 }, stale],
    ["HEAD", { method: "HEAD", stored: stored(cc(SIE)) }, stale],
  ])("%s", (_, facts, expected) => {
    expect(decide(UNREACHABLE, facts, 70)).toBe(expected);
  });

  it("a timeout without a stale answer says so", () => {
    expect(decide(TIMEOUT, {}, 0)).toBe("fail origin-timeout");
  });
});
