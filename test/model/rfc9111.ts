/**
 * What RFC 9111 and the documented rules say of one response, written a second time from their text: slow, plain, and
 * without a line of src. Instants are milliseconds, durations seconds.
 */
import type { Exchange, Sent, Span } from "./origin.ts";
import type { Directives, Rule } from "./script.ts";

/** A response as a cache holds it. */
export interface Held {
  readonly status: number;
  readonly fields: ReadonlyMap<string, string>;
  readonly cacheControl: Directives;
  readonly cdnCacheControl: Directives;
  readonly body: string;
  /** Null: all of it. */
  readonly span: Span | null;
  readonly requestedAt: number;
  readonly respondedAt: number;
  /** What its Vary speaks of, as it was in the request. */
  readonly nominated: readonly (readonly [name: string, value: string | null])[];
  /** A HEAD response has contradicted it. */
  readonly doubted: boolean;
}

const instantOf = (text: string | undefined) => (text === undefined ? null : Date.parse(text));

/** §4.2.3 */
export function ageOf(held: Held, now: number): number {
  const generated = instantOf(held.fields.get("date")) ?? held.respondedAt;
  const apparent = Math.max(0, (held.respondedAt - generated) / 1000);
  const delay = (held.respondedAt - held.requestedAt) / 1000;
  const corrected = Number(held.fields.get("age") ?? 0) + delay;
  return Math.floor(Math.max(apparent, corrected) + (now - held.respondedAt) / 1000);
}

/** RFC 9213 §2.2: a targeted field takes the place of Cache-Control and Expires. */
export function directivesOf({ cacheControl, cdnCacheControl }: Held): Directives {
  return isTargeted(cdnCacheControl) ? cdnCacheControl : cacheControl;
}

const isTargeted = (directives: Directives) => Object.keys(directives).length > 0;

function secondsOf(directives: Directives, name: string): number | null {
  const argument = directives[name];
  // §4.2.1: what cannot be read makes a response stale.
  return argument === undefined ? null : typeof argument === "number" ? argument : 0;
}

/** §5.2.2.1, §5.2.2.10, §5.3: what the origin says, or null. */
export function originLifetime(held: Held): number | null {
  const directives = directivesOf(held);
  const told = secondsOf(directives, "s-maxage") ?? secondsOf(directives, "max-age");
  const expires = instantOf(held.fields.get("expires"));
  if (told !== null || isTargeted(held.cdnCacheControl) || expires === null) return told;
  const generated = instantOf(held.fields.get("date")) ?? held.respondedAt;
  return Math.max(0, Math.floor((expires - generated) / 1000));
}

// docs/rules.md: lifetimes of a rule are about these statuses, and count from the arrival.
const RULED = [200, 203, 204, 206, 300, 301, 308];
const GUESSED = [200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414];

/** The lifetime from the generation on, and who gave it. */
export function lifetimeOf(
  held: Held,
  rule: Rule,
): { readonly seconds: number; readonly by: "rule" | "origin" | null } {
  const arrived = ageOf(held, held.respondedAt);
  const isRuled = RULED.includes(held.status);
  if (rule.override !== null && isRuled) return { seconds: rule.override + arrived, by: "rule" };
  const own = originLifetime(held);
  if (own !== null) return within(own, "origin", held, rule);
  if (rule.fallback !== null && isRuled) return within(rule.fallback + arrived, "rule", held, rule);
  const guess = rule.heuristicFreshness ? guessOf(held) : null;
  return guess === null ? { seconds: 0, by: null } : within(guess, "origin", held, rule);
}

function within(seconds: number, by: "rule" | "origin", held: Held, { min, max }: Rule) {
  const arrived = ageOf(held, held.respondedAt);
  const raised = min !== null && RULED.includes(held.status) ? Math.max(seconds, min + arrived) : seconds;
  const bounded = max === null ? raised : Math.min(raised, max + arrived);
  return { seconds: bounded, by: bounded === seconds ? by : ("rule" as const) };
}

// §4.2.2: a tenth of the time since the last change, at most a day.
function guessOf(held: Held): number | null {
  const modified = instantOf(held.fields.get("last-modified"));
  const generated = instantOf(held.fields.get("date")) ?? held.respondedAt;
  const mayGuess = GUESSED.includes(held.status) || ("public" in directivesOf(held) && held.status < 500);
  if (modified === null || !mayGuess) return null;
  return Math.min(86_400, Math.floor(Math.max(0, generated - modified) / 10_000));
}

/** §5.2.2.4: unqualified, it demands validation before every reuse. */
export function demandsValidation(held: Held): boolean {
  return directivesOf(held)["no-cache"] === null;
}

/** §4.2.4, §5.2.2.2, §5.2.2.8, §5.2.2.10 */
export function forbidsStale(held: Held): boolean {
  const directives = directivesOf(held);
  const names = ["must-revalidate", "proxy-revalidate", "s-maxage"];
  return demandsValidation(held) || names.some((name) => name in directives);
}

