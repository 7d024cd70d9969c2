import type { Policy } from "../../cache/policy.ts";
import type { Decisions } from "../parse/decisions.ts";
import type { RuleMatch } from "../rule.ts";
import { extensionsOf } from "./extensions.ts";
import { otherFieldsOf } from "./other-fields.ts";
import { DEFAULT_ORIGIN, NO_CHANGES, NO_TTL, PLAIN_KEY } from "./plain.ts";
import { SHARED, scopeOf } from "./scope.ts";

/** What is decided, each key taken whole from the upper object that has it, else from the lower. */
export function layered(lower: Decisions, upper: Decisions): Decisions {
  return { ...inheritedBy(upper, lower), ...upper };
}

// Lifetimes are meant for what is cached: `defaults: { browserTtl: "1h" }` must not have browsers keep the
// private page that a rule passes.
function inheritedBy(upper: Decisions, lower: Decisions): Decisions {
  if (upper.cache !== false) return lower;
  const { edgeTtl, browserTtl, staleWhileRevalidate, staleIfError, ...rest } = lower;
  return rest;
}

const NONE: readonly never[] = Object.freeze([]);

/** The full policy: what is decided, else what the origin says. `match` is the rule's, null for the defaults. */
export function policyOf(rule: string | null, match: RuleMatch | null, all: Decisions): Policy {
  return Object.freeze<Policy>({
    rule,
    action: all.cache === false ? "pass" : "cache",
    respond: all.respond ?? null,
    rateLimit: all.rateLimit ?? null,
    required: all.require ?? null,
    signedUrl: all.signedUrl ?? null,
    edgeTtl: all.edgeTtl ?? NO_TTL,
    browserTtl: all.browserTtl ?? NO_TTL,
    staleWhileRevalidate: all.staleWhileRevalidate ?? null,
    staleIfError: all.staleIfError ?? null,
    key: keyOf(all),
    // A scope without its token is refused (contradictions.ts), and no policy leaves here then.
    scope: scopeOf(all) ?? SHARED,
    tags: all.tags ?? NONE,
    clientDirectives: all.clientDirectives ?? "ignore",
    heuristicFreshness: all.heuristicFreshness ?? false,
    setCookie: all.setCookie ?? "bypass",
    requestCookies: all.requestCookies ?? "respect",
    authorization: all.authorization ?? "respect",
    otherFields: otherFieldsOf(all, match),
    cors: all.cors ?? null,
    invalidates: all.invalidates ?? NONE,
    originPurges: all.originPurges ?? "ignore",
    readYourWritesSeconds: all.readYourWrites ?? null,
    origin: withFields(all.origin ?? DEFAULT_ORIGIN, all.requestHeaders ?? NO_CHANGES),
    extensions: match === null ? NONE : extensionsOf(match),
    securityFields: all.securityHeaders ?? null,
    responseFields: all.responseHeaders ?? NO_CHANGES,
  });
}

function keyOf({ key, query }: Decisions): Policy["key"] {
  if (key === undefined && query === undefined) return PLAIN_KEY;
  return Object.freeze({ ...PLAIN_KEY, ...key, query: query ?? PLAIN_KEY.query });
}

function withFields(
  origin: Omit<Policy["origin"], "fields">,
  fields: Policy["origin"]["fields"],
): Policy["origin"] {
  return origin === DEFAULT_ORIGIN && fields === NO_CHANGES
    ? DEFAULT_ORIGIN
    : Object.freeze({ ...origin, fields });
}
