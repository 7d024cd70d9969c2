import { deltaSeconds, parseCacheControl } from "../../http/cache-control.ts";
import { caching } from "./caching.ts";
import { type Finding, fine, notice, problem } from "./finding.ts";
import type { Visit, Visited } from "./visit.ts";

/** What was seen of a deployment. */
export interface Seen {
  readonly at: URL;
  /** The same address several times, one after the other. */
  readonly visits: readonly Visited[];
  /** The origin, asked directly for the same path, where it was named. */
  readonly origin: Visited | null;
  /** The fields of the stored response, as the origin sent them, where the control API has been asked. */
  readonly stored: Headers | null;
}

/** What is wrong with a deployment, and what is well. */
export function findingsOf(seen: Seen): readonly Finding[] {
  const visits = seen.visits.filter(hasCome);
  const last = visits.at(-1);
  if (last === undefined) return [unreachable(seen.at, seen.visits[0])];
  if (!isSelvedge(last)) return [notSelvedge(last, seen.at)];
  const failure = failureOfOrigin(last);
  if (failure !== undefined) return [originFails(last, failure)];
  return [
    ...caching(visits, seen.at),
    ...inFront(last),
    ...fields(last),
    ...windows(sentBy(seen) ?? last.headers),
    ...clock(last),
    ...(seen.origin === null ? [] : aboutOrigin(seen.origin)),
    ...rewritten(sentBy(seen), last.headers),
  ];
}

function hasCome(visited: Visited): visited is Visit {
  return !("failure" in visited);
}

function unreachable(at: URL, visited: Visited | undefined): Finding {
  const why = visited !== undefined && "failure" in visited ? visited.failure : "nothing came";
  return problem(
    "unreachable",
    `${at.origin} does not answer: ${why}`,
    "look at the custom domain and its certificate: docs/deploy.md, step 4",
  );
}

function isSelvedge({ headers }: Visit): boolean {
  return /(?:^|,)\s*selvedge\s*(?:;|,|$)/.test(headers.get("cache-status") ?? "");
}

function notSelvedge({ status, headers }: Visit, at: URL): Finding {
  const location = headers.get("location") ?? "";
  if (/cloudflareaccess\.com/.test(location)) {
    return problem(
      "access",
      `${at.origin} sends clients to Cloudflare Access`,
      "the Cache API stores nothing behind Access: serve the API from a host without it",
    );
  }
  return problem(
    "not-selvedge",
    `${at.origin} answered ${status} without a Cache-Status of selvedge`,
    "another Worker or the origin itself answers there: see `routes` in wrangler.toml",
  );
}

const FAILURE = /;\s*detail=(origin-(?:unreachable|timeout|busy)|circuit-open|stale-if-error)\b/;

/** The reason, where the Worker or a stale copy answered in place of an origin that did not. */
function failureOfOrigin({ headers }: Visit): string | undefined {
  return FAILURE.exec(headers.get("cache-status") ?? "")?.[1];
}

function originFails({ status }: Visit, failure: string): Finding {
  return problem(
    "origin-fails",
    `the Worker answers ${status} without the origin: ${failure}`,
    "see whether the origin runs, and answers at ORIGIN of wrangler.toml (docs/operations.md)",
  );
}

function inFront({ headers }: Visit): readonly Finding[] {
  const status = headers.get("cf-cache-status");
  if (status === null || status === "DYNAMIC" || status === "BYPASS") return [];
  return [
    notice(
      "cache-in-front",
      `Cloudflare's own cache answers before the Worker: cf-cache-status ${status}`,
      "a purge here does not reach it unless CLOUDFLARE_ZONE_ID and CLOUDFLARE_PURGE_TOKEN are set (docs/control.md)",
    ),
  ];
}

