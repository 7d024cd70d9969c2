import { deltaSeconds, parseCacheControl } from "../../http/cache-control.ts";
import type { RuleInput } from "../../rules/input/rules.ts";
import { inOrder, type Pass, passedWithin } from "./order.ts";
import { joined, newRoute, type RouteFacts } from "./route-facts.ts";
import { shapeOf, shapeText } from "./shape.ts";
import { looksLikeWrite, looksPersonal } from "./suspicion.ts";

/** What is suggested for a route. */
export interface Suggestion {
  readonly pattern: string;
  readonly rule: RuleInput;
  /** What has been seen that it rests on. */
  readonly evidence: string;
  readonly facts: RouteFacts;
}

/** Suggestions for routes that are read, in an order in which the first that matches is the right one (order.ts). */
export function suggestionsOf(routes: readonly (readonly [string, RouteFacts])[]): readonly Suggestion[] {
  const names = new Set<string>();
  const pass: Pass = (pattern, why) => passed(pattern, newRoute(), uniqueName(pattern, names), why);
  const judged = byWhatTheyAccept(routes).map(
    ([pattern, facts]) => [pattern, suggestionFor(pattern, facts, names)] as const,
  );
  const suggestions = judged.flatMap(([, suggestion]) => suggestion ?? []);
  const unsuited = judged.flatMap(([pattern, suggestion]) => (suggestion === null ? [pattern] : []));
  return inOrder([...suggestions, ...passedWithin(suggestions, unsuited, pass)], pass);
}

// To a rule `/:id` and `/:uuid` are the same: what has been seen of one is true of both.
function byWhatTheyAccept(
  routes: readonly (readonly [string, RouteFacts])[],
): readonly (readonly [string, RouteFacts])[] {
  const found = new Map<string, readonly [string, RouteFacts]>();
  for (const [pattern, facts] of routes) {
    const text = shapeText(shapeOf(pattern));
    const known = found.get(text);
    found.set(text, known === undefined ? [pattern, facts] : [known[0], joined(known[1], facts)]);
  }
  return [...found.values()];
}

function passed(pattern: string, facts: RouteFacts, name: string, why: string): Suggestion {
  return {
    pattern,
    facts,
    rule: { name, match: { path: pattern }, cache: false },
    evidence: `Passed: ${why}`,
  };
}

function suggestionFor(pattern: string, facts: RouteFacts, names: Set<string>): Suggestion | null {
  const reads = countOf(facts.methods, "GET") + countOf(facts.methods, "HEAD");
  if (reads === 0) return null;
  const name = uniqueName(pattern, names);
  const seen = evidenceOf(facts, reads);
  const why = whyPersonal(pattern, facts);
  if (why !== null) return passed(pattern, facts, name, `${why}. ${seen}`);
  const successes =
    countOf(facts.statuses, 200) + countOf(facts.statuses, 304) + countOf(facts.statuses, 206);
  if (successes < answersIn(facts) / 2) return null;
  const lifetime = lifetimeFor(facts);
  if (lifetime === null) return null;
  return {
    ...{ pattern, facts },
    rule: {
      ...{ name, match: { path: pattern, method: "GET" } },
      ...lifetime.rule,
      // Not by the names that were seen: one that was not would be lost.
      query: { tracking: "drop" },
      staleIfError: "1h",
    },
    evidence: `${lifetime.why} ${seen}`,
  };
}

/** Why a route may be one user's own, or a write, or null where nothing says so. Who is in doubt is not cached. */
function whyPersonal(pattern: string, facts: RouteFacts): string | null {
  if (facts.authorization > 0)
    return `${facts.authorization} requests had Authorization, or another field that says who asks`;
  if (facts.naming > 0) return `${facts.naming} requests said in their query who asks`;
  if (facts.perClient > 0) return "clients got answers of their own at one address";
  if (facts.isSecured) return "the description of the API says that it takes credentials";
  if (facts.cookiesSet > 0) return `${facts.cookiesSet} answers set a cookie`;
  if (facts.kept > 0)
    return `${facts.kept} answers were private, no-store or for one user (Vary) by their own word`;
  if (countOf(facts.statuses, 401) + countOf(facts.statuses, 403) > 0)
    return "some clients were refused (401, 403)";
  if (facts.cookies > 0) return `${facts.cookies} requests had cookies`;
  if (facts.writing > 0) return `${facts.writing} requests said in their query what is to be done`;
  if (looksLikeWrite(pattern)) return "its path looks like a write";
  return looksPersonal(pattern) ? "its path looks like one user's own" : null;
}

