import type { Policy } from "../../cache/policy.ts";
import { REASONS, type Reason } from "../../cache/reasons.ts";
import { shownValue } from "../../control/described.ts";
import { type Branch, styled } from "../terminal.ts";
import type { Lifetimes } from "./lifetimes.ts";
import type { Explanation } from "./offline.ts";
import { freshnessBranch, ruleBranch } from "./words.ts";

/** An explanation as a tree: the rule, then the three decisions. */
export function treeOf(explanation: Explanation): Branch {
  const { request, policy, rulesBefore, plan, reuse, storage, lifetimes } = explanation;
  const asked = said(plan.kind, plan.kind === "lookup" ? null : plan.reason);
  const decisions: readonly (Branch | null)[] = [
    { text: `${styled("bold", "request")}: ${asked}`, below: keyOf(explanation) },
    reuse && { text: `${styled("bold", "reuse")}: ${said(reuse.kind, reuse.reason)}` },
    storage && {
      text: `${styled("bold", "storage")}: ${said(storage.kind, storage.reason)}`,
      below: timesOf(lifetimes),
    },
    plan.kind === "lookup" && storage === null ? { text: styled("dim", UNTOLD) } : null,
  ];
  return {
    text: `${request.method} ${request.url.href}`,
    below: [
      ruleBranch(policy.rule, rulesBefore),
      ...admissionOf(policy),
      ...decisions.filter((each) => each !== null),
    ],
  };
}

const UNTOLD = "storage: say what the origin answers, with --response-header and --status";

// Whether a request is let in takes secrets that are not here.
function admissionOf({ required, signedUrl }: Policy): readonly Branch[] {
  const fields = required?.fields.map(({ name }) => name).join(", ");
  return [
    ...(fields === undefined
      ? []
      : [{ text: `lets in only who has the required fields (${fields}); not looked at here` }]),
    ...(signedUrl === null ? [] : [{ text: "lets in only who has a signed link; not verified here" }]),
  ];
}

/** A decision, its reason in words, and the section that says so. */
export function said(kind: string, reason: Reason | null): string {
  if (reason === null) return kind;
  const { section, text } = REASONS[reason];
  return `${kind}, ${text} (${reason}; ${section})`;
}

function keyOf({ request, plan }: Explanation): readonly Branch[] {
  if (plan.kind !== "lookup") return [];
  const [uri = "", parts] = plan.key.key.split("\nkey:");
  const named = parts === undefined ? [] : Object.entries(JSON.parse(parts) as object);
  const names = new Set([...request.headers.keys(), ...plan.head.headers.keys()]);
  const changed = [...names].filter((name) => request.headers.get(name) !== plan.head.headers.get(name));
  return [
    {
      text: `key: ${uri}`,
      below: named.map(([name, value]) => ({ text: `${name}: ${JSON.stringify(value)}` })),
    },
    ...changed.map((name) => ({
      text: `the origin is sent ${name}: ${shownValue(name, plan.head.headers.get(name)) ?? "nothing"}`,
    })),
  ];
}

function timesOf(times: Lifetimes | null): readonly Branch[] {
  if (times === null) return [];
  const { lifetimeSeconds, from, ageSeconds, staleWhileRevalidate, staleIfError, browserCacheControl } =
    times;
  const told = browserCacheControl === null ? "nothing is said" : `Cache-Control: ${browserCacheControl}`;
  return [
    freshnessBranch(lifetimeSeconds, from, ageSeconds),
    { text: windowOf("stale-while-revalidate", staleWhileRevalidate, "RFC 5861 §3") },
    { text: windowOf("stale-if-error", staleIfError, "RFC 5861 §4") },
    { text: `browsers: ${told}` },
  ];
}

function windowOf(
  name: string,
  { seconds, source, forbidden }: Lifetimes["staleIfError"],
  section: string,
): string {
  const use = forbidden && seconds > 0 ? ", which the origin's directives forbid to use" : "";
  return `${name} ${seconds} s (${seconds === 0 ? "nobody gives one" : source})${use} (${section})`;
}
