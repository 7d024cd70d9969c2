import { json } from "itty-router";
import { problemWith } from "../http/problem.ts";
import type { LoggedFact } from "../purge/log.ts";
import { openLog } from "../purge/open-log.ts";
import type { Recorded } from "../purge/source.ts";
import { readJson } from "./body.ts";
import type { Call, Controlled, Route } from "./call.ts";
import { readPurgeRequest } from "./purge-request.ts";

export function purgeRoutes(controlled: Controlled): readonly Route[] {
  return [
    {
      method: "POST",
      path: "/purge",
      role: "purge",
      summary: "Purges by address, path, prefix, tag, rule, host, or everything",
      body: PURGE,
      answers: { 200: PURGED },
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
      handle: (call) => history(call, controlled),
    },
  ];
}

async function purge(
  { request, url, by, occasion }: Call,
  { matcher, purges, config }: Controlled,
): Promise<Response> {
  const body = await readJson(request);
  if (body.kind === "too-large") return problemWith(413, "the body is longer than 1 MiB", "too-large");
  if (body.kind === "unsupported") return problemWith(415, body.complaint, "unsupported");
  if (body.kind === "malformed") return problemWith(400, body.complaint, "malformed");
  const asked = readPurgeRequest(body.value, { matcher, origin: url.origin });
  if (asked.kind === "refused") return problemWith(400, asked.complaints.join("\n"), "malformed");
  return answerRecorded(await purges.record(asked.purges, by.name, occasion), config.purgeBoundSeconds);
}

function answerRecorded(recorded: Recorded, boundSeconds: number): Response {
  switch (recorded.kind) {
    case "recorded":
      return json({ reach: "everywhere", withinSeconds: boundSeconds, purges: recorded.facts.map(plain) });
    case "recorded-here":
      return json({ reach: "data-centre", withinSeconds: boundSeconds, purges: recorded.facts.map(plain) });
    case "not-recorded":
      return problemWith(
        503,
        `in force in this data centre only, send it again: ${recorded.error}`,
        "not-recorded",
      );
    case "refused": {
      const complaints = recorded.mistakes.map(({ found, allowed }) => `found ${found}; allowed: ${allowed}`);
      return problemWith(400, complaints.join("\n"), "malformed");
    }
    default:
      return recorded satisfies never;
  }
}

function plain({ scope, value, soft, at, sequence }: LoggedFact): object {
  return { scope, value, soft, at: new Date(at).toISOString(), sequence };
}

const LISTED = 100;
const MOST_LISTED = 1000;

async function history({ url }: Call, { config }: Controlled): Promise<Response> {
  const log = openLog(config.bindings["PURGE_LOG"]);
  if (log === null) return problemWith(501, "there is no purge log: PURGE_LOG is not bound", "no-log");
  const limit = numberOf(url.searchParams.get("limit") ?? String(LISTED), MOST_LISTED);
  const before = url.searchParams.get("before");
  const number = before === null ? undefined : numberOf(before, Number.MAX_SAFE_INTEGER);
  if (limit === null)
    return problemWith(400, `limit: allowed: a number from 1 to ${MOST_LISTED}`, "malformed");
  if (number === null) return problemWith(400, "before: allowed: the number of a purge, from 1", "malformed");
  const entries = await log().list(limit, number);
  return json({ purges: entries.map((entry) => ({ ...plain(entry), by: entry.by })) });
}

function numberOf(text: string, most: number): number | null {
  const number = /^\d{1,16}$/.test(text) ? Number(text) : 0;
  return number >= 1 && number <= most ? number : null;
}

const STRINGS = { type: "array", items: { type: "string" } };

const PURGE = {
  type: "object",
  additionalProperties: false,
  minProperties: 1,
  properties: {
    tags: STRINGS,
    urls: { ...STRINGS, description: "Whole addresses, or paths of this host, with their query." },
    paths: { ...STRINGS, description: "Paths with whatever query, of this host or with a host before them." },
    prefixes: { ...STRINGS, description: "How addresses begin, from the path on or from the host on." },
    rules: STRINGS,
    hosts: STRINGS,
    everything: { const: true },
    soft: { type: "boolean", default: false, description: "Stale from now on, rather than gone." },
  },
};

const FACT = {
  type: "object",
  required: ["scope", "value", "soft", "at", "sequence"],
  properties: {
    scope: { enum: ["everything", "host", "rule", "tag", "path", "prefix", "url"] },
    value: { type: "string", description: "In the spelling that stored responses have." },
    soft: { type: "boolean" },
    at: { type: "string", format: "date-time" },
    sequence: { type: "integer" },
  },
};

const PURGED = {
  type: "object",
  required: ["reach", "withinSeconds", "purges"],
  properties: {
    reach: {
      enum: ["everywhere", "data-centre"],
      description: "Without a purge log, this data centre alone.",
    },
    withinSeconds: { type: "number" },
    purges: { type: "array", items: FACT },
  },
};

const HISTORY = {
  type: "object",
  required: ["purges"],
  properties: {
    purges: {
      type: "array",
      items: {
        ...FACT,
        required: [...FACT.required, "by"],
        properties: { ...FACT.properties, by: { type: "string" } },
      },
    },
  },
};
