import type { IdentitySource, JwtSource, Scope } from "../../cache/policy.ts";
import type { Decisions } from "../parse/decisions.ts";
import type { IdentityChoice } from "../parse/scope.ts";

/** Every response is for everybody who asks for it. */
export const SHARED: Scope = Object.freeze({ kind: "shared" });

/** Who shares a copy, by what a rule and the defaults say together; null: the token is missing that it needs. */
export function scopeOf({ scope = "shared", identity = "authorization", jwt }: Decisions): Scope | null {
  if (scope === "shared") return SHARED;
  if (scope !== "user") {
    return jwt === undefined ? null : Object.freeze({ kind: "claims", names: scope.claims, jwt });
  }
  const source = identityOf(identity, jwt);
  return source === null ? null : Object.freeze({ kind: "user", identity: source });
}

function identityOf(by: IdentityChoice, jwt: JwtSource | undefined): IdentitySource | null {
  if (by === "authorization") return Object.freeze({ kind: "authorization" });
  if ("cookie" in by) return Object.freeze({ kind: "cookie", name: by.cookie });
  return jwt === undefined ? null : Object.freeze({ kind: "claim", name: by.claim, jwt });
}
