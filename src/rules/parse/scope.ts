import type { JwtSource } from "../../cache/policy.ts";
import { distinct, either, object } from "../shape/compound.ts";
import { byDefault, choice, type Keys, mapped, type Shape, text, type ValuesOf } from "../shape/shape.ts";
import { at, refuse, type Spot } from "../shape/spot.ts";
import { anyText, cookieName, variable } from "../shape/texts.ts";

/** A scope as written: whose token or cookie it reads may stand elsewhere. */
export type ScopeChoice = "shared" | "user" | { readonly claims: readonly string[] };
/** By what a user is known, as written: a claim is one of a token that may stand elsewhere. */
export type IdentityChoice = "authorization" | { readonly cookie: string } | { readonly claim: string };

/** Who shares a copy. */
export const scope: Shape<ScopeChoice> = byDefault(
  "shared",
  either<ScopeChoice>(
    choice("shared", "user"),
    object(
      "ScopeInput",
      { claims: distinct(anyText, "names of claims") },
      ({ claims }) => (claims === undefined ? undefined : Object.freeze({ claims })),
      { required: ["claims"] },
    ),
  ),
);

/** By what a user is known. */
export const identity: Shape<IdentityChoice> = byDefault(
  "authorization",
  either<IdentityChoice>(
    choice("authorization"),
    object(
      "IdentityInput",
      { cookie: cookieName, claim: anyText },
      ({ cookie, claim }) => {
        if (cookie !== undefined) return Object.freeze({ cookie });
        return claim === undefined ? undefined : Object.freeze({ claim });
      },
      { exactlyOne: ["cookie", "claim"] },
    ),
  ),
);

const SECRET_ALGORITHMS = ["HS256", "HS384", "HS512"];
const PUBLIC_ALGORITHMS = [
  ...["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"],
  ...["ES256", "ES384", "ES512", "EdDSA", "Ed25519"],
];
const KEY_KINDS = ["secret", "publicKey", "jwks"] as const;

const jwks: Shape<string> = text({
  allowed: 'the address of a key set, which begins with "https://"',
  parse: (written) => {
    const url = URL.parse(written);
    return url !== null && url.username === "" && url.hash === "" && isSafe(url) ? url.href : null;
  },
  suggest: (written) => (URL.canParse(written) ? written.replace(/^http:/, "https:") : null),
  pattern: /^https?:\/\//,
});

// A key set that anyone on the way can replace verifies nothing.
function isSafe({ protocol, hostname }: URL): boolean {
  return protocol === "https:" || (protocol === "http:" && /^(?:127\.0\.0\.1|localhost)$/.test(hostname));
}

const tokenPlace: Shape<{ readonly cookie: string | null }> = either<{ readonly cookie: string | null }>(
  mapped(choice("bearer"), () => ({ cookie: null })),
  object(
    "TokenPlaceInput",
    { cookie: cookieName },
    ({ cookie }) => (cookie === undefined ? undefined : { cookie }),
    {
      required: ["cookie"],
    },
  ),
);

const JWT_KEYS = {
  from: byDefault("bearer", tokenPlace),
  secret: variable,
  publicKey: variable,
  jwks,
  algorithms: distinct(choice(...SECRET_ALGORITHMS, ...PUBLIC_ALGORITHMS), "algorithms"),
  issuer: anyText,
  audience: anyText,
} satisfies Keys;

/** A JSON Web Token and how it is verified. */
export const jwt: Shape<JwtSource> = object("JwtInput", JWT_KEYS, jwtOf, { exactlyOne: KEY_KINDS });

function jwtOf(values: ValuesOf<typeof JWT_KEYS>, spot: Spot): JwtSource | undefined {
  const kind = KEY_KINDS.find((each) => values[each] !== undefined);
  const from = kind === undefined ? undefined : values[kind];
  if (kind === undefined || from === undefined) return undefined;
  const algorithms = algorithmsOf(kind, values.algorithms, spot);
  if (algorithms === undefined) return undefined;
  return Object.freeze<JwtSource>({
    cookie: values.from?.cookie ?? null,
    key: Object.freeze({ kind, from }),
    algorithms,
    issuer: values.issuer ?? null,
    audience: values.audience ?? null,
  });
}

// RFC 8725 §3.1: a public key taken for a shared secret would let anyone sign.
function algorithmsOf(
  kind: (typeof KEY_KINDS)[number],
  written: readonly string[] | undefined,
  spot: Spot,
): readonly string[] | undefined {
  const known = kind === "secret" ? SECRET_ALGORITHMS : PUBLIC_ALGORITHMS;
  const wrong = written?.find((name) => !known.includes(name));
  if (wrong === undefined)
    return written ?? Object.freeze(kind === "secret" ? ["HS256"] : ["RS256", "ES256", "EdDSA"]);
  return refuse(at(spot, "algorithms") ?? spot, `with ${kind} only ${known.join(", ")}`);
}
