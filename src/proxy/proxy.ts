import { isPreflight } from "../cache/cors.ts";
import type { Policy } from "../cache/policy.ts";
import { changedHead } from "../cache/request.ts";
import { Signatures } from "../cache/signature.ts";
import { RETENTION_DAYS, type RequestHead } from "../cache/types.ts";
import type { Config } from "../config.ts";
import { problemWith } from "../http/problem.ts";
import { normaliseUrl } from "../http/uri.ts";
import { type Choice, choose, type Matcher } from "../rules/match.ts";
import { policiesFor } from "../rules/read-policies.ts";
import type { RuleSet } from "../rules/rule.ts";
import { cacheApiStore } from "../store/cache-api.ts";
import { memoryStore } from "../store/memory.ts";
import { tiered } from "../store/tiered.ts";
import type { Admission } from "./admission.ts";
import { type Answer, answerPassed } from "./answer.ts";
import { SMALL_BODY_BYTES } from "./body.ts";
import { eventOf, logEvent, type RequestEvent } from "./events.ts";
import { finish } from "./finish.ts";
import { Flights } from "./flights.ts";
import { Invalidations } from "./invalidations.ts";
import { Leases } from "./leases.ts";
import { askOrigin } from "./origin/origin.ts";
import { openUpstreams } from "./origin/upstreams.ts";
import { openPurges } from "./purges.ts";
import { type Repeated, Repeats } from "./repeats.ts";
import { type IsAutomated, requestHead } from "./request-head.ts";
import { answerRefused } from "./respond.ts";
import { serve } from "./serve.ts";
import type { Exchange, Shell } from "./shell.ts";
import { Stats } from "./stats.ts";
import { withoutWritten, writtenAt } from "./written.ts";

const MEMORY_TRUST_MS = 5_000;
const MEMORY_RENEWAL_MS = 4_000;
/** A look-up takes milliseconds. Beyond this the Cache API is taken for broken, and the origin is asked. */
const CACHE_API_LIMIT_MS = 2_000;
const RETENTION_SECONDS = RETENTION_DAYS * 86_400;
/** Beyond the time that the origin may take to begin: for the body, and for storing it. */
const LEASE_MARGIN_MS = 30_000;
const REFRESH_RETRY_MS = 5_000;

/** Answers a request; `url` is its target, parsed. Whoever wants to know how it was answered is told so. */
export type RequestHandler = (
  request: Request,
  url: URL,
  ctx: Pick<ExecutionContext, "waitUntil">,
  tell?: (event: RequestEvent) => void,
) => Promise<Response>;

/** The proxy of one isolate: every request that is not the operator's own goes through it. */
export interface CachingProxy {
  readonly answer: RequestHandler;
  /** The answer, where another has just asked the same; null: the request has to be answered. */
  readonly again: (request: Request) => Response | null | Promise<Response | null>;
}

export function createProxy(shell: Shell): CachingProxy {
  return {
    again: (request) => answerAgain(request, shell),
    async answer(request, url, ctx, tell) {
      const isAutomated = shell.asksForBots ? await botSpotter() : null;
      return answer(exchangeOf({ request, url, isAutomated }, shell, ctx), shell, tell);
    },
  };
}

// Most answers are at hand, and are given without a promise of them.
function answerAgain(request: Request, shell: Shell): ReturnType<CachingProxy["again"]> {
  const tell = (repeated: Repeated | null) => {
    if (repeated !== null) tellOf(repeated.event, shell);
    return repeated?.response ?? null;
  };
  // The whole way does not lead past what has failed here.
  const fail = (error: unknown) => {
    console.error(`repeating an answer failed: ${String(error)}`);
    return null;
  };
  try {
    const repeated = shell.repeats.again(request, shell);
    return repeated instanceof Promise ? repeated.then(tell).catch(fail) : tell(repeated);
  } catch (error) {
    return fail(error);
  }
}

// Few rules ask for it. The platform keeps what was loaded.
async function botSpotter(): Promise<IsAutomated> {
  return (await import("../http/user-agent.ts")).isAutomated;
}

/** What the proxy of one isolate works with. */
export function openShell(config: Config, rules: RuleSet, matcher: Matcher): Shell {
  const stats = new Stats(Date.now());
  const tiers = openTiers(config, stats);
  return {
    config,
    choose: (request) => choose(matcher, request),
    policiesFor: (address) => policiesFor(address, matcher),
    asksForBots: rules.facts.asksForBots,
    tiers,
    store: config.memoryBytes === 0 ? tiers.lasting : tiered(tiers.memory, tiers.lasting),
    stats,
    flights: new Flights(),
    leases: new Leases(config.originTimeoutSeconds * 1000 + LEASE_MARGIN_MS, REFRESH_RETRY_MS),
    invalidations: new Invalidations(),
    repeats: new Repeats(new Signatures(rules.facts.fields)),
    purges: openPurges(config),
    upstreams: openUpstreams(rules.origins, config),
    warned: new Set(),
    clock: () => Date.now(),
    chance: () => Math.random(),
  };
}

