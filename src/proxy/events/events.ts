import type { LogFormat } from "../../config.ts";
import type { Answer } from "../answer/answer.ts";
import type { Exchange } from "../shell.ts";

/** One line a request: what was asked, what was answered, and why. */
export interface RequestEvent {
  readonly method: string;
  /** Path and query as the client sent them. */
  readonly url: string;
  readonly status: number;
  readonly outcome: Answer["outcome"];
  readonly reason: Answer["reason"];
  readonly storage: Answer["storage"];
  readonly rule: string | null;
  /** Seconds, or null where nothing stored was used. */
  readonly ageSeconds: number | null;
  /** Until the head of the answer was ready. */
  readonly durationMs: number;
}

export function eventOf(exchange: Exchange, answer: Answer, now: number): RequestEvent {
  const { url, method } = exchange.head;
  return {
    method,
    url: url.pathname + url.search,
    status: answer.response.status,
    outcome: answer.outcome,
    reason: answer.reason,
    storage: answer.storage,
    rule: exchange.policy.rule,
    ageSeconds: answer.ageSeconds,
    durationMs: now - exchange.startedAt,
  };
}

export function logEvent(event: RequestEvent, format: LogFormat): void {
  if (format === "json") console.log(JSON.stringify(event));
  if (format === "pretty") console.log(prettyLine(event));
}

/** A refresh behind an answer that did not succeed; nobody waited for it. */
export interface RefreshFailure {
  readonly url: string;
  readonly complaint: string;
  /** In a row, in this isolate. */
  readonly failures: number;
}

export function logRefreshFailure(failure: RefreshFailure, format: LogFormat): void {
  if (format === "json") console.warn(JSON.stringify({ event: "refresh-failed", ...failure }));
  if (format === "pretty") {
    console.warn(`refresh failed: ${failure.url}  ${failure.complaint} failures=${failure.failures}`);
  }
}

/** For a terminal: `200 HIT      GET /products?page=1  rule=products age=12s reason=fresh 1ms`. */
export function prettyLine(event: RequestEvent): string {
  const { status, outcome, method, url, rule, ageSeconds, reason, storage, durationMs } = event;
  const facts = [
    ...(rule === null ? [] : [`rule=${rule}`]),
    ...(ageSeconds === null ? [] : [`age=${ageSeconds}s`]),
    `reason=${reason}`,
    ...(storage === null ? [] : [`storage=${storage}`]),
    `${durationMs}ms`,
  ];
  return `${status} ${outcome.padEnd(11)} ${method} ${url}  ${facts.join(" ")}`;
}
