import { describe, expect, it } from "vitest";
import type { Policy } from "../../src/cache/policy.ts";
import { type Asked, decideStorage, type StorageDecision } from "../../src/cache/storage.ts";
import type { Arrival } from "../../src/cache/storing/facts.ts";
import type { StoredResponse } from "../../src/cache/types.ts";
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
const fresh = cc("max-age=60");

interface Asking {
  readonly chosen?: PolicyParts;
  readonly fields?: Fields;
  readonly now?: number;
}

function decide(answer: Arrival, facts: Partial<Asked> = {}, asking: Asking = {}): StorageDecision {
  const { chosen, fields, now = 101 } = asking;
  const head = request(fields, { method: facts.method ?? "GET" });
  return decideStorage(head, { kind: "response", arrival: answer }, asked(facts), policy(chosen), at(now));
}

const summary = ({ kind, reason }: StorageDecision): string => `${kind} ${reason}`;

describe("RFC 9111 §3 Storing Responses in Caches", () => {
  it.each<[string, Arrival, string]>([
    ["with a lifetime", arrival(200, fresh), "store stored"],
    ["an error with a lifetime", arrival(404, fresh), "store stored"],
    ["an error of the server with a lifetime", arrival(503, fresh), "store stored"],
    ["forbidden", arrival(200, cc("no-store")), "pass-through no-store"],
    ["an error without", arrival(500), "pass-through status-uncacheable"],
    ["a 304 that nobody asked for", arrival(304, { etag: '"v1"' }), "fail mismatched-304"],
  ])("%s", (_, answer, expected) => {
    expect(summary(decide(answer))).toBe(expected);
  });

  it("stores the facts under the request that was sent", () => {
    const decision = decide(arrival(200, { ...fresh, vary: "accept" }), {}, { fields: { accept: "a/b" } });
    expect(decision).toMatchObject({
      kind: "store",
      response: { requestedAt: at(100), nominated: [["accept", "a/b"]] },
    });
  });

  it.each<[string, Policy["setCookie"], string]>([
    ["no rule strips it", "bypass", "pass-through set-cookie"],
    ["a rule strips it", "strip", "store stored"],
  ])("Set-Cookie: %s", (_, setCookie, expected) => {
    expect(
      summary(decide(arrival(200, { ...fresh, "set-cookie": "a=b" }), {}, { chosen: { setCookie } })),
    ).toBe(expected);
  });

  it("a full answer to a validation takes the place of what was stored", () => {
    const facts = { stored: stored({ etag: '"v1"' }), conditional: true };
    expect(summary(decide(arrival(200, { ...fresh, etag: '"v2"' }), facts))).toBe("store stored");
  });
});

describe("RFC 9111 §3.3 Storing Incomplete Responses", () => {
  const partial = { ...fresh, etag: '"v1"', "content-range": "bytes 0-4/10" };
  it.each<[string, Fields, Partial<Asked>, string]>([
    ["a part", partial, {}, "store stored-partial"],
    ["a weak validator", { ...partial, etag: 'W/"v1"' }, {}, "pass-through bad-range"],
    ["unknown length", { ...partial, "content-range": "bytes 0-4/*" }, {}, "pass-through bad-range"],
    [
      "several ranges",
      { ...fresh, etag: '"v1"', "content-type": "multipart/byteranges; boundary=x" },
      {},
      "pass-through bad-range",
    ],
    ["the whole is kept", partial, { stored: stored({ etag: '"v1"' }) }, "pass-through bad-range"],
    [
      "another part is replaced",
      partial,
      { stored: part({ first: 8, last: 9, length: 10 }) },
      "store stored-partial",
    ],
    ["forbidden", { ...partial, ...cc("no-store") }, {}, "pass-through no-store"],
  ])("%s", (_, fields, facts, expected) => {
    expect(summary(decide(arrival(206, fields), facts))).toBe(expected);
  });
});

describe("RFC 9111 §3.4 Combining Partial Content", () => {
  const facts = { stored: part({ first: 0, last: 4, length: 10 }), completing: true };
  const rest = { ...fresh, etag: '"v1"', "content-range": "bytes 5-9/10" };
  it.each<[string, Arrival, string]>([
    ["the rest", arrival(206, rest), "combine completed"],
    ["of another representation", arrival(206, { ...rest, etag: '"v2"' }), "refetch bad-range"],
    ["other bytes", arrival(206, { ...rest, "content-range": "bytes 7-9/10" }), "refetch bad-range"],
    ["no longer to be stored", arrival(206, { ...rest, ...cc("no-store") }), "refetch bad-range"],
    ["the whole, as If-Range failed", arrival(200, { ...fresh, etag: '"v2"' }), "store stored"],
    ["unsatisfiable", arrival(416), "refetch bad-range"],
    ["an error", arrival(500), "refetch bad-range"],
  ])("%s", (_, answer, expected) => {
    expect(summary(decide(answer, facts))).toBe(expected);
  });

  it("counts the whole from the newer part", () => {
    const response = { status: 200, range: null, bodyLength: 10, requestedAt: at(100) };
    expect(decide(arrival(206, rest), facts)).toMatchObject({ response });
  });
});

