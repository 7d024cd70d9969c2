import { isPreflight } from "../cache/outgoing/cors.ts";
import type { Policy } from "../cache/policy.ts";
import { changedHead } from "../cache/request/request.ts";
import type { RequestHead } from "../cache/types.ts";
import { problemWith } from "../http/problem.ts";
import { normaliseUrl } from "../http/uri.ts";
import type { Choice } from "../rules/match/match.ts";
import type { Admission } from "./access/admission.ts";
import type { Answer } from "./answer/answer.ts";
import { finish } from "./answer/finish.ts";
import { eventOf, logEvent, type RequestEvent } from "./events/events.ts";
import type { Repeated } from "./given.ts";
import { type IsAutomated, requestHead } from "./request/request-head.ts";
import { serve } from "./serve.ts";
import type { Exchange, Shell } from "./shell.ts";
import { withoutWritten, writtenAt } from "./write/written.ts";

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
  if (admission?.kind === "refuse") {
    const { answerRefused } = shell.beyondHits.atHand ?? (await shell.beyondHits.load());
    return told(exchange, finish(exchange, answerRefused(exchange, admission)), shell, tell);
  }
  try {
    const served = await asWriter(exchange, shell);
    const answered = finishedIfPossible(served, await serve(served, shell));
    return told(served, answered, shell, tell);
  } catch (error) {
    console.error(`cache failed: ${error instanceof Error ? error.stack : String(error)}`);
    return answerAllTheSame(exchange, shell, tell);
  }
}

function isOpen({ required, signedUrl, respond }: Policy): boolean {
  return respond !== null || (required === null && signedUrl === null);
}

// Outside of what fails open: whoever is not let in does not get in because the cache is broken.
async function admitOrRefuse({ head, policy }: Exchange, shell: Shell): Promise<Admission> {
  const { admit } = await import("./access/admission.ts");
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
async function answerAllTheSame(exchange: Exchange, shell: Shell, tell: Tell): Promise<Response> {
  const answered = await passPast(exchange, shell);
  if (answered === null)
    return problemWith(500, "the cache failed, and the request cannot be sent again", "internal");
  return told(exchange, finishedIfPossible(exchange, answered), shell, tell);
}

// What failed may have been to load the way to the origin.
async function passPast(exchange: Exchange, shell: Shell): Promise<Answer | null> {
  try {
    const { failOpen } = shell.beyondHits.atHand ?? (await shell.beyondHits.load());
    return await failOpen(exchange, shell);
  } catch (error) {
    console.error(`failing open failed: ${String(error)}`);
    return null;
  }
}

// There is an answer, of a write perhaps that must not be sent again: it goes out, if need be without what rules add.
function finishedIfPossible(exchange: Exchange, answered: Answer): Answer {
  try {
    return finish(exchange, answered);
  } catch (error) {
    console.error(`finishing an answer failed: ${String(error)}`);
    return answered;
  }
}
