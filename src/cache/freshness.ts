import { parseAge } from "../http/age.ts";
import { jittered } from "./lifetime/jitter.ts";
import {
  type Dated,
  explicitLifetime,
  generatedAt,
  heuristicLifetime,
  type Lifetime,
  NO_LIFETIME,
} from "./lifetime/origin-lifetime.ts";
import { takesTtl, ttlOfStatus } from "./lifetime/ttl.ts";
import type { Policy, TtlPolicy } from "./policy.ts";

const NEVER: Lifetime = { seconds: 0, source: "never" };

// A stored response never changes, nor does a policy: what one comes to under the other is worked out once.
const lifetimes = new WeakMap<Dated, { readonly policy: Policy; readonly lifetime: Lifetime }>();

/** RFC 9111 §4.2.1 under today's rules: the first of the rule and the origin that has something to say. */
export function freshnessLifetime(response: Dated, policy: Policy): Lifetime {
  const known = lifetimes.get(response);
  if (known?.policy === policy) return known.lifetime;
  const lifetime = lifetimeUnder(policy, response);
  lifetimes.set(response, { policy, lifetime });
  return lifetime;
}

function lifetimeUnder(policy: Policy, response: Dated): Lifetime {
  const lifetime = chosenLifetime(response, policy);
  const { jitter } = policy.edgeTtl;
  if (jitter === 0 || lifetime.seconds === 0) return lifetime;
  // What is left at arrival is shortened: of a lifetime that was used up upstream nothing can be.
  const age = ageAtArrival(response);
  return { ...lifetime, seconds: age + jittered(lifetime.seconds - age, response, jitter) };
}

function chosenLifetime(response: Dated, { edgeTtl, heuristicFreshness }: Policy): Lifetime {
  const told = ttlOfStatus(edgeTtl, response.status);
  if (told === "never") return NEVER;
  if (told !== null) return countedFromArrival(told, response);
  const { overrideSeconds, fallbackSeconds } = edgeTtl;
  const ruled = takesTtl(response.status);
  if (overrideSeconds !== null && ruled) return countedFromArrival(overrideSeconds, response);
  const explicit = explicitLifetime(response);
  if (explicit !== null) return bounded(explicit, response, edgeTtl);
  if (fallbackSeconds !== null && ruled) {
    return bounded(countedFromArrival(fallbackSeconds, response), response, edgeTtl);
  }
  return heuristicFreshness ? bounded(heuristicLifetime(response), response, edgeTtl) : NO_LIFETIME;
}

// The operator counts from the arrival at the edge, whatever age the response had by then.
function countedFromArrival(seconds: number, response: Dated): Lifetime {
  return { seconds: seconds + ageAtArrival(response), source: "rule" };
}

/** The lifetime within the rule's bounds, which count from arrival too; what nobody gave has none. */
function bounded(lifetime: Lifetime, response: Dated, { minSeconds, maxSeconds }: TtlPolicy): Lifetime {
  if ((minSeconds === null && maxSeconds === null) || lifetime.source === "none") return lifetime;
  const age = ageAtArrival(response);
  const least = minSeconds !== null && takesTtl(response.status) ? minSeconds + age : 0;
  const raised = Math.max(lifetime.seconds, least);
  const seconds = maxSeconds === null ? raised : Math.min(raised, maxSeconds + age);
  return seconds === lifetime.seconds ? lifetime : { seconds, source: "rule" };
}

function ageAtArrival(response: Dated): number {
  return currentAge(response, response.respondedAt);
}

/** RFC 9111 §4.2.3, in seconds. Grows while the response rests in a store. */
export function currentAge(response: Dated, now: number): number {
  const resident = Math.max(0, now - response.respondedAt);
  return Math.floor((initialAgeMs(response) + resident) / 1000);
}

const initialAges = new WeakMap<Dated, number>();

/** The corrected initial age. */
function initialAgeMs(response: Dated): number {
  const known = initialAges.get(response);
  if (known !== undefined) return known;
  const apparent = Math.max(0, response.respondedAt - generatedAt(response));
  const delay = response.respondedAt - response.requestedAt;
  const corrected = (parseAge(response.headers.get("age")) ?? 0) * 1000 + delay;
  const initial = Math.max(apparent, corrected);
  initialAges.set(response, initial);
  return initial;
}

/** Seconds until the response turns stale; negative once it has. */
export function secondsLeft(response: Dated, policy: Policy, now: number): number {
  return freshnessLifetime(response, policy).seconds - currentAge(response, now);
}
