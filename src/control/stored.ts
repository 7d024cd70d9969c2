import { currentAge, freshnessLifetime } from "../cache/freshness.ts";
import type { PrimaryKey } from "../cache/key.ts";
import type { Policy } from "../cache/policy.ts";
import { REASONS, type Reason } from "../cache/reasons.ts";
import type { StoredResponse } from "../cache/types.ts";
import type { PurgeVerdict } from "../purge/purge.ts";
import { shownValue } from "./described.ts";

/** A decision, as explain and inspect tell it. */
export function explained(kind: string, reason: Reason | null): object {
  return reason === null ? { kind } : { kind, reason, ...REASONS[reason] };
}

/** What is stored, in plain words and units: the facts, and how fresh they make it under today's rules. */
export function describeStored(response: StoredResponse, policy: Policy, now: number): object {
  const { status, rule, tags, requestedAt, respondedAt, bodyLength, range, suspect, nominated } = response;
  const { seconds, source } = freshnessLifetime(response, policy);
  const ageSeconds = currentAge(response, now);
  return {
    status,
    rule,
    tags,
    requestedAt: isoOrNull(requestedAt),
    respondedAt: isoOrNull(respondedAt),
    bytes: bodyLength,
    range,
    suspect,
    vary: nominated.map(([name]) => name),
    freshness: { lifetimeSeconds: seconds, from: source, ageSeconds, secondsLeft: seconds - ageSeconds },
  };
}

/** The key of what is stored, without the credentials that it may hold. */
export function describeKey({ uri, key }: PrimaryKey): object {
  // No URI has a line feed (key.ts).
  const lead = `${uri}\nkey:`;
  if (!key.startsWith(lead)) return { uri, key };
  return { uri, key: lead + JSON.stringify(JSON.parse(key.slice(lead.length), withoutCredentials)) };
}

function withoutCredentials(part: string, value: unknown): unknown {
  const isFields = (part === "headers" || part === "others" || part === "cookies") && Array.isArray(value);
  if (!isFields) return value;
  return value.map(([name, text]) => [name, shownValue(part === "cookies" ? "cookie" : name, text)]);
}

/** The purge that is about a response, in plain words; null where none is. */
export function describePurge(purge: PurgeVerdict | null): object | null {
  return purge && { ...purge, purgedAt: isoOrNull(purge.purgedAt) };
}

/** An instant in milliseconds since the epoch, as ISO 8601 writes it. */
export function isoOrNull(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

/** JSON Schema of a decision. */
export const DECISION = {
  type: "object",
  required: ["kind"],
  properties: {
    kind: { type: "string" },
    reason: { type: "string", description: "As in Cache-Status and the log." },
    section: { type: "string", description: 'Of the specification that says so, or "rule".' },
    text: { type: "string" },
  },
};

const INSTANT = { type: "string", format: "date-time" };

/** JSON Schema of what is stored. */
export const STORED = {
  type: "object",
  required: ["status", "rule", "tags", "requestedAt", "respondedAt", "bytes", "range", "freshness"],
  properties: {
    status: { type: "integer" },
    rule: { type: ["string", "null"], description: "The rule that stored it." },
    tags: { type: "array", items: { type: "string" } },
    requestedAt: { ...INSTANT, description: "When the origin was asked for it: purges count from here." },
    respondedAt: INSTANT,
    bytes: { type: ["integer", "null"], description: "Null where the origin did not say how many." },
    range: { type: ["object", "null"], description: "Which bytes of the whole they are, where only a part." },
    suspect: { type: "boolean", description: "Put in doubt by an answer to HEAD." },
    vary: { type: "array", items: { type: "string" } },
    freshness: {
      type: "object",
      required: ["lifetimeSeconds", "from", "ageSeconds", "secondsLeft"],
      properties: {
        lifetimeSeconds: { type: "number" },
        from: { type: "string", description: "What the lifetime comes from." },
        ageSeconds: { type: "number" },
        secondsLeft: { type: "number", description: "Below zero: stale." },
      },
    },
  },
};

/** JSON Schema of a purge. */
export const PURGE_VERDICT = {
  type: ["object", "null"],
  description: "The purge that is about it.",
  required: ["purgedAt", "soft", "scope", "value"],
  properties: {
    purgedAt: { ...INSTANT, description: "Its instant and the allowance for clocks." },
    soft: { type: "boolean" },
    scope: { type: "string" },
    value: { type: "string" },
  },
};