function openTiers({ memoryBytes }: Config, stats: Stats): Shell["tiers"] {
  const onError = (operation: string, error: unknown) => {
    stats.storeFailed(operation);
    console.error(`cache ${operation} failed: ${String(error)}`);
  };
  const memory = memoryStore({
    maxBytes: memoryBytes,
    maxBodyBytes: SMALL_BODY_BYTES,
    maxAgeMs: MEMORY_TRUST_MS,
    renewAfterMs: MEMORY_RENEWAL_MS,
  });
  const lasting = cacheApiStore(caches.default, {
    ...{ retentionSeconds: RETENTION_SECONDS, limitMs: CACHE_API_LIMIT_MS, onError },
  });
  return { memory, lasting };
}

interface Asked {
  readonly request: Request;
  readonly url: URL;
  readonly isAutomated: IsAutomated | null;
}

function exchangeOf(
  { request, url, isAutomated }: Asked,
  shell: Shell,
  ctx: Pick<ExecutionContext, "waitUntil">,
): Exchange {
  // One spelling for the rules, the key, invalidation and the origin: nothing is evaded by encoding a letter.
  const received = requestHead(request, normaliseUrl(url), isAutomated);
  const { policy, params } = chosenFor(received, shell);
  return {
    request,
    head: params === received.params ? received : changedHead(received, { params }),
    received,
    policy,
    content: null,
    credentials: null,
    writtenAt: null,
    publicOrigin: url.origin,
    startedAt: shell.clock(),
    waitUntil: (work) =>
      ctx.waitUntil(work.catch((error) => console.error(`background work failed: ${String(error)}`))),
  };
}

// A preflight asks for a request to come, and falls under the rule of that one.
function chosenFor(head: RequestHead, shell: Shell): Choice {
  if (!isPreflight(head)) return shell.choose(head);
  const method = head.headers.get("access-control-request-method") ?? head.method;
  const chosen = shell.choose(changedHead(head, { method }));
  return chosen.policy.cors === null ? shell.choose(head) : chosen;
}

type Tell = ((event: RequestEvent) => void) | undefined;

async function answer(asked: Exchange, shell: Shell, tell: Tell): Promise<Response> {
  const admission = isOpen(asked.policy) ? null : await admitOrRefuse(asked, shell);
  const exchange = admission === null ? asked : { ...asked, head: admission.head };
  if (admission?.kind === "refuse")
    return told(exchange, finish(exchange, answerRefused(exchange, admission)), shell, tell);
  try {
    const served = await asWriter(exchange, shell);
    const answered = finish(served, await serve(served, shell));
    return told(served, answered, shell, tell);
  } catch (error) {
    console.error(`cache failed: ${error instanceof Error ? error.stack : String(error)}`);
    return failOpen(exchange, shell, tell);
  }
}

function isOpen({ required, signedUrl, respond }: Policy): boolean {
  return respond !== null || (required === null && signedUrl === null);
}

// Outside of what fails open: whoever is not let in does not get in because the cache is broken.
async function admitOrRefuse({ head, policy }: Exchange, shell: Shell): Promise<Admission> {
  const { admit } = await import("./admission.ts");
  return admit(head, policy, shell);
}

// There is an answer by now: it goes out, whatever becomes of remembering, counting and logging it.
function told(exchange: Exchange, answered: Answer, shell: Shell, tell: Tell): Response {
  try {
    const now = shell.clock();
    shell.repeats.remember(exchange, answered, shell);
    tellOf(eventOf(exchange, answered, now), shell, tell);
  } catch {
    // Whoever logs could not; there is nobody left to tell.
  }
  return answered.response;
}

function tellOf(event: RequestEvent, { stats, config }: Shell, tell?: Tell): void {
  stats.answered(event);
  tell?.(event);
  logEvent(event, config.log);
}

// The cookie that says so is between this client and us: neither key nor origin sees it.
async function asWriter(exchange: Exchange, shell: Shell): Promise<Exchange> {
  const { head } = exchange;
  const headers = withoutWritten(head.headers);
  if (headers === head.headers) return exchange;
  const at = await writtenAt(head, shell.clock(), shell.config);
  return { ...exchange, head: changedHead(head, { headers }), writtenAt: at };
}

/** A mistake of ours costs the client its cache, not its answer, where the request can still be sent. */
async function failOpen(exchange: Exchange, shell: Shell, tell: Tell): Promise<Response> {
  const { request, head } = exchange;
  const broken = () => problemWith(500, "the cache failed, and the request cannot be sent again", "internal");
  if (request.bodyUsed) return broken();
  const asking = { method: head.method, body: request.body, fields: {} };
  const { answer, response } = await askOrigin(exchange, asking, shell);
  if (answer.kind === "failure" || response === null) return broken();
  const member = { fwd: "bypass", detail: "cache-failed" };
  const said = { policy: exchange.policy, member, outcome: "PASS", reason: "cache-failed" } as const;
  const answered = answerPassed(response, answer.arrival.headers, said);
  return told(exchange, finishedIfPossible(exchange, answered), shell, tell);
}

// What failed may have been this.
function finishedIfPossible(exchange: Exchange, answered: Answer): Answer {
  try {
    return finish(exchange, answered);
  } catch {
    return answered;
  }
}
