import type { Reason } from "../../cache/reasons.ts";
import { decideReuse, type ReuseDecision } from "../../cache/reuse.ts";
import type { Asked, StorageDecision } from "../../cache/storage.ts";
import type { StoredResponse } from "../../cache/types.ts";
import type { RuleSet } from "../../rules/rule.ts";
import type { LoggedRequest } from "../logs/record.ts";
import { Answers } from "./answers.ts";
import type { Assumptions } from "./assumptions.ts";
import { SimulatedInvalidations } from "./invalidations.ts";
import { createPlanner, type Planned, type Planner } from "./planner.ts";
import { hashOf } from "./remembered.ts";
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

/** A request that is looked up, and what there is for it. */
interface Visit {
  readonly planned: Planned;
  readonly request: LoggedRequest;
  readonly now: number;
  /** The number of its data centre. */
  readonly place: number;
  readonly store: SimulatedStore;
  readonly key: string;
  /** Where in the store its response stands, and what stands there. */
  readonly at: string;
  readonly found: Held | null;
  /** What of it has arrived. */
  readonly held: Held | null;
  readonly underWay: boolean;
}

/** What came of asking the origin. */
interface Answered {
  readonly decision: StorageDecision;
  readonly notStored: Reason | null;
}

const NOT_ASKED = null;
/** The origin was asked for what is not to be stored. */
const ASKED = { notStored: null };

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
    this.#plan = createPlanner(rules, assumed);
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
    const { plan } = planned;
    switch (plan.kind) {
      case "respond":
      case "preflight":
        return this.#outcome("OWN", plan.reason, { planned, request }, null);
      case "bypass":
        return this.#outcome("PASS", plan.reason, { planned, request }, null, ASKED);
      case "write-through":
        if (request.status < 400) this.#invalidations.written(planned, this.#placeOf(request), now);
        return this.#outcome("WRITE", plan.reason, { planned, request }, null, ASKED);
      case "lookup":
        return this.#lookUp(this.#visit(planned, plan.key.key, request, now));
      default:
        return plan satisfies never;
    }
  }

  #visit(planned: Planned, key: string, request: LoggedRequest, now: number): Visit {
    const place = this.#placeOf(request);
    const store = this.#stores[place] as SimulatedStore;
    const at = store.placeOf(key, planned.head.headers);
    const found = store.get(at);
    const underWay = found !== null && now < found.arrivesAt;
    const held = underWay ? found.previous : found;
    return { planned, request, now, place, store, key, at, found, held, underWay };
  }

  #lookUp(visit: Visit): Outcome {
    const decision = this.#reuse(visit);
    if (decision.kind === "serve") return this.#outcome("HIT", decision.reason, visit, visit.held);
    if (decision.kind === "serve-stale") {
      const refreshes = decision.refresh && !visit.underWay;
      const asked = refreshes ? this.#ask(visit, visit.held) : NOT_ASKED;
      return this.#outcome("STALE", decision.reason, visit, visit.held, asked);
    }
    // Another request has asked, and this one waits for its answer.
    if (visit.underWay) return this.#outcome("COLLAPSED", "collapsed", visit, visit.found);
    return this.#fetch(visit, decision);
  }

  #reuse({ planned, held, place, now }: Visit): ReuseDecision {
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

  #fetch(visit: Visit, decision: ReuseDecision): Outcome {
    // What a write has made invalid it has made another.
    const mayBeSame = decision.kind === "revalidate" && decision.reason !== "invalidated";
    const asked = this.#ask(visit, mayBeSame ? visit.held : null);
    const { kind, reason } = asked.decision;
    if (kind === "serve-stale") return this.#outcome("STALE", reason, visit, visit.held, asked);
    if (kind === "freshen") return this.#outcome("REVALIDATED", decision.reason, visit, visit.held, asked);
    if (kind !== "store") visit.store.delete(visit.at);
    return this.#outcome("MISS", decision.reason, visit, null, asked);
  }

  /** The third decision, on what the log says that the origin answered; what is to be kept is. */
  #ask(visit: Visit, conditional: Held | null): Answered {
    const { planned, request, held, now } = visit;
    const version =
      this.#assumed.changeSeconds === 0 ? 0 : Math.floor(now / 1000 / this.#assumed.changeSeconds);
    const isSame = conditional !== null && conditional.version === version && request.status < 400;
    const status = isSame ? 304 : wholeStatus(request.status);
    const asked: Asked = {
      method: planned.head.method === "HEAD" ? "HEAD" : "GET",
      stored: held?.response ?? null,
      conditional: conditional !== null,
      completing: false,
      invalidatedAt: null,
      purge: null,
      mustBeNewerThanAt: null,
    };
    const decision = this.#answers.decide(planned, { request, status, version }, asked, now);
    const response = responseOf(decision);
    if (response !== null) this.#keep(visit, response, version);
    const isKept = response !== null || decision.kind === "serve-stale";
    return { decision, notStored: isKept ? null : decision.reason };
  }

  #keep(
    { planned, request, now, store, key, found }: Visit,
    response: StoredResponse,
    version: number,
  ): void {
    // What it has replaced has arrived: else each would keep all before it.
    if (found !== null) found.previous = null;
    store.put(key, planned.head.headers, {
      response,
      version,
      arrivesAt: now + this.#secondsOf(request) * 1000,
      previous: found,
      bytes: this.#bytesOf(request, found) + RECORD_BYTES,
      isUsed: false,
    });
  }

  #outcome(
    kind: OutcomeKind,
    reason: Reason,
    { planned, request }: Pick<Visit, "planned" | "request">,
    held: Held | null,
    asked: Pick<Answered, "notStored"> | null = NOT_ASKED,
  ): Outcome {
    return {
      kind,
      reason,
      rule: planned.policy.rule,
      originRequests: asked === null ? 0 : 1,
      bytes: this.#bytesOf(request, held),
      originSeconds: this.#secondsOf(request),
      notStored: asked === null ? null : asked.notStored,
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
    // The same client is always in the same data centre.
    const number = (hashOf(name) >>> 0) % this.#stores.length;
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
