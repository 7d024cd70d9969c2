import type { Reason } from "../../cache/reasons.ts";
import { decideStorage } from "../../cache/storage.ts";
import type { ResponseHead } from "../../cache/types.ts";
import { nominate, variantKey, varyMatches } from "../../cache/variants.ts";
import type { FieldSection } from "../../http/field-section.ts";
import { discard } from "../../store/discard.ts";
import { type Selected, select } from "../../store/select.ts";
import { within } from "../../within.ts";
import type { Answer } from "../answer/answer.ts";
import { answerFailure, answerProblem } from "../answer/answer-own.ts";
import { forwardToken } from "../answer/answer-passed.ts";
import { answerRefreshed } from "../answer/answer-refreshed.ts";
import { answerHit, decideOn, type Lookup } from "../cacheable.ts";
import { hasUnkeyedCredentials } from "../shell.ts";
import { standingOf } from "../standing.ts";
import { type Flight, isCollapsible, type Landing } from "./flights.ts";
import type { Job } from "./job.ts";
import { refresh } from "./refresh.ts";

/** So much longer than the origin's own time limit a follower waits, before it takes a leader for gone. */
const FOLLOW_MARGIN_MS = 2_000;
const MOST_FLIGHTS_FOLLOWED = 3;

/**
 * Asks the origin once for all who wait for the same key in this isolate (RFC 9111 §4: requests may be
 * collapsed). Whoever the shared answer does not fit, asks alone.
 */
export async function collapse(lookup: Lookup, job: Job, why: Reason): Promise<Answer> {
  const { exchange, shell } = lookup;
  const { headers } = exchange.head;
  const waiting: Waiting = { lookup, job, why, joinedAt: shell.clock() };
  if (!isCollapsible(exchange.head) || job.unshared) return goAlone(lookup, job, why);
  let key = flightKey(job.key, job.selected.index?.nominations[0] ?? [], headers);
  for (let followed = 0; followed < MOST_FLIGHTS_FOLLOWED; followed++) {
    const flight = shell.flights.underWay(key);
    if (flight === null) return lead(lookup, job, why, key);
    const landing = await follow(flight, shell.config.originTimeoutSeconds * 1000 + FOLLOW_MARGIN_MS);
    const next = landing === null ? OVER : await nextAfter(landing, waiting);
    if (next.kind === "answer") return next.answer;
    if (next.kind === "alone") return goAlone(lookup, job, why);
    if (next.kind === "over") shell.flights.abandon(key, flight);
    key = next.kind === "other" ? next.key : key;
  }
  return goAlone(lookup, job, why);
}

/** A request that waits for a landing. */
interface Waiting {
  readonly lookup: Lookup;
  readonly job: Job;
  readonly why: Reason;
  readonly joinedAt: number;
}

/** What a landing means for one who has waited for it. */
type Next =
  | { readonly kind: "answer"; readonly answer: Answer }
  /** It was for another variant: this request's own has a flight of its own. */
  | { readonly kind: "other"; readonly key: string }
  /** Nobody who comes from now on can use it: one of them leads the next. */
  | { readonly kind: "over" }
  /** It was for whom it was asked for: one of those who have no credentials asks next, for all of them. */
  | { readonly kind: "again" }
  | { readonly kind: "alone" };

const OVER: Next = { kind: "over" };

async function nextAfter(landing: Landing, waiting: Waiting): Promise<Next> {
  const { lookup, job, joinedAt } = waiting;
  const { head } = lookup.exchange;
  if (landing.kind === "stored" && !varyMatches(landing.response.nominated, head.headers)) {
    const names = landing.response.nominated.map(([name]) => name);
    return { kind: "other", key: flightKey(job.key, names, head.headers) };
  }
  const answer = await answerLanded(waiting, landing);
  if (answer !== null) return { kind: "answer", answer };
  // It had landed before this one came, which finds it too old.
  if (landing.kind === "stored" && landing.response.respondedAt < joinedAt) return OVER;
  return { kind: isPersonal(landing) && !hasUnkeyedCredentials(lookup.exchange) ? "again" : "alone" };
}

