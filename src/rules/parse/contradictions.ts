import { scopeOf } from "../policy/scope.ts";
import { at, refuse, type Spot } from "../shape/spot.ts";
import type { Decisions } from "./decisions.ts";

/** Keys that say nothing of a request that is passed: they would go unnoticed. */
const NOT_WITHOUT_CACHE: readonly (readonly [key: keyof Decisions, harmless: unknown])[] = [
  ["edgeTtl", null],
  ["staleWhileRevalidate", null],
  ["staleIfError", null],
  ["key", null],
  ["scope", "shared"],
  ["tags", null],
  ["heuristicFreshness", false],
  ["setCookie", "bypass"],
  ["requestCookies", "respect"],
  ["authorization", "respect"],
  ["otherHeaders", null],
  ["forwardHeaders", null],
];

/** Keys that say nothing where the origin is not asked. */
const NOT_WITH_RESPOND = [
  ...["edgeTtl", "staleWhileRevalidate", "staleIfError", "query", "key", "scope", "identity", "jwt", "tags"],
  ...["clientDirectives", "heuristicFreshness", "setCookie", "requestCookies", "authorization"],
  ...["otherHeaders", "forwardHeaders"],
  ...["invalidates", "originPurges", "readYourWrites", "origin", "requestHeaders", "extends"],
  ...["require", "signedUrl"],
];

/**
 * Notes the keys of an object that contradict each other, or what is inherited: `all` has both. Where the object
 * is `flawed` already, what seems to be missing may have been refused.
 */
export function refuseContradictions(spot: Spot, all: Decisions, flawed: boolean): void {
  if (all.cache === false) refuseWithoutCache(spot);
  if (at(spot, "respond") !== undefined) refuseWithRespond(spot);
  if (flawed) return;
  if (spot.place.paths !== null) refuseUnread(spot, all);
  refuseScope(spot, all);
  refuseIgnored(spot, all);
}

function refuseWithoutCache(spot: Spot): void {
  for (const [key, harmless] of NOT_WITHOUT_CACHE) {
    const written = at(spot, key);
    if (written !== undefined && written.value !== harmless)
      refuse(written, `no ${key} where cache is false`);
  }
}

function refuseWithRespond(spot: Spot): void {
  for (const key of NOT_WITH_RESPOND) {
    const written = at(spot, key);
    if (written !== undefined) refuse(written, `no ${key} where respond answers`);
  }
}

// In defaults, identity and jwt wait for the rules that have such a scope.
function refuseUnread(spot: Spot, all: Decisions): void {
  const scope = all.scope ?? "shared";
  const identity = at(spot, "identity");
  if (identity !== undefined && scope !== "user") refuse(identity, 'no identity without scope: "user"');
  const jwt = at(spot, "jwt");
  const isRead = typeof scope === "object" || (scope === "user" && isClaim(all.identity));
  if (jwt !== undefined && !isRead)
    refuse(jwt, "no jwt without a scope by claims, or by an identity that is a claim");
}

function isClaim(identity: Decisions["identity"]): boolean {
  return typeof identity === "object" && "claim" in identity;
}

function refuseScope(spot: Spot, all: Decisions): void {
  if (scopeOf(all) !== null) return;
  refuse(
    writtenAt(spot, ["scope", "identity", "extends"]),
    "a jwt beside it, or in defaults, to read claims from",
  );
}

// What does not reach the origin must not decide whose answer it gives.
function refuseIgnored(spot: Spot, all: Decisions): void {
  const { requestCookies, authorization } = all;
  if (requestCookies === "ignore" && (all.key?.cookies.length ?? 0) > 0)
    refuse(writtenAt(spot, ["requestCookies", "key"]), "no key.cookies where requestCookies is ignored");
  const source = sourceOf(all);
  if (source === "cookie" && requestCookies === "ignore")
    refuse(
      writtenAt(spot, ["requestCookies", "scope"]),
      "requestCookies respected where scope reads a cookie",
    );
  if (source === "authorization" && authorization === "ignore")
    refuse(writtenAt(spot, ["authorization", "scope"]), "authorization respected where scope reads it");
}

/** Which part of a request tells who is asking, or null where none does. */
function sourceOf(all: Decisions): "cookie" | "authorization" | null {
  const scope = scopeOf(all);
  if (scope === null || scope.kind === "shared") return null;
  const source = scope.kind === "user" ? scope.identity : scope;
  if (source.kind === "cookie" || source.kind === "authorization") return source.kind;
  return source.jwt.cookie === null ? "authorization" : "cookie";
}

/** The first of the keys that is written here, else the object as a whole: the rest is inherited. */
function writtenAt(spot: Spot, keys: readonly string[]): Spot {
  return keys.map((key) => at(spot, key)).find((written) => written !== undefined) ?? spot;
}
