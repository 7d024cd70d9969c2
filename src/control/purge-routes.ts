import { json } from "itty-router";
import { ConfigError } from "../errors.ts";
import { problemWith } from "../http/problem.ts";
import type { LoggedFact } from "../purge/log.ts";
import { openLog } from "../purge/open-log.ts";
import type { Recorded } from "../purge/source.ts";
import { within } from "../within.ts";
import { readJson, refuseBody } from "./body.ts";
import type { Call, Controlled, Route } from "./call.ts";
import { type Along, purgeAlong } from "./purge-cloudflare.ts";
import { readPurgeRequest } from "./purge-request.ts";
import { HISTORY, PURGE, PURGED } from "./purge-schemas.ts";
import type { PurgeValue } from "./purge-values.ts";
import { shown } from "./words.ts";

/** Purging, and what was purged. */
export function purgeRoutes(controlled: Controlled): readonly Route[] {
  return [
    {
      method: "POST",
      path: "/purge",
      role: "purge",
      summary: "Purges by address, path, prefix, tag, rule, host, or everything",
      body: PURGE,
      answers: { 200: PURGED },
      problems: {
        503: "The purge log could not be told: `purges` are in force in this data centre only. Send it again.",
      },
      handle: (call) => purge(call, controlled),
    },
    {
      method: "GET",
      path: "/purges",
      role: "read",
      summary: "What was purged, when and by whom: the latest first",
      query: {
        limit: { type: "integer", minimum: 1, maximum: MOST_LISTED, default: LISTED },
        before: {
          type: "integer",
          minimum: 1,
          description: "Only those with a smaller number: the next page.",
        },
      },
      answers: { 200: HISTORY },
      problems: { 501: "No purge log is bound.", 503: "The purge log could not be asked." },
      handle: (call) => history(call, controlled),
    },
  ];
}

async function purge(call: Call, controlled: Controlled): Promise<Response> {
  const { request, url, by, occasion } = call;
  const { matcher, purges } = controlled;
  const body = await readJson(request);
  if (body.kind !== "json") return refuseBody(body);
  const asked = readPurgeRequest(body.value, { matcher, origin: url.origin });
  if (asked.kind === "refused") return problemWith(400, asked.complaints.join("\n"), "malformed");
  const recorded = await purges.record(asked.purges, by.name, occasion);
  switch (recorded.kind) {
    case "recorded":
    case "recorded-here":
      return json(await answerRecorded(recorded, asked.outside, { call, controlled }));
    case "not-recorded":
      return answerNotRecorded(recorded);
    case "refused": {
      const complaints = recorded.mistakes.map(({ found, allowed }) => `found ${found}; allowed: ${allowed}`);
      return problemWith(400, complaints.join("\n"), "malformed");
    }
    default:
      return recorded satisfies never;
  }
}

interface Context {
  readonly call: Call;
  readonly controlled: Controlled;
}

/** What is in force, and what became of Cloudflare's own cache where it is to be purged, too. */
async function answerRecorded(
  { kind, facts }: Extract<Recorded, { kind: "recorded" | "recorded-here" }>,
  outside: readonly PurgeValue[],
  { call, controlled }: Context,
): Promise<object> {
  const { purgeBoundSeconds } = controlled.config;
  const along = await alongside(outside, call, controlled);
  return {
    reach: kind === "recorded" ? "everywhere" : "data-centre",
    withinSeconds: purgeBoundSeconds,
    purges: facts.map(plain),
    ...(along && { cloudflare: along }),
  };
}

/** What became of Cloudflare's own cache; null where no zone is configured. */
async function alongside(
  outside: readonly PurgeValue[],
  { occasion: { waitUntil } }: Call,
  { config: { cloudflare, purgeBoundSeconds } }: Controlled,
): Promise<Along | null> {
  if (cloudflare === null) return null;
  if (cloudflare instanceof ConfigError) return { kind: "failed", detail: cloudflare.message };
  return purgeAlong(outside, { zone: cloudflare, boundMs: purgeBoundSeconds * 1000, waitUntil });
}

const RETRY_SECONDS = 5;

function answerNotRecorded({ facts, error }: Extract<Recorded, { kind: "not-recorded" }>): Response {
  const response = problemWith(
    503,
    `the purge log could not be told: ${error}; in force in this data centre only, send it again`,
    "not-recorded",
    { purges: facts.map(plain) },
  );
  response.headers.set("retry-after", String(RETRY_SECONDS));
  return response;
}

function plain({ scope, value, soft, at, sequence }: LoggedFact): object {
  return { scope, value, soft, at: new Date(at).toISOString(), sequence };
}

const LISTED = 100;
const MOST_LISTED = 1000;
const LOG_LIMIT_MS = 5000;

async function history({ url }: Call, { config }: Controlled): Promise<Response> {
  const log = openLog(config.bindings["PURGE_LOG"]);
  if (log === null) return problemWith(501, "there is no purge log: PURGE_LOG is not bound", "no-log");
  const limit = numberOf(url.searchParams.get("limit") ?? String(LISTED), MOST_LISTED);
  const before = url.searchParams.get("before");
  const number = before === null ? undefined : numberOf(before, Number.MAX_SAFE_INTEGER);
  if (limit === null) return refuseNumber(url, "limit", `a number from 1 to ${MOST_LISTED}`);
  if (number === null) return refuseNumber(url, "before", "the number of a purge, from 1");
  const entries = await within(LOG_LIMIT_MS, log().list(limit, number)).catch((error: unknown) =>
    String(error),
  );
  if (typeof entries === "string")
    return problemWith(503, `the purge log could not be asked: ${entries}`, "log-down");
  const next = entries.length === limit ? (entries.at(-1)?.sequence ?? null) : null;
  return json({ purges: entries.map((entry) => ({ ...plain(entry), by: entry.by })), next });
}

function refuseNumber({ searchParams }: URL, name: string, allowed: string): Response {
  return problemWith(
    400,
    `${name}: found ${shown(searchParams.get(name))}; allowed: ${allowed}`,
    "malformed",
  );
}

function numberOf(text: string, most: number): number | null {
  const number = /^\d{1,16}$/.test(text) ? Number(text) : 0;
  return number >= 1 && number <= most ? number : null;
}
