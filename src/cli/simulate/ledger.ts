import type { LoggedRequest } from "../logs/record.ts";
import { PRICES } from "./assumptions.ts";
import type { Outcome } from "./simulation.ts";
import {
  byteHitRatio,
  count,
  hitRatio,
  isLookedUp,
  MissCounter,
  type Missing,
  newTally,
  type Tally,
} from "./tally.ts";

/** A route on which requests that speak of one user are answered for all. */
export interface Risk {
  readonly rule: string;
  readonly what: "cookies" | "authorization" | "set-cookie";
  count: number;
  /** The first address. */
  readonly example: string;
}

/** What a rules file would have made of a log. */
export interface Report {
  readonly from: string;
  readonly to: string;
  readonly total: TallyReport;
  readonly rules: readonly (TallyReport & { readonly rule: string | null })[];
  /** Requests to the origin in the busiest second. */
  readonly peakOriginPerSecond: number;
  /** The same as if there were no cache. */
  readonly peakRequestsPerSecond: number;
  readonly evictions: number;
  readonly cost: { readonly requestsUsd: number; readonly cpuUsd: number };
  readonly misses: readonly Missing[];
  readonly risks: readonly Risk[];
  /** By the minute, at most some hundreds of points: when, requests, and those that reached the origin. */
  readonly timeline: readonly Point[];
}

/** What came of some requests, with its ratios. */
export interface TallyReport extends Tally {
  readonly hitRatio: number | null;
  readonly byteHitRatio: number | null;
}

/** One step of the timeline, which begins at `at`. */
export interface Point {
  readonly at: number;
  requests: number;
  originRequests: number;
}

const MOST_MISSES = 20;
const MOST_RISKS = 50;

/** Counts what comes of requests, in memory that does not grow with their number. */
export class Ledger {
  readonly #total = newTally();
  readonly #rules = new Map<string | null, Tally>();
  readonly #misses = new MissCounter();
  readonly #risks = new Map<string, Risk>();
  readonly #origin = new PeakRate();
  readonly #all = new PeakRate();
  readonly #timeline = new Timeline();
  #fromAt = Number.NaN;
  #toAt = Number.NaN;

  add(outcome: Outcome, request: LoggedRequest, now: number): void {
    if (Number.isNaN(this.#fromAt)) this.#fromAt = now;
    this.#toAt = now;
    count(this.#total, outcome);
    count(this.#tallyOf(outcome.rule), outcome);
    this.#all.add(now, 1);
    this.#origin.add(now, outcome.originRequests);
    this.#timeline.add(now, outcome.originRequests);
    if (outcome.originRequests > 0) this.#miss(outcome);
    if (isLookedUp(outcome.kind)) this.#lookForRisks(outcome, request);
  }

  report(evictions: number, cpuMs: number): Report {
    const rules = [...this.#rules].map(([rule, tally]) => ({ rule, ...reported(tally) }));
    const millions = this.#total.requests / 1_000_000;
    return {
      from: isoOf(this.#fromAt),
      to: isoOf(this.#toAt),
      total: reported(this.#total),
      rules: rules.sort((one, other) => other.requests - one.requests),
      peakOriginPerSecond: this.#origin.peak,
      peakRequestsPerSecond: this.#all.peak,
      evictions,
      cost: {
        requestsUsd: millions * PRICES.perMillionRequests,
        cpuUsd: millions * cpuMs * PRICES.perMillionCpuMs,
      },
      misses: this.#misses.most(MOST_MISSES),
      risks: [...this.#risks.values()].sort((one, other) => other.count - one.count),
      timeline: this.#timeline.points,
    };
  }

  #tallyOf(rule: string | null): Tally {
    const known = this.#rules.get(rule);
    if (known !== undefined) return known;
    const tally = newTally();
    this.#rules.set(rule, tally);
    return tally;
  }

  #miss({ planned, notStored, reason }: Outcome): void {
    this.#misses.add(planned.head.method, planned.uri, notStored ?? reason);
  }

  // Where each has a copy of their own, credentials do no harm.
  #lookForRisks({ planned, rule }: Outcome, { responseFields }: LoggedRequest): void {
    const { policy, hasCookies, isAuthorized, uri } = planned;
    if (policy.scope.kind !== "shared") return;
    const hasCookieSet = responseFields.some(([name]) => name === "set-cookie");
    if (hasCookies && policy.requestCookies === "respect") this.#risk(rule, "cookies", uri);
    if (isAuthorized && policy.authorization === "respect") this.#risk(rule, "authorization", uri);
    if (hasCookieSet) this.#risk(rule, "set-cookie", uri);
  }

  #risk(rule: string | null, what: Risk["what"], example: string): void {
    const name = rule ?? "(no rule)";
    const known = this.#risks.get(`${what} ${name}`);
    if (known !== undefined) known.count += 1;
    else if (this.#risks.size < MOST_RISKS)
      this.#risks.set(`${what} ${name}`, { rule: name, what, count: 1, example });
  }
}

function reported(tally: Tally): TallyReport {
  return { ...tally, hitRatio: hitRatio(tally), byteHitRatio: byteHitRatio(tally) };
}

function isoOf(at: number): string {
  return Number.isNaN(at) ? "" : new Date(at).toISOString();
}

/** The most that came in one second. */
class PeakRate {
  peak = 0;
  #second = Number.NaN;
  #count = 0;

  add(now: number, amount: number): void {
    const second = Math.floor(now / 1000);
    if (second !== this.#second) this.#count = 0;
    this.#second = second;
    this.#count += amount;
    this.peak = Math.max(this.peak, this.#count);
  }
}

const MOST_POINTS = 400;

/** Counts by steps of time, which grow where there would be too many of them. */
class Timeline {
  points: Point[] = [];
  #stepMs = 1000;

  add(now: number, originRequests: number): void {
    const at = Math.floor(now / this.#stepMs) * this.#stepMs;
    const last = this.points.at(-1);
    if (last === undefined || at > last.at) {
      this.points.push({ at, requests: 1, originRequests });
      if (this.points.length > MOST_POINTS) this.#coarsen();
      return;
    }
    last.requests += 1;
    last.originRequests += originRequests;
  }

  #coarsen(): void {
    this.#stepMs *= 4;
    const coarse: Point[] = [];
    for (const point of this.points) {
      const at = Math.floor(point.at / this.#stepMs) * this.#stepMs;
      const last = coarse.at(-1);
      if (last === undefined || last.at < at) coarse.push({ ...point, at });
      else {
        last.requests += point.requests;
        last.originRequests += point.originRequests;
      }
    }
    this.points = coarse;
  }
}
