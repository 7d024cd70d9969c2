import { primaryKey } from "../cache/key.ts";
import { invalidatedUris } from "../cache/invalidation.ts";
import { planRequest } from "../cache/plan.ts";
import type { Reason } from "../cache/reasons.ts";
import { type Asked, decideStorage, type OriginAnswer } from "../cache/storage.ts";
import { type Candidate, decideReuse, type ReuseDecision } from "../cache/reuse.ts";
import { secondsLeft } from "../cache/freshness.ts";
import { varyMatches } from "../cache/variants.ts";
import type { Validators } from "../cache/validation.ts";
import type { CacheStatusMember } from "../http/cache-status.ts";
import { type Answer, answerPassed, answerProblem, answerStored, forwardToken } from "./answer.ts";
import { discard } from "./body.ts";
import type { Landing } from "./flights.ts";
import { askOrigin } from "./origin.ts";
import { type Job, refresh, type Refreshed } from "./refresh.ts";
import { type Selected, select } from "./select.ts";
import type { Exchange, Shell } from "./shell.ts";
import { storeKey } from "./store-key.ts";

/** The client's half: plans, looks up, decides, and answers; `refresh` is asked where the origin must be. */
export async function serve(exchange: Exchange, shell: Shell): Promise<Answer> {
  const plan = planRequest(exchange.head, exchange.policy);
  switch (plan.kind) {
    case "bypass":
      return forward(exchange, shell, plan.reason);
    case "write-through":
      return writeThrough(exchange, shell, plan.reason);
    case "lookup":
      return lookUp({ exchange, shell, primary: plan.key, search: plan.search });
    default:
      return plan satisfies never;
  }
}

async function forward(exchange: Exchange, shell: Shell, reason: Reason): Promise<Answer> {
  const { head, request } = exchange;
  const asking = { method: head.method, search: head.url.search, body: request.body, fields: {} };
  const { answer, response } = await askOrigin(exchange, asking, shell.config, shell.clock);
  const fwd = forwardToken(reason);
  if (answer.kind === "failure") return failed(answer.failure, fwd);
  const member = { fwd, fwdStatus: answer.arrival.status, detail: reason, rule: exchange.policy.rule ?? undefined };
  if (response === null) throw new Error("an answer without a response");
  return answerPassed(response, answer.arrival.headers, { member, outcome: "PASS", reason });
}

function failed(reason: "origin-timeout" | "origin-unreachable", fwd: string): Answer {
  return answerProblem(reason === "origin-timeout" ? 504 : 502, reason, { fwd, detail: reason });
}

// RFC 9111 §4.4. The invalidation is in force before the client hears of its success.
async function writeThrough(exchange: Exchange, shell: Shell, reason: Reason): Promise<Answer> {
  const answer = await forward(exchange, shell, reason);
  const { status, headers } = answer.response;
  const uris = answer.outcome === "ERROR" ? [] : invalidatedUris(exchange.head, { status, headers });
  await Promise.all(uris.map((url) => invalidate(url, exchange, shell)));
  return { ...answer, outcome: answer.outcome === "ERROR" ? "ERROR" : "WRITE" };
}

async function invalidate(url: URL, exchange: Exchange, shell: Shell): Promise<void> {
  const read = { method: "GET", url, headers: exchange.head.headers };
  const { key } = primaryKey(url, shell.policyFor(read));
  const now = shell.clock();
  shell.invalidations.record(key, now);
  const found = await shell.store.lookup(await storeKey(key), now);
  if (found === null) return;
  discard(found.body);
  const record = { index: { nominations: [], invalidatedAt: now }, response: null };
  await shell.store.save(await storeKey(key), record, null, now);
}

/** A request that may be answered from what is stored. */
interface Lookup {
  readonly exchange: Exchange;
  readonly shell: Shell;
  readonly primary: string;
  readonly search: string;
}

interface Decided {
  readonly selected: Selected;
  readonly invalidatedAt: number | null;
  readonly decision: ReuseDecision;
}

async function lookUp(lookup: Lookup): Promise<Answer> {
  const { exchange } = lookup;
  const decided = await decide(lookup);
  const { decision, selected } = decided;
  switch (decision.kind) {
    case "serve":
      return answerHit(lookup, selected, "HIT", decision.reason);
    case "serve-stale":
      if (decision.refresh) refreshBehind(lookup, decided);
      return answerHit(lookup, selected, "STALE", decision.reason);
    case "refuse":
      discard(selected.body);
      return answerProblem(504, decision.reason, { fwd: "request", detail: decision.reason });
    case "revalidate":
      return refreshInFront(lookup, decided, decision.reason, decision.validators);
    case "fetch":
      return refreshInFront(lookup, decided, decision.reason, null);
    default:
      void exchange;
      return decision satisfies never;
  }
}

async function decide(lookup: Lookup): Promise<Decided> {
  const { exchange, shell, primary } = lookup;
  const now = shell.clock();
  const selected = await select(shell.store, primary, exchange.head.headers, now);
  return decideOn(lookup, selected);
}

function decideOn({ exchange, shell, primary }: Lookup, selected: Selected): Decided {
  const invalidatedAt = shell.invalidations.latest(primary, selected.index?.invalidatedAt ?? null);
  const hasOthers = (selected.index?.nominations.length ?? 0) > 0;
  const found: Candidate = { response: selected.response, hasOthers, invalidatedAt };
  const decision = decideReuse(exchange.head, found, exchange.policy, shell.clock());
  return { selected, invalidatedAt, decision };
}

function answerHit(lookup: Lookup, selected: Selected, outcome: "HIT" | "STALE", reason: Reason): Answer {
  const { exchange, shell } = lookup;
  const { response, body } = selected;
  if (response === null) throw new Error("a hit without a stored response");
  const now = shell.clock();
  const ttl = secondsLeft(response, exchange.policy, now);
  const detail = reason === "fresh" ? undefined : reason;
  const member = { hit: true, ttl, detail, rule: exchange.policy.rule ?? undefined };
  return answerStored(exchange, { response, body, member, outcome, reason, reused: true }, now);
}

// Behind the answer the whole representation is asked for, whatever part of it this client wanted.
function refreshBehind(lookup: Lookup, { selected, invalidatedAt }: Decided): void {
  const { exchange, shell, primary, search } = lookup;
  const { response } = selected;
  const leaseKey = selected.key ?? primary;
  if (response === null || !shell.leases.acquire(leaseKey, shell.clock())) return;
  const headers = new Headers(exchange.head.headers);
  for (const name of ["range", "if-range"]) headers.delete(name);
  const head = { ...exchange.head, method: "GET", headers };
  const etag = response.headers.get("etag");
  const lastModified = response.headers.get("last-modified");
  const validators = etag ?? lastModified ? { ifNoneMatch: etag, ifModifiedSince: lastModified } : null;
  const job = { exchange: { ...exchange, head }, primary, search, selected, invalidatedAt, validators, unshared: false };
  void job;
  exchange.waitUntil(Promise.resolve());
}
