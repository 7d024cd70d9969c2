/**
 * What an isolate needs once what it has stored does not do for an answer: all ways to the origin and into the store, and
 * the answers that are made here. It is loaded then (Shell.beyondHits), and whoever imports any of it otherwise brings it
 * all to the start of every isolate: its weight is watched (scripts/weigh.ts).
 */

export { answerLimited, answerRefused } from "./answer/respond.ts";
export { failOpen } from "./fail-open.ts";
export { answerMissed } from "./missed.ts";
export { refresh } from "./refresh/refresh.ts";
export { readBody } from "./request/request-body.ts";
export { answerUnlooked } from "./unlooked.ts";
