import type { Reason } from "../../cache/reasons.ts";
import { decideReuse, type ReuseDecision } from "../../cache/reuse.ts";
import type { StorageDecision } from "../../cache/storage.ts";
import type { StoredResponse } from "../../cache/types.ts";
import type { RuleSet } from "../../rules/rule.ts";
import type { LoggedRequest } from "../logs/record.ts";
import { Answers } from "./answers.ts";
import type { Assumptions } from "./assumptions.ts";
import { SimulatedInvalidations } from "./invalidations.ts";
import { createPlanner, type Planned, type Planner } from "./planner.ts";
import { type Held, SimulatedStore } from "./store.ts";

/** What would have become of a logged request. */
export interface Outcome {
  readonly kind: OutcomeKind;
  readonly reason: Reason;
  readonly rule: string | null;
  /** Requests that reach the origin because of it: 0 or 1. */
  readonly originRequests: number;
  readonly bytes: number;
  /** What the origin would have taken. */
  readonly originSeconds: number;
  /** Why it is not stored, where the origin was asked and it is not. */
  readonly notStored: Reason | null;
  readonly planned: Planned;
}

/** As the log of the Worker has them. COLLAPSED: answered by what another request has brought. */
export type OutcomeKind = "HIT" | "COLLAPSED" | "STALE" | "REVALIDATED" | "MISS" | "PASS" | "WRITE" | "OWN";

/** Replays requests, whose instants never go back, through the engine. */
export class Simulation {
  readonly #plan: Planner;
  readonly #assumed: Assumptions;
  readonly #stores: readonly SimulatedStore[];
  readonly #invalidations = new SimulatedInvalidations();
  readonly #answers: Answers;
  readonly #places = new Map<string, number>();

  constructor(rules: RuleSet, assumed: Assumptions) {
    this.#plan = createPlanner(rules, assumed.host);
    this.#assumed = assumed;
    this.#answers = new Answers(assumed.responseFields);
    this.#stores = Array.from({ length: assumed.dataCentres }, () => new SimulatedStore(assumed.storeBytes));
  }

  get evictions(): number {
    return this.#stores.reduce((sum, { evictions }) => sum + evictions, 0);
  }

  /** Null where the target is no address. `now` is in milliseconds since the epoch. */
  replay(request: LoggedRequest, now: number): Outcome | null {
    const planned = this.#plan(request);
    if (planned === null) return null;
    const place = this.#placeOf(request);
    const { plan } = planned;
    switch (plan.kind) {
      case "respond":
      case "preflight":
        return this.#outcome("OWN", plan.reason, planned, request, 0);
      case "bypass":
        return this.#outcome("PASS", plan.reason, planned, request, 1);
      case "write-through":
        if (request.status < 400) this.#invalidations.written(planned, place, now);
        return this.#outcome("WRITE", plan.reason, planned, request, 1);
      case "lookup":
        return this.#lookUp(planned, plan.key.key, request, place, now);
      default:
        return plan satisfies never;
    }
  }