interface Lifetime {
  readonly rule: Pick<RuleInput, "edgeTtl" | "staleWhileRevalidate">;
  readonly why: string;
}

const FEWEST_REPEATS = 20;
const UNKNOWN_SECONDS = 10;
const MOST_SECONDS = 600;

/** The origin's lifetime where it has one; else a tenth of what passes between changes. Null: it changes at once. */
function lifetimeFor(facts: RouteFacts): Lifetime | null {
  const told = toldLifetime(facts);
  if (told !== null)
    return { rule: { staleWhileRevalidate: "30s" }, why: `The lifetime is the origin's (${told}).` };
  if (facts.repeats < FEWEST_REPEATS) {
    return {
      rule: { edgeTtl: { fallback: `${UNKNOWN_SECONDS}s` } },
      why: "How often it changes is unknown: a short lifetime, to begin with.",
    };
  }
  const between = facts.changes === 0 ? facts.watchedSeconds : facts.watchedSeconds / facts.changes;
  const seconds = Math.min(MOST_SECONDS, Math.floor(between / 10));
  if (seconds < 1) return null;
  const why =
    facts.changes === 0
      ? `Seen again ${facts.repeats} times and never changed.`
      : `Seen again ${facts.repeats} times and changed ${facts.changes} times, each ${Math.round(between)} s.`;
  return { rule: { edgeTtl: { fallback: `${seconds}s` }, staleWhileRevalidate: `${seconds}s` }, why };
}

/** What the origin says of lifetimes most often, where that lets a cache keep anything. */
function toldLifetime({ cacheControl }: RouteFacts): string | null {
  const [most] = [...cacheControl].sort(([, one], [, other]) => other - one);
  const directives = parseCacheControl(most?.[0] ?? null);
  const seconds = deltaSeconds(directives, "s-maxage") ?? deltaSeconds(directives, "max-age");
  return typeof seconds === "number" && seconds > 0 ? `${seconds} s` : null;
}

function evidenceOf(facts: RouteFacts, reads: number): string {
  const answers = answersIn(facts);
  const ok = countOf(facts.statuses, 200) + countOf(facts.statuses, 304);
  const writes = [...facts.methods].filter(([method]) => method !== "GET" && method !== "HEAD");
  return [
    reads === 1 ? "Seen: 1 read" : `Seen: ${reads} reads`,
    ...(answers === 0 ? [] : [`${Math.round((100 * ok) / answers)} % of the answers 200 or 304`]),
    ...(writes.length === 0 ? [] : [writes.map(([method, count]) => `${count} ${method}`).join(", ")]),
    ...(facts.validators > 0 ? ["with validators"] : []),
    ...(facts.parameters.size === 0
      ? []
      : [`parameters ${[...facts.parameters].sort().join(", ").slice(0, 120)}`]),
  ].join("; ");
}

// Not as many as reads: a description has none, and an origin that was asked has given some more.
function answersIn({ statuses }: RouteFacts): number {
  return [...statuses.values()].reduce((sum, count) => sum + count, 0);
}

function countOf<Key>(counts: ReadonlyMap<Key, number>, key: Key): number {
  return counts.get(key) ?? 0;
}

function uniqueName(pattern: string, names: Set<string>): string {
  const base =
    pattern
      .replace(/[^A-Za-z0-9]+/g, "-")
      .replace(/^-|-$/g, "")
      .slice(0, 50) || "root";
  let name = base;
  for (let number = 2; names.has(name); number++) name = `${base}-${number}`;
  names.add(name);
  return name;
}
