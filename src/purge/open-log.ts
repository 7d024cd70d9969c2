import type { Log } from "./log.ts";
import { checkedLog } from "./log-answers.ts";

/** The one Durable Object that numbers all purges. */
const LOG_NAME = "purges";

/** The purge log behind the binding PURGE_LOG, as a fresh stub for each call, or null where none is bound. */
export function openLog(bound: unknown): (() => Log) | null {
  return isLogNamespace(bound) ? () => checkedLog(bound.getByName(LOG_NAME)) : null;
}

/** What tells that log from all others, those of other Workers on the same host included; or null. */
export function idOfLog(bound: unknown): string | null {
  return isLogNamespace(bound) ? String(bound.idFromName(LOG_NAME)) : null;
}

interface LogNamespace {
  getByName(name: string): Log;
  idFromName(name: string): object;
}

// A binding of this name is what wrangler.toml declares it to be: stubs answer every method by RPC.
function isLogNamespace(bound: unknown): bound is LogNamespace {
  return typeof bound === "object" && bound !== null && "getByName" in bound && "idFromName" in bound;
}