function isPersonal(landing: Landing): boolean {
  return landing.kind === "personal" || (landing.kind === "failed" && landing.isPersonal);
}

function flightKey(primary: string, names: readonly string[], headers: FieldSection): string {
  return variantKey(primary, nominate(names, headers));
}

// A follower needs I/O of its own while it waits, or the runtime may take it for hung: the timer is that.
function follow({ landing }: Flight, limitMs: number): Promise<Landing | null> {
  return within(limitMs, landing).catch(() => null);
}

async function lead(lookup: Lookup, job: Job, why: Reason, key: string): Promise<Answer> {
  const { exchange, shell } = lookup;
  const { landing, land } = shell.flights.takeOff(key, hasFoundNothing(job.selected));
  const work = refresh(job, shell, land);
  // Those who wait get their landing also when this client leaves or the work fails.
  exchange.waitUntil(
    work.then(
      () => landing,
      () => land({ kind: "not-shared" }),
    ),
  );
  return answerRefreshed(lookup, job, await work, why);
}

// Who has waited without a look-up of its own cannot tell: by now something may be stored that those who come can use.
function hasFoundNothing({ looked }: Selected): boolean {
  return looked.length > 0 && looked.every(({ found }) => found === null);
}

async function goAlone(lookup: Lookup, job: Job, why: Reason): Promise<Answer> {
  const work = refresh(job, lookup.shell, () => {});
  return answerRefreshed(lookup, job, await work, why);
}

/** The answer that a landing makes possible for this request, or null. */
async function answerLanded(waiting: Waiting, landing: Landing): Promise<Answer | null> {
  switch (landing.kind) {
    case "stored":
      return answerShared(waiting, landing);
    case "failed":
      return answerSharedFailure(waiting, landing);
    case "personal":
    case "not-shared":
      return null;
    default:
      return landing satisfies never;
  }
}

async function answerShared(
  { lookup, job, why, joinedAt }: Waiting,
  { response, bytes }: Extract<Landing, { kind: "stored" }>,
): Promise<Answer | null> {
  const { exchange, shell } = lookup;
  const selected =
    bytes === null
      ? await select(shell.store, lookup, exchange.head.headers, shell.clock())
      : { ...job.selected, response, body: bytes, key: null };
  // Who was waiting when it arrived may use it as it was then, however short its lifetime; who came later, as it was when
  // they came.
  if (decideOn(lookup, selected, Math.max(response.respondedAt, joinedAt)).kind !== "serve") {
    discard(selected.body);
    return null;
  }
  discard(job.selected.body);
  const member = { fwd: forwardToken(why), collapsed: true };
  return answerHit(lookup, selected, { outcome: "HIT", reason: "collapsed", member });
}

// What the origin did to the leader it did to all: each may have a stale copy of its own to fall back on.
function answerSharedFailure(
  { lookup, job, why }: Waiting,
  landing: Extract<Landing, { kind: "failed" }>,
): Answer | null {
  const { exchange, shell } = lookup;
  const { answer } = landing;
  const { selected, validators } = job;
  const asked = {
    method: "GET" as const,
    stored: selected.response,
    conditional: validators !== null,
    completing: false,
    ...standingOf(job, shell),
  };
  const decision = decideStorage(exchange.head, answer, asked, exchange.policy, shell.clock());
  if (decision.kind === "serve-stale") {
    const member = { fwd: forwardToken(why), collapsed: true };
    return answerHit(lookup, selected, {
      outcome: "STALE",
      reason: decision.reason,
      member,
    });
  }
  if (answer.kind === "response" && (landing.isPersonal || hasUnkeyedCredentials(exchange))) return null;
  discard(selected.body);
  return answer.kind === "response"
    ? answerError(answer.arrival, forwardToken(why))
    : answerFailure(answer, forwardToken(why));
}

// Each asking for itself would be more than an origin in trouble can bear. What it said besides was for another.
function answerError({ status, headers }: ResponseHead, fwd: string): Answer {
  const answer = answerProblem(status, "collapsed", { fwd, fwdStatus: status, collapsed: true });
  const retryAfter = headers.get("retry-after");
  if (retryAfter !== null) answer.response.headers.set("retry-after", retryAfter);
  return answer;
}