  #lookUp(planned: Planned, key: string, request: LoggedRequest, place: number, now: number): Outcome {
    const store = this.#stores[place] as SimulatedStore;
    const at = store.placeOf(key, planned.head.headers);
    const found = store.get(at);
    const underWay = found !== null && now < found.arrivesAt;
    const held = underWay ? found.previous : found;
    const decision = this.#reuse(planned, held, place, now);
    if (decision.kind === "serve") return this.#outcome("HIT", decision.reason, planned, request, 0, held);
    if (decision.kind === "serve-stale") {
      const refreshes = decision.refresh && !underWay;
      const asked = refreshes ? this.#ask(planned, key, held, held, request, now) : null;
      const outcome = this.#outcome("STALE", decision.reason, planned, request, refreshes ? 1 : 0, held);
      return { ...outcome, notStored: asked?.notStored ?? null };
    }
    // Another request has asked, and this one waits for its answer.
    if (underWay) return this.#outcome("COLLAPSED", "collapsed", planned, request, 0, found);
    return this.#fetch(planned, key, held, decision, request, now, store);
  }

  #reuse(planned: Planned, held: Held | null, place: number, now: number): ReuseDecision {
    const response = held?.response ?? null;
    const found = {
      response,
      hasOthers: false,
      invalidatedAt: this.#invalidations.invalidatedAt(planned.uri, place),
      purge: response && this.#invalidations.purgeOf(response),
      mustBeNewerThanAt: null,
    };
    return decideReuse(planned.head, found, planned.policy, now);
  }

  #fetch(
    planned: Planned,
    key: string,
    held: Held | null,
    decision: ReuseDecision,
    request: LoggedRequest,
    now: number,
    store: SimulatedStore,
  ): Outcome {
    // What a write has made invalid it has made another.
    const mayBeSame = decision.kind === "revalidate" && decision.reason !== "invalidated";
    const conditional = mayBeSame ? held : null;
    const asked = this.#ask(planned, key, held, conditional, request, now);
    const { kind } = asked.decision;
    if (kind === "serve-stale")
      return this.#outcome("STALE", asked.decision.reason, planned, request, 1, held);
    if (kind === "freshen") return this.#outcome("REVALIDATED", decision.reason, planned, request, 1, held);
    if (kind !== "store") store.delete(store.placeOf(key, planned.head.headers));
    return { ...this.#outcome("MISS", decision.reason, planned, request, 1), notStored: asked.notStored };
  }

  /** The third decision, on what the log says that the origin answered; what is to be kept is. */
  #ask(
    planned: Planned,
    key: string,
    held: Held | null,
    conditional: Held | null,
    request: LoggedRequest,
    now: number,
  ): { readonly decision: StorageDecision; readonly notStored: Reason | null } {
    const version =
      this.#assumed.changeSeconds === 0 ? 0 : Math.floor(now / 1000 / this.#assumed.changeSeconds);
    const isSame = conditional !== null && conditional.version === version && request.status < 400;
    const status = isSame ? 304 : wholeStatus(request.status);
    const asked = {
      ...{ stored: held?.response ?? null, conditional: conditional !== null, completing: false },
      ...{ invalidatedAt: null, purge: null, mustBeNewerThanAt: null },
      method: planned.head.method === "HEAD" ? ("HEAD" as const) : ("GET" as const),
    };
    const decision = this.#answers.decide(planned, request, status, version, asked, now);
    const response = responseOf(decision);
    if (response !== null) this.#keep(planned, key, response, version, request, now);
    const isKept = response !== null || decision.kind === "serve-stale";
    return { decision, notStored: isKept ? null : decision.reason };
  }

  #keep(
    planned: Planned,
    key: string,
    response: StoredResponse,
    version: number,
    request: LoggedRequest,
    now: number,
  ): void {
    const store = this.#stores[this.#placeOf(request)] as SimulatedStore;
    const place = store.placeOf(key, planned.head.headers);
    const previous = store.get(place);
    const arrivesAt = now + this.#secondsOf(request) * 1000;
    const bytes = this.#bytesOf(request, previous) + RECORD_BYTES;
    store.put(key, planned.head.headers, {
      ...{ response, version, arrivesAt, bytes, isUsed: false },
      // Only what is there: else each would keep all before it.
      previous: previous === null ? null : { ...previous, previous: null },
    });
  }

  #outcome(
    kind: OutcomeKind,
    reason: Reason,
    planned: Planned,
    request: LoggedRequest,
    originRequests: number,
    held: Held | null = null,
  ): Outcome {
    return {
      kind,
      reason,
      rule: planned.policy.rule,
      originRequests,
      bytes: this.#bytesOf(request, held),
      originSeconds: this.#secondsOf(request),
      notStored: null,
      planned,
    };
  }

  #bytesOf({ bytes, status }: LoggedRequest, held: Held | null): number {
    // A 304 or a part tells nothing of the whole.
    const told = status === 304 || status === 206 ? null : bytes;
    return told ?? (held === null ? this.#assumed.bytes : held.bytes - RECORD_BYTES);
  }

  #secondsOf({ durationSeconds }: LoggedRequest): number {
    return durationSeconds ?? this.#assumed.originSeconds;
  }

  #placeOf({ place, client }: LoggedRequest): number {
    if (this.#stores.length === 1) return 0;
    const name = place ?? client ?? "";
    const known = this.#places.get(name);
    if (known !== undefined) return known;
    if (this.#places.size > MOST_CLIENTS) this.#places.clear();
    const number = hashOf(name) % this.#stores.length;
    this.#places.set(name, number);
    return number;
  }
}

const MOST_CLIENTS = 200_000;
/** What the facts of a response take beside its body. */
const RECORD_BYTES = 1024;

function responseOf(decision: StorageDecision): StoredResponse | null {
  if (decision.kind === "store") return decision.response;
  return decision.kind === "freshen" && decision.copy === "update" ? decision.response : null;
}

function wholeStatus(status: number): number {
  return status === 304 || status === 206 ? 200 : status;
}

// FNV-1a: the same client is always in the same data centre.
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
