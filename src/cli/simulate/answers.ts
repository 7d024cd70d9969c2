import type { Arrival } from "../../cache/facts.ts";
import type { Policy } from "../../cache/policy.ts";
import { type Asked, decideStorage, type StorageDecision } from "../../cache/storage.ts";
import type { StoredResponse } from "../../cache/types.ts";
import { formatHttpDate } from "../../http/date.ts";
import type { Fields, LoggedRequest } from "../logs/record.ts";
import type { Planned } from "./planner.ts";

/** A third decision that was made, and all that it rested on besides the instant. */
interface Made {
  readonly fields: Headers;
  readonly status: number;
  readonly stored: StoredResponse | null;
  readonly conditional: boolean;
  readonly decision: StorageDecision;
}

const MOST_FIELDS = 10_000;

/** Words the origin's answers by the log, and has the engine decide on them. */
export class Answers {
  readonly #assumed: Fields;
  /** What was sent before is not made anew: it is most of what a replay takes. */
  readonly #sent = new Map<string, Headers>();
  readonly #kept = new WeakMap<Headers, Map<Policy, Headers>>();
  readonly #made = new WeakMap<Planned, Made>();

  constructor(assumed: Fields) {
    this.#assumed = assumed;
  }

  /**
   * The third decision. The same answer to the same request, with the same at hand, comes to the same but for its
   * instants, so that this is worked out once; unless its fields name instants, or a failure may be bridged for a while.
   */
  decide(
    planned: Planned,
    request: LoggedRequest,
    status: number,
    version: number,
    asked: Asked,
    now: number,
  ) {
    const fields = this.#fieldsOf(request, version);
    const { stored } = asked;
    const known = this.#made.get(planned);
    if (known?.fields === fields && known.status === status && isAlike(known.stored, stored))
      if (known.conditional === asked.conditional) return movedTo(known.decision, now);
    const headers = namesInstants(fields) ? dated(fields, now) : fields;
    const arrival: Arrival = { status, headers, requestedAt: now, respondedAt: now };
    const decision = decideStorage(planned.head, { kind: "response", arrival }, asked, planned.policy, now);
    if (headers !== fields || status >= 500) return decision;
    const lasting = this.#lasting(decision, fields, stored?.headers ?? null, planned.policy);
    this.#made.set(planned, { fields, status, stored, conditional: asked.conditional, decision: lasting });
    return lasting;
  }

  #lasting(
    decision: StorageDecision,
    fields: Headers,
    before: Headers | null,
    policy: Policy,
  ): StorageDecision {
    if (decision.kind !== "store" && decision.kind !== "freshen") return decision;
    const { response } = decision;
    const headers =
      decision.kind === "store"
        ? this.#keptOf(response.headers, fields, policy)
        : withoutDate(response.headers);
    // What a 304 has not changed stays the same object.
    const same = before !== null && textOf(before) === textOf(headers);
    return { ...decision, response: { ...response, headers: same ? before : headers } };
  }

  // What is kept of fields depends on them and on the policy (facts.ts), so that one object does for all addresses.
  #keptOf(headers: Headers, fields: Headers, policy: Policy): Headers {
    const byPolicy = this.#kept.get(fields) ?? new Map<Policy, Headers>();
    const kept = byPolicy.get(policy) ?? withoutDate(headers);
    this.#kept.set(fields, byPolicy.set(policy, kept));
    return kept;
  }

  #fieldsOf({ responseFields }: LoggedRequest, version: number): Headers {
    const name =
      responseFields.length === 0 ? String(version) : `${version} ${JSON.stringify(responseFields)}`;
    const known = this.#sent.get(name);
    if (known !== undefined) return known;
    const headers = new Headers();
    for (const [field, value] of [...this.#assumed, ...responseFields]) setField(headers, field, value);
    // What the log has of these is of another instant, or of an answer through another cache.
    for (const field of ["date", "age"]) headers.delete(field);
    if (!headers.has("etag")) headers.set("etag", `"${version}"`);
    if (this.#sent.size >= MOST_FIELDS) this.#sent.clear();
    this.#sent.set(name, headers);
    return headers;
  }
}

// In all that a decision takes from what is stored; the rest follows from the request, and instants are set anew.
function isAlike(one: StoredResponse | null, other: StoredResponse | null): boolean {
  if (one === null || other === null) return one === other;
  const { headers, status, bodyLength, suspect } = one;
  if (headers !== other.headers || status !== other.status) return false;
  return bodyLength === other.bodyLength && suspect === other.suspect;
}

function namesInstants(headers: Headers): boolean {
  return headers.has("expires") || headers.has("last-modified");
}

function dated(fields: Headers, now: number): Headers {
  const headers = new Headers(fields);
  headers.set("date", formatHttpDate(now));
  return headers;
}

function movedTo(decision: StorageDecision, now: number): StorageDecision {
  if (decision.kind !== "store" && decision.kind !== "freshen") return decision;
  return { ...decision, response: { ...decision.response, requestedAt: now, respondedAt: now } };
}

// Without a Date it is dated by its arrival (RFC 9110 §6.6.1).
function withoutDate(headers: Headers): Headers {
  const others = new Headers(headers);
  others.delete("date");
  return others;
}

function textOf(headers: Headers): string {
  return JSON.stringify([...headers]);
}

function setField(headers: Headers, name: string, value: string): void {
  try {
    headers.set(name, value);
  } catch {
    // Left out: it is no field that could have been sent.
  }
}
