import type { IdentitySource, Scope } from "../../cache/policy.ts";
import type { RequestHead } from "../../cache/types.ts";
import type { Config } from "../../config.ts";
import { ConfigError } from "../../errors.ts";
import { cookieValue } from "../../http/cookie.ts";
import { canonicalJson, type Json } from "../request/canonical-json.ts";
import { sign } from "./hmac.ts";
import { verifiedClaims } from "./jwt.ts";

/** Where it stands who is asking, and what stands there; two that differ are two identities. */
type Statement = readonly [source: string, ...what: readonly Json[]];

/**
 * The hash of who is asking: keyed (SELVEDGE_SECRET), so that it neither tells who it is nor can be found out
 * by trying. Null where nobody is known, or the scope is shared: such a request must not be served what is
 * stored for somebody. `clock` is in milliseconds since the epoch.
 */
export async function identityOf(
  head: RequestHead,
  scope: Scope,
  config: Config,
  clock: () => number,
): Promise<string | null> {
  if (scope.kind === "shared") return null;
  if (typeof config.secret !== "string") return tellNoSecret(config);
  const statement = await statementOf(head, scope, config, clock);
  return statement && sign(JSON.stringify(["identity", ...statement]), config);
}

const told = new WeakSet<Config>();

function tellNoSecret(config: Config): null {
  const why = config.secret instanceof ConfigError ? config.secret.message : "SELVEDGE_SECRET is not set";
  if (!told.has(config)) console.error(`${why}: nothing is cached for one user or class`);
  told.add(config);
  return null;
}

async function statementOf(
  head: RequestHead,
  scope: Exclude<Scope, { kind: "shared" }>,
  config: Config,
  clock: () => number,
): Promise<Statement | null> {
  switch (scope.kind) {
    case "user":
      return userStatement(head, scope.identity, config, clock);
    case "claims": {
      const claims = await verifiedClaims(head, scope.jwt, config, clock);
      return claims && claimsStatement(claims, scope);
    }
    default:
      return scope satisfies never;
  }
}

async function userStatement(
  head: RequestHead,
  identity: IdentitySource,
  config: Config,
  clock: () => number,
): Promise<Statement | null> {
  switch (identity.kind) {
    case "authorization":
      return authorizationStatement(head.headers.get("authorization"));
    case "cookie": {
      const value = cookieValue(head.headers, identity.name);
      return value === null || value === "" ? null : ["cookie", identity.name, value];
    }
    case "claim": {
      const claims = await verifiedClaims(head, identity.jwt, config, clock);
      return claims && claimStatement(claims, identity);
    }
    default:
      return identity satisfies never;
  }
}

// RFC 9110 §11.4: the scheme in any case, then the credentials, which the origin alone can read.
function authorizationStatement(value: string | null): Statement | null {
  const [, scheme, credentials] = /^([^\s,]+) +(\S.*)$/.exec(value ?? "") ?? [];
  if (scheme === undefined || credentials === undefined) return null;
  return ["authorization", scheme.toLowerCase(), credentials];
}

type Claims = Readonly<Record<string, unknown>>;

// A user is named by a text or a number. `true` would be everybody who is signed in.
function claimStatement(
  claims: Claims,
  { name, jwt }: Extract<IdentitySource, { kind: "claim" }>,
): Statement | null {
  const value = claimOf(claims, name);
  if (typeof value !== "string" && typeof value !== "number") return null;
  const written = canonicalJson(value);
  return written === null ? null : ["claim", ...issuedBy(claims, jwt), name, written];
}

// Who lacks one of the claims is in no class: a missing plan is not the plan "none".
function claimsStatement(
  claims: Claims,
  { names, jwt }: Extract<Scope, { kind: "claims" }>,
): Statement | null {
  const members: string[][] = [];
  for (const name of [...names].sort()) {
    const value = claimOf(claims, name);
    const written = value === null ? null : canonicalJson(value);
    if (written === null) return null;
    members.push([name, written]);
  }
  return members.length === 0 ? null : ["claims", ...issuedBy(claims, jwt), members];
}

// RFC 7519 §4.1.2: a subject is unique for its issuer only. An issuer that does not name itself is its key.
function issuedBy(
  claims: Claims,
  { key }: { readonly key: { readonly kind: string; readonly from: string } },
) {
  return [key.kind, key.from, typeof claims["iss"] === "string" ? claims["iss"] : null] as const;
}

// What is missing, null or empty says nothing.
function claimOf(claims: Claims, name: string): unknown {
  const value = Object.hasOwn(claims, name) ? claims[name] : null;
  return value === "" || value === undefined ? null : value;
}