describe("RFC 9111 §4.3.3 Handling a Validation Response, §4.3.4 Freshening Stored Responses", () => {
  const tagged = { ...fresh, etag: '"v1"' };
  const dated = { ...fresh, "last-modified": dateAt(-9) };
  it.each<[string, Fields, Fields, string]>([
    ["the same tag", tagged, { etag: '"v1"' }, "freshen freshened"],
    ["the same tag, weak now", tagged, { etag: 'W/"v1"' }, "freshen freshened"],
    ["no validator in the 304", tagged, {}, "freshen freshened"],
    ["another tag", tagged, { etag: '"v2"' }, "refetch mismatched-304"],
    ["a tag that the stored one lacks", dated, { etag: '"v1"' }, "refetch mismatched-304"],
    ["the same date", dated, { "last-modified": dateAt(-9) }, "freshen freshened"],
    ["another date", dated, { "last-modified": dateAt(-8) }, "refetch mismatched-304"],
    ["no date", dated, {}, "freshen freshened"],
    [
      "the same tag, another date",
      { ...tagged, ...dated },
      { etag: '"v1"', "last-modified": dateAt(-8) },
      "freshen freshened",
    ],
  ])("%s", (_, before, fields, expected) => {
    expect(summary(decide(arrival(304, fields), { stored: stored(before), conditional: true }))).toBe(
      expected,
    );
  });

  it.each<[string, Fields, Fields, string]>([
    ["still storable", {}, {}, "update"],
    ["a new lifetime", {}, cc("max-age=5"), "update"],
    ["no-store now", {}, cc("no-store"), "forget"],
    ["private now", {}, cc("private"), "forget"],
    ["Vary: * now", {}, { vary: "*" }, "forget"],
    ["asked with Authorization: not the copy of all others", { authorization: "x" }, {}, "leave"],
  ])("keeps it or not: %s", (_, sent, fields, copy) => {
    const facts = { stored: stored(tagged), conditional: true };
    expect(decide(arrival(304, fields), facts, { fields: sent })).toMatchObject({ kind: "freshen", copy });
  });

  it("freshens what was invalidated or suspect: the origin has confirmed it", () => {
    const facts = { stored: stored(tagged, { suspect: true }), conditional: true, invalidatedAt: at(50) };
    const response = { suspect: false, requestedAt: at(100) };
    expect(decide(arrival(304), facts)).toMatchObject({ kind: "freshen", response });
  });

  it("passes a 304 on where the client's own condition was sent", () => {
    const sent = { fields: { "if-none-match": '"v1"' } };
    expect(summary(decide(arrival(304), { stored: null }, sent))).toBe("pass-through not-modified");
  });

  it("does not pass a 304 on where nobody sent a condition", () => {
    expect(summary(decide(arrival(304), { stored: stored(tagged) }))).toBe("fail mismatched-304");
  });

  it("freshens the GET by a 304 to HEAD", () => {
    const facts = { method: "HEAD", stored: stored(tagged), conditional: true } as const;
    expect(decide(arrival(304), facts)).toMatchObject({ kind: "freshen", copy: "update" });
  });
});

describe("RFC 9111 §4.3.5 Freshening Responses with HEAD", () => {
  const before = { ...fresh, etag: '"v1"', "last-modified": dateAt(-9), "content-length": "10" };
  const contradicts = "head-contradicts, suspect";
  it.each<[string, StoredResponse | null, Arrival, string]>([
    ["nothing stored", null, arrival(200, fresh), "head-only"],
    ["a part stored", part({ first: 0, last: 4, length: 10 }), arrival(200, fresh), "head-only"],
    ["all agree", stored(before), arrival(200, before), "head-freshened, freshened"],
    ["nothing to compare", stored(before), arrival(200), "head-freshened, freshened"],
    ["another tag", stored(before), arrival(200, { etag: '"v2"' }), contradicts],
    ["another date", stored(before), arrival(200, { "last-modified": dateAt(-8) }), contradicts],
    ["another length", stored(before), arrival(200, { "content-length": "11" }), contradicts],
    ["a tag that the stored one lacks", stored(fresh), arrival(200, { etag: '"v1"' }), contradicts],
    ["another status", stored(before), arrival(404), contradicts],
    ["an error of the server says nothing", stored(before), arrival(500), "head-only"],
    ["no-store now", stored(before), arrival(200, cc("no-store")), "head-freshened, suspect"],
    [
      "suspect stays so: nothing may have been compared",
      stored(before, { suspect: true }),
      arrival(200),
      "head-only",
    ],
  ])("%s", (_, response, answer, expected) => {
    expect(headSummary(decide(answer, { method: "HEAD", stored: response }))).toBe(expected);
  });

  it("does not revive what a write has invalidated", () => {
    const facts = { method: "HEAD", stored: stored(fresh), invalidatedAt: at(50) } as const;
    expect(headSummary(decide(arrival(200, fresh), facts))).toBe("head-only");
  });

  it("brings the fields up to date and leaves the body's facts", () => {
    const decision = decide(arrival(200, { "x-a": "new" }), { method: "HEAD", stored: stored(before) });
    const update = decision.kind === "pass-through" ? decision.update : null;
    expect(update).toMatchObject({ bodyLength: 10, respondedAt: at(101) });
    expect(update?.headers.get("x-a")).toBe("new");
  });

  function headSummary(decision: StorageDecision): string {
    const update = decision.kind === "pass-through" ? decision.update : null;
    if (update === null) return decision.reason;
    return `${decision.reason}, ${update.suspect ? "suspect" : "freshened"}`;
  }
});
