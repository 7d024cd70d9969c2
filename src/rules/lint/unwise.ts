import type { Policy } from "../../cache/policy.ts";
import type { RuleSet } from "../rule.ts";
import { lifetimesOf, mayStore } from "./ttl.ts";
import { isSessionCookie } from "./users.ts";
import { about, type PlacedRule, type RuleWarning } from "./warning.ts";

/** What works, and will be regretted. */
export function lintUnwise(placed: PlacedRule, { defaults }: RuleSet): readonly RuleWarning[] {
  if (!mayStore(placed.rule)) return [];
  return [...withoutStaleIfError(placed, defaults), ...cookieKeys(placed)];
}

// Where a rule says nothing of lifetimes, the window is the origin's to give, too.
function withoutStaleIfError(placed: PlacedRule, defaults: Policy): readonly RuleWarning[] {
  const { policy } = placed.rule;
  const isOwn =
    policy.edgeTtl !== defaults.edgeTtl || policy.staleWhileRevalidate !== defaults.staleWhileRevalidate;
  if (!isOwn || policy.staleIfError !== null || !isCaching(policy)) return [];
  return [
    about(placed, {
      key: "staleIfError",
      code: "no-stale-if-error",
      text: `once a copy has expired, an origin that is down takes this route down with it. Say staleIfError: "1d", or staleIfError: 0 if a stale answer is worse than none`,
    }),
  ];
}

function isCaching({ edgeTtl, staleWhileRevalidate }: Policy): boolean {
  return lifetimesOf(edgeTtl).some((seconds) => seconds > 0) || (staleWhileRevalidate?.seconds ?? 0) > 0;
}

// What looks like a session has a warning of its own.
function cookieKeys(placed: PlacedRule): readonly RuleWarning[] {
  const { match, policy } = placed.rule;
  if (policy.scope.kind !== "shared") return [];
  const isBounded = (cookie: string) =>
    match.cookies.some(({ name, wanted }) => name === cookie && typeof wanted !== "boolean");
  const unbounded = policy.key.cookies.filter(
    ({ name, by }) => by === "value" && !isSessionCookie(name) && !isBounded(name),
  );
  return unbounded.map(({ name }) =>
    about(placed, {
      key: "key.cookies",
      code: "cookie-key",
      text: `each value of cookie ${JSON.stringify(name)} has a copy of its own, and clients send what they like. Key it by presence, or have match.cookies name the values that there are`,
    }),
  );
}