function fields({ status, headers }: Visit): readonly Finding[] {
  const hasValidator = headers.has("etag") || headers.has("last-modified");
  return [
    ...(status === 200 && !hasValidator
      ? [
          notice(
            "no-validator",
            "neither ETag nor Last-Modified",
            "what has turned stale is fetched whole: let the origin send an ETag",
          ),
        ]
      : []),
    ...(headers.has("set-cookie")
      ? [
          problem(
            "set-cookie",
            "Set-Cookie on an answer that everybody may ask for",
            "it is not stored as long as it has one: stop the origin from setting it here, or strip it (setCookie in docs/rules.md)",
          ),
        ]
      : []),
  ];
}

/** RFC 9111 §4.2.4: what of the origin's directives ends every stale window that a rule gives. */
function windows(headers: Headers): readonly Finding[] {
  const directives = parseCacheControl(headers.get("cache-control"));
  const words = ["s-maxage", "must-revalidate", "proxy-revalidate"].filter((word) => directives.has(word));
  if (words.length === 0) return [];
  return [
    notice(
      "stale-forbidden",
      `Cache-Control has ${words.join(" and ")}, which forbids stale answers`,
      "staleWhileRevalidate and staleIfError of a rule do nothing here, unless they say override: true (docs/rules.md)",
    ),
  ];
}

const MOST_SKEW_SECONDS = 10;

// RFC 9110 §6.6.1: the origin's Date, to which the time in the cache is added.
function clock({ headers, at }: Visit): readonly Finding[] {
  const generatedAt = Date.parse(headers.get("date") ?? "");
  if (Number.isNaN(generatedAt)) {
    // Two fields are read as one list, which is no date: Flask's development server adds a second.
    const seen = headers.has("date") ? `Date is not one date: ${headers.get("date")}` : "no Date";
    return [notice("no-date", seen, "its age cannot be told: let the origin send one")];
  }
  const ageMs = Number(headers.get("age") ?? 0) * 1000;
  const skewSeconds = Math.round((at - generatedAt - ageMs) / 1000);
  if (Math.abs(skewSeconds) <= MOST_SKEW_SECONDS) return [fine("clock", "clocks agree")];
  const direction = skewSeconds > 0 ? "behind" : "ahead of";
  return [
    problem(
      "clock-skew",
      `Date is ${Math.abs(skewSeconds)} s ${direction} the clock of this machine`,
      "lifetimes are counted from Date: let the origin (or this machine) keep its clock by NTP",
    ),
  ];
}

function aboutOrigin(origin: Visited): readonly Finding[] {
  if ("failure" in origin)
    return [fine("origin-closed", `the origin does not answer from here: ${origin.failure}`)];
  if (origin.status >= 400)
    return [fine("origin-closed", `the origin refuses who comes around the edge: ${origin.status}`)];
  return [
    problem(
      "origin-open",
      `the origin answers ${origin.status} to anybody, around the edge`,
      "let it ask for a secret of the edge: `auth` of an origin in docs/rules.md",
    ),
  ];
}

/** What the origin says by itself, or what of it is stored. */
function sentBy({ origin, stored }: Seen): Headers | null {
  return origin !== null && hasCome(origin) && origin.status < 400 ? origin.headers : stored;
}

// A zone's Browser Cache TTL raises what is shorter, four hours by default.
function rewritten(sentFields: Headers | null, receivedFields: Headers): readonly Finding[] {
  const sent = sentFields && maxAgeOf(sentFields);
  const received = maxAgeOf(receivedFields);
  if (sent === null || received === null || received <= sent) return [];
  return [
    problem(
      "browser-cache-ttl",
      `the origin says max-age=${sent}, and clients get max-age=${received}`,
      "unless a rule's browserTtl does that, the zone's Browser Cache TTL does: set it to Respect Existing Headers",
    ),
  ];
}

function maxAgeOf(headers: Headers): number | null {
  const seconds = deltaSeconds(parseCacheControl(headers.get("cache-control")), "max-age");
  return typeof seconds === "number" ? seconds : null;
}
