/** How the rules file says what tells one copy from another, and whose it is. */

/** Which query parameters are in the key, and so reach the origin. */
export type QueryInput =
  | "all"
  | "none"
  | {
      /** Only these; `*` stands for any characters. Not together with `exclude`. */
      readonly include?: readonly string[];
      /** All but these; `*` stands for any characters. */
      readonly exclude?: readonly string[];
      /** By name, so that their order does not matter. Default: `false`, as sent. */
      readonly sort?: boolean;
      /** `"drop"`: without the built-in list of tracking parameters. Default: `"keep"`. */
      readonly tracking?: "keep" | "drop";
    };

/** Names, each by value; or by value or presence. */
export type KeyedFieldsInput = readonly string[] | Readonly<Record<string, "value" | "presence">>;

/** What besides the query tells one copy from another. What is not in the key does not reach the origin. */
export interface KeyInput {
  /** Default: `true`. `false`: one copy for all hosts. */
  readonly host?: boolean;
  /** Request header fields. Default: none. */
  readonly headers?: KeyedFieldsInput;
  /** Cookies. Default: none. Where any is named, the others do not reach the origin. */
  readonly cookies?: KeyedFieldsInput;
  /** Mobile, tablet, desktop or bot; the origin is sent it as `X-Device-Class`. Default: `false`. */
  readonly device?: boolean;
  /** The client's country; the origin is sent it as `X-Country`. Default: `false`. */
  readonly country?: boolean;
  /** The language of this list that `Accept-Language` asks for; the first where it asks for none. */
  readonly language?: readonly string[];
  /** The media type of this list that `Accept` asks for; the first where it asks for none. */
  readonly accept?: readonly string[];
  /** The content coding of this list, in the order of preference, that `Accept-Encoding` allows, else identity. */
  readonly encoding?: readonly string[];
  /** `"insensitive"`: paths are lower-cased, also for the origin. Default: `"sensitive"`. */
  readonly pathCase?: "sensitive" | "insensitive";
  /** `"strip"`: `/a/` is `/a`, also for the origin. Default: `"keep"`. */
  readonly trailingSlash?: "keep" | "strip";
  /** A change leaves all earlier copies behind. Default: none. */
  readonly version?: string | number;
  /** Caches reads with a body, its hash in the key: GraphQL, search. Default: none. */
  readonly body?: BodyKeyInput;
}

/** Reads with a body. */
export interface BodyKeyInput {
  /** `"POST"`, `"QUERY"` or both. */
  readonly methods: readonly ("POST" | "QUERY")[];
  /** Longer bodies pass. Bytes, from 1 to 1048576. Default: 65536. */
  readonly maxBytes?: number;
}

/** Who shares a copy: everybody, nobody but one user, or all with the same claims. */
export type ScopeInput =
  | "shared"
  | "user"
  | {
      /** Names of claims of the token; all whose claims have the same values share a copy. */
      readonly claims: readonly string[];
    };

/** By what a user is known. */
export type IdentityInput =
  | "authorization"
  | {
      /** The name of a cookie. */
      readonly cookie: string;
    }
  | {
      /** The name of a claim of the token, such as `"sub"`. */
      readonly claim: string;
    };

/** Where a token stands. */
export type TokenPlaceInput =
  | "bearer"
  | {
      /** The name of a cookie. */
      readonly cookie: string;
    };

/** A JSON Web Token and how it is verified. */
export interface JwtInput {
  /** Where it stands. Default: `"bearer"`, the Authorization field. */
  readonly from?: TokenPlaceInput;
  /** The name of the variable with the shared secret (HS256, HS384, HS512). One of the three is needed. */
  readonly secret?: string;
  /** The name of the variable with the public key, in PEM (SPKI). */
  readonly publicKey?: string;
  /** The address of the key set. */
  readonly jwks?: string;
  /** Default: HS256 with `secret`, else RS256, ES256 and EdDSA. */
  readonly algorithms?: readonly string[];
  /** What `iss` must be. Default: anything. */
  readonly issuer?: string;
  /** What `aud` must contain. Default: anything. */
  readonly audience?: string;
}
