import type { IdentitySource, JwtSource, Scope } from "../../cache/policy.ts";
import { cookieValue } from "../../http/cookie.ts";
import type { FieldSection } from "../../http/field-section.ts";

/** Whether a request says who asks, as far as that can be told without the secrets and keys that verify it. */
export function saysWhoAsks(headers: FieldSection, scope: Scope): boolean {
  switch (scope.kind) {
    case "shared":
      return false;
    case "user":
      return namesUser(headers, scope.identity);
    case "claims":
      return hasToken(headers, scope.jwt);
    default:
      return scope satisfies never;
  }
}

function namesUser(headers: FieldSection, identity: IdentitySource): boolean {
  switch (identity.kind) {
    case "authorization":
      // RFC 9110 §11.4: a scheme, and credentials.
      return /^[^\s,]+ +\S/.test(headers.get("authorization") ?? "");
    case "cookie":
      return (cookieValue(headers, identity.name) ?? "") !== "";
    case "claim":
      return hasToken(headers, identity.jwt);
    default:
      return identity satisfies never;
  }
}

// RFC 7515 §7.1
function hasToken(headers: FieldSection, { cookie }: JwtSource): boolean {
  const field = headers.get("authorization")?.replace(/^bearer +/i, "");
  const token = cookie === null ? field : cookieValue(headers, cookie);
  return /^[\w-]+\.[\w-]+\.[\w-]+ *$/.test(token ?? "");
}
