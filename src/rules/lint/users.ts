import type { KeyedField, Policy } from "../../cache/policy.ts";
import { givenLifetimes } from "../policy/given-lifetimes.ts";
import { mayStore } from "./ttl.ts";
import { about, type PlacedRule, type RuleWarning } from "./warning.ts";

const PERSONAL = new Set([
  ...["user", "me", "account", "profile", "cart", "checkout", "orders"],
  ...["session", "login", "auth", "admin"],
]);

const SESSION_COOKIE = /^(?:session(?:_?id)?|sid|auth|token|jwt|connect\.sid|phpsessid|jsessionid)$/i;

/** What may show one user's response to another, or keep one copy for each session. */
export function lintUsers(placed: PlacedRule): readonly RuleWarning[] {
  const { rule } = placed;
  if (!mayStore(rule)) return [];
  const personal = rule.match.path.find(isPersonal);
  return [
    ...(personal === undefined ? cookiesRespected(placed) : personalPath(placed, personal)),
    ...sessionKeys(placed),
    ...authorizationKey(placed),
  ];
}

/** Whether a path, or a pattern of one, looks like one user's own. */
export function isPersonal(path: string): boolean {
  // What a segment begins with, up to a parameter or anything else that has a meaning in a pattern.
  const literals = path.split("/").map((segment) => segment.replace(/[:*?+(){}\\].*/, ""));
  return literals.some((literal) => PERSONAL.has(literal.toLowerCase()));
}

function personalPath(placed: PlacedRule, path: string): readonly RuleWarning[] {
  const { policy } = placed.rule;
  // An origin that is told nothing of who is asking answers everybody alike.
  const isAnonymous = policy.requestCookies === "ignore" && policy.authorization === "ignore";
  if (policy.scope.kind !== "shared" || isAnonymous) return [];
  const remedy = `If its responses differ by user, say scope: "user" or cache: false`;
  const key = policy.heuristicFreshness ? "heuristicFreshness" : "edgeTtl";
  const sharing = about(placed, {
    key,
    code: "personal-path",
    text: `${JSON.stringify(path)} looks personal, and this gives its responses a lifetime that the origin did not, in one copy for all. ${remedy}`,
  });
  const stripping = about(placed, {
    key: "setCookie",
    code: "session-stripped",
    text: `${JSON.stringify(path)} looks personal, and a response that set a cookie for one user is stored for all. ${remedy}`,
  });
  return [
    ...(givesLifetime(policy) || policy.heuristicFreshness ? [sharing] : []),
    ...(policy.setCookie === "strip" ? [stripping] : []),
  ];
}

function givesLifetime({ edgeTtl }: Policy): boolean {
  return givenLifetimes(edgeTtl).some((seconds) => seconds > 0);
}

function cookiesRespected(placed: PlacedRule): readonly RuleWarning[] {
  const { match, policy } = placed.rule;
  const sendsCookies = policy.requestCookies === "respect" && policy.key.cookies.length === 0;
  const hasNone = match.headers.some(({ name, wanted }) => name === "cookie" && wanted === false);
  if (policy.scope.kind !== "shared" || !givesLifetime(policy) || !sendsCookies || hasNone) return [];
  return [
    about(placed, {
      key: "edgeTtl",
      code: "cookies-respected",
      text: `what the origin gives no lifetime is not stored from a request with cookies, since it may be personal. If it never is, say requestCookies: "ignore"`,
    }),
  ];
}

function sessionKeys(placed: PlacedRule): readonly RuleWarning[] {
  const { key, scope } = placed.rule.policy;
  if (scope.kind !== "shared") return [];
  return key.cookies.filter(isSession).map(({ name }) =>
    about(placed, {
      key: "key.cookies",
      code: "session-key",
      text: `cookie ${JSON.stringify(name)} looks like a session: there will be a copy for each, readable by whoever sends its value. Say scope: "user" with identity: { cookie: ${JSON.stringify(name)} }, or key it by presence`,
    }),
  );
}

function isSession({ name, by }: KeyedField): boolean {
  return by === "value" && isSessionCookie(name);
}

/** Whether a cookie is called as sessions are. */
export function isSessionCookie(name: string): boolean {
  return SESSION_COOKIE.test(name);
}

function authorizationKey(placed: PlacedRule): readonly RuleWarning[] {
  const { key } = placed.rule.policy;
  if (!key.headers.some(({ name, by }) => name === "authorization" && by === "value")) return [];
  return [
    about(placed, {
      key: "key.headers",
      code: "authorization-key",
      text: `credentials do not belong in a key. Say scope: "user", which hashes them and checks who is asking`,
    }),
  ];
}