/** RFC 5861: for how long past its lifetime a response may be used, by the rule's word or else the origin's. */
export function staleWindow(
  held: Held,
  name: "stale-while-revalidate" | "stale-if-error",
  rule: Rule,
): number {
  const ruled = name === "stale-if-error" ? rule.staleIfError : rule.staleWhileRevalidate;
  if (ruled?.override && !demandsValidation(held)) return ruled.window;
  if (forbidsStale(held)) return 0;
  return ruled?.window ?? secondsOf(directivesOf(held), name) ?? 0;
}

/** Whether a cache may store a response to this request; "personal": not what came to these credentials. */
export function mayStore(held: Held, asked: Headers, rule: Rule): boolean | "personal" {
  const directives = directivesOf(held);
  const { fields, status } = held;
  // §3, in the order of its list; the model's origin sends no status that is not understood.
  if ("no-store" in directives && !("must-understand" in directives)) return false;
  const isPrivate = directives["private"] === null;
  if (isPrivate && rule.scope !== "user") return false;
  // §3.5
  const shares = ["public", "s-maxage", "must-revalidate"].some((name) => name in directives);
  if (asked.has("authorization") && rule.scope === "shared" && !shares) return "personal";
  const own = originLifetime(held);
  const lifetime = lifetimeOf(held, rule);
  const isUsedUnasked =
    lifetime.seconds > 0 ||
    staleWindow(held, "stale-if-error", rule) > 0 ||
    (lifetime.by !== null && staleWindow(held, "stale-while-revalidate", rule) > 0);
  // docs/rules.md, `requestCookies`: a lifetime that only the rule gives is not for requests with cookies.
  const isRulesWord = (own ?? 0) === 0 && (rule.clientDirectives === "honor" || isUsedUnasked);
  if (asked.has("cookie") && rule.scope === "shared" && isRulesWord) return "personal";
  // RFC 9110 §15.5.17
  if (status === 416 || (asked.has("range") && status !== 200 && status !== 206)) return false;
  const isAllowed =
    "public" in directives ||
    isPrivate ||
    own !== null ||
    lifetime.by === "rule" ||
    [...GUESSED, 501].includes(status);
  if (!isAllowed || fields.get("vary") === "*" || fields.has("set-cookie")) return false;
  return isUsedUnasked || fields.has("etag") || fields.has("last-modified");
}

/** §3, §3.1: an answer of the origin as a cache holds it. */
export function heldOf({ says, requestedAt, respondedAt, asked }: Exchange, sent: Sent, rule: Rule): Held {
  const fields = new Map(sent.fields);
  if (rule.setCookie === "strip") fields.delete("set-cookie");
  // RFC 9110 §6.6.1
  if (!fields.has("date")) fields.set("date", new Date(respondedAt).toUTCString());
  const { cacheControl, cdnCacheControl } = says;
  const { body, span, status } = sent;
  const nominated = namesIn(fields.get("vary")).map((name) => [name, asked.get(name)] as const);
  return {
    status,
    fields,
    cacheControl,
    cdnCacheControl,
    body,
    span,
    requestedAt,
    respondedAt,
    nominated,
    doubted: false,
  };
}

function namesIn(vary: string | undefined): readonly string[] {
  return vary === undefined || vary === "*" ? [] : vary.toLowerCase().split(", ").sort();
}

/** §5.2.2.4, §5.2.2.7: what may not be kept of it. */
export function withoutListed(held: Held): Held {
  const isListed = ["no-cache", "private"].some((name) => directivesOf(held)[name] === '"x-secret"');
  if (!isListed) return held;
  const fields = new Map(held.fields);
  fields.delete("x-secret");
  return { ...held, fields };
}

/** §3.2, §4.3.4, §4.3.5: a held response, freshened by an answer that has no content. */
export function freshened(held: Held, exchange: Exchange, sent: Sent, rule: Rule): Held {
  const newer = withoutListed(heldOf(exchange, sent, rule));
  const fields = new Map(held.fields);
  fields.delete("age");
  for (const [name, value] of newer.fields)
    if (name !== "set-cookie" && name !== "content-range") fields.set(name, value);
  const { requestedAt, respondedAt, asked } = exchange;
  return withoutListed({
    ...held,
    fields,
    ...newestDirectives(held, newer),
    requestedAt,
    respondedAt,
    nominated: namesIn(fields.get("vary")).map((name) => [name, asked.get(name)] as const),
    doubted: false,
  });
}

/** The directives of merged fields: a field that the newer part lacks stays as it was. */
export function newestDirectives(held: Held, newer: Held): Pick<Held, "cacheControl" | "cdnCacheControl"> {
  return {
    cacheControl: newer.fields.has("cache-control") ? newer.cacheControl : held.cacheControl,
    cdnCacheControl: newer.fields.has("cdn-cache-control") ? newer.cdnCacheControl : held.cdnCacheControl,
  };
}

/** RFC 9110 §8.8: what parts of one representation are known by, or null. */
export function strongValidator(held: Held): string | null {
  const etag = held.fields.get("etag");
  if (etag !== undefined) return etag.startsWith("W/") ? null : etag;
  const [modified, date] = [held.fields.get("last-modified"), held.fields.get("date")];
  if (modified === undefined || date === undefined) return null;
  return Date.parse(date) - Date.parse(modified) >= 1000 ? modified : null;
}
