import type { Policy } from "../../cache/policy.ts";
import { type Asked, decideStorage, type StorageDecision } from "../../cache/storage.ts";
import type { Arrival } from "../../cache/storing/facts.ts";
import { tagsOf } from "../../cache/storing/tags.ts";
import type { StoredResponse } from "../../cache/types.ts";
import { formatHttpDate } from "../../http/date.ts";
import { type FieldSection, Fields } from "../../http/field-section.ts";
import type { LoggedFields, LoggedRequest } from "../logs/record.ts";
import type { Alike, Planned } from "./planner.ts";
import { Remembered } from "./remembered.ts";

/** A third decision that was made, and all that it rested on besides the address and the instant. */
interface Made {
  readonly status: number;
  readonly stored: StoredResponse | null;
  readonly conditional: boolean;
  readonly decision: StorageDecision;
}

/** The fields of an answer, and what was decided on it for requests that are alike. */
interface Sent {
  readonly headers: Fields;
  readonly namesInstants: boolean;
  readonly made: Remembered<Alike, Made[]>;
  /** What is kept of them, which depends on the policy alone (facts.ts): one object does for all addresses. */
  readonly kept: Map<Policy, FieldSection>;
}

/** What a log tells of an answer, and what the replay has with it. */
export interface Answer {
  readonly request: LoggedRequest;
  readonly status: number;
  /** Which version of the resource it is. */
  readonly version: number;
}

const MOST_FIELDS = 5_000;
const MOST_KINDS = 1_000;
const MOST_MADE = 8;

/** Words the origin's answers by the log, and has the engine decide on them. */
export class Answers {
  readonly #assumed: LoggedFields;
  /** What was sent before is not made anew: it is most of what a replay takes. */
  readonly #sent = new Remembered<string, Sent>(MOST_FIELDS);

  constructor(assumed: LoggedFields) {
    this.#assumed = assumed;
  }

  /**
   * The third decision. The same answer to a request that is alike, with the same at hand, comes to the same but for its
   * address and its instants, so that this is worked out once; unless its fields name instants, or a failure may be
   * bridged for a while.
   */
  decide(planned: Planned, answer: Answer, asked: Asked, now: number): StorageDecision {
    const sent = this.#sentFor(answer);
    const { status } = answer;
    if (sent.namesInstants || status >= 500) return decided(planned, sent, status, asked, now);
    const made = sent.made.get(planned.alike) ?? [];
    const known = made.find((each) => isSameCase(each, status, asked));
    if (known !== undefined) return movedTo(known.decision, planned, now);
    const decision = lasting(decided(planned, sent, status, asked, now), sent, asked, planned.policy);
    if (made.length >= MOST_MADE) made.shift();
    made.push({ status, stored: asked.stored, conditional: asked.conditional, decision });
    sent.made.set(planned.alike, made);
    return decision;
  }

  #sentFor({ request: { responseFields }, version }: Answer): Sent {
    const name =
      responseFields.length === 0 ? String(version) : `${version} ${JSON.stringify(responseFields)}`;
    const known = this.#sent.get(name);
    if (known !== undefined) return known;
    const sent = sentWith([...this.#assumed, ...responseFields], version);
    this.#sent.set(name, sent);
    return sent;
  }
}

function sentWith(fields: LoggedFields, version: number): Sent {
  const headers = new Headers();
  for (const [field, value] of fields) setField(headers, field, value);
  // What the log has of these is of another instant, or of an answer through another cache.
  for (const field of ["date", "age"]) headers.delete(field);
  if (!headers.has("etag")) headers.set("etag", `"${version}"`);
  const namesInstants = headers.has("expires") || headers.has("last-modified");
  return {
    headers: new Fields(headers),
    namesInstants,
    made: new Remembered(MOST_KINDS),
    kept: new Map(),
  };
}

function decided(planned: Planned, sent: Sent, status: number, asked: Asked, now: number): StorageDecision {
  const headers = sent.namesInstants ? dated(sent.headers, now) : sent.headers;
  const arrival: Arrival = { status, headers, requestedAt: now, respondedAt: now };
  return decideStorage(planned.head, { kind: "response", arrival }, asked, planned.policy, now);
}

/** The decision with fields that do for all addresses and instants. */
function lasting(decision: StorageDecision, sent: Sent, asked: Asked, policy: Policy): StorageDecision {
  if (decision.kind !== "store" && decision.kind !== "freshen") return decision;
  const { response } = decision;
  const headers =
    decision.kind === "store"
      ? keptOf(response.headers, sent, policy)
      : updated(response.headers, asked.stored);
  return { ...decision, response: { ...response, headers } };
}

function keptOf(headers: FieldSection, { kept }: Sent, policy: Policy): FieldSection {
  const known = kept.get(policy) ?? withoutDate(headers);
  kept.set(policy, known);
  return known;
}

// What a 304 has not changed stays the same object.
function updated(headers: FieldSection, stored: StoredResponse | null): FieldSection {
  const bare = withoutDate(headers);
  return stored !== null && textOf(stored.headers) === textOf(bare) ? stored.headers : bare;
}

// In all that a decision takes from what is stored; the rest follows from the request, and instants are set anew.
function isSameCase(made: Made, status: number, asked: Asked): boolean {
  if (made.status !== status || made.conditional !== asked.conditional) return false;
  const one = made.stored;
  const other = asked.stored;
  if (one === null || other === null) return one === other;
  return one.headers === other.headers && one.status === other.status && isAlikeInBody(one, other);
}

function isAlikeInBody(one: StoredResponse, other: StoredResponse): boolean {
  return one.bodyLength === other.bodyLength && one.suspect === other.suspect;
}

function movedTo(decision: StorageDecision, planned: Planned, now: number): StorageDecision {
  switch (decision.kind) {
    case "store":
      return {
        kind: "store",
        reason: decision.reason,
        response: movedResponse(decision.response, planned, now),
        fields: decision.fields,
      };
    case "freshen":
      return { ...decision, response: movedResponse(decision.response, planned, now) };
    default:
      return decision;
  }
}

// Named one by one: a copy by spreading costs ten times as much.
function movedResponse(response: StoredResponse, planned: Planned, now: number): StoredResponse {
  const { rule, status, headers, nominated, bodyLength, range, suspect } = response;
  return {
    uri: planned.uri,
    rule,
    status,
    headers,
    requestedAt: now,
    respondedAt: now,
    nominated,
    bodyLength,
    range,
    tags: planned.policy.tags.length === 0 ? response.tags : tagsFor(planned, response),
    suspect,
  };
}

function tagsFor({ policy, head }: Planned, { status, headers }: StoredResponse): readonly string[] {
  return tagsOf(policy, { request: head, response: { status, headers }, variables: {} });
}

function dated(fields: Fields, now: number): Fields {
  const headers = new Fields(fields);
  headers.set("date", formatHttpDate(now));
  return headers;
}

// Without a Date it is dated by its arrival (RFC 9110 §6.6.1).
function withoutDate(headers: FieldSection): Fields {
  const others = new Fields(headers);
  others.delete("date");
  return others;
}

function textOf(headers: FieldSection): string {
  return JSON.stringify([...headers]);
}

function setField(headers: Headers, name: string, value: string): void {
  try {
    headers.set(name, value);
  } catch {
    // Left out: it is no field that could have been sent.
  }
}
