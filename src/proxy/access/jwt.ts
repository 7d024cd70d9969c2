import type { JwtSource } from "../../cache/policy.ts";
import type { RequestHead } from "../../cache/types.ts";
import type { Config } from "../../config.ts";
import { cookieValue } from "../../http/cookie.ts";
import type { FieldSection } from "../../http/field-section.ts";
import { BoundedMap } from "../../store/bounded-map.ts";
import { type KeyFinder, KeyUnavailable, keyFinder } from "./jwt-keys.ts";

/** A verified token's claims set. */
export type Claims = Readonly<Record<string, unknown>>;

const LONGEST_TOKEN = 8_192;
const MOST_REMEMBERED = 1_000;
/** So long a key that was withdrawn may still count. */
const VERIFIED_MS = 300_000;
/** So long a token stays refused whose key has come meanwhile. */
const REFUSED_MS = 10_000;

/**
 * The claims of the token that a request carries, or null: there is none, it is not valid by the rule's key,
 * algorithms, issuer and audience, it is not valid now, it has no `exp`, or the key cannot be had. `clock` is in
 * milliseconds since the epoch. RFC 7519 §7.2, RFC 8725 §3.
 */
export async function verifiedClaims(
  head: RequestHead,
  source: JwtSource,
  config: Config,
  clock: () => number,
): Promise<Claims | null> {
  const token = tokenOf(head.headers, source);
  if (token === null) return null;
  const claims = await desk(config, clock).claimsOf(token, source);
  return claims !== null && isInForce(claims, clock()) ? claims : null;
}

function tokenOf(headers: FieldSection, { cookie }: JwtSource): string | null {
  const token = cookie === null ? bearerToken(headers.get("authorization")) : cookieValue(headers, cookie);
  return token !== null && token.length <= LONGEST_TOKEN && COMPACT_JWS.test(token) ? token : null;
}

/** RFC 7515 §7.1. */
const COMPACT_JWS = /^[\w-]+\.[\w-]+\.[\w-]+$/;

// RFC 6750 §2.1
function bearerToken(authorization: string | null): string | null {
  return /^bearer +(\S+) *$/i.exec(authorization ?? "")?.[1] ?? null;
}

// RFC 7519 §4.1.4 and §4.1.5. Asked on every request, also of what is remembered.
function isInForce({ exp, nbf }: Claims, now: number): boolean {
  if (typeof exp !== "number" || now >= exp * 1000) return false;
  return nbf === undefined || (typeof nbf === "number" && now >= nbf * 1000);
}

const desks = new WeakMap<Config, TokenDesk>();

function desk(config: Config, clock: () => number): TokenDesk {
  const known = desks.get(config) ?? new TokenDesk(config, clock);
  desks.set(config, known);
  return known;
}

interface Verdict {
  readonly claims: Claims | null;
  readonly until: number;
}

/** Verifies the tokens of one isolate, and remembers what it found: a signature costs more than a whole hit. */
class TokenDesk {
  readonly #config: Config;
  readonly #clock: () => number;
  // Apart, so that tokens made up to be refused do not push out those that are verified.
  readonly #verified = new BoundedMap<Verdict>(MOST_REMEMBERED);
  readonly #refused = new BoundedMap<Verdict>(MOST_REMEMBERED);
  readonly #finders = new Map<string, KeyFinder>();

  constructor(config: Config, clock: () => number) {
    this.#config = config;
    this.#clock = clock;
  }

  async claimsOf(token: string, source: JwtSource): Promise<Claims | null> {
    const known = `${nameOf(source)}\n${token}`;
    const remembered = this.#verified.get(known) ?? this.#refused.get(known);
    if (remembered !== undefined && this.#clock() < remembered.until) return remembered.claims;
    const claims = await this.#verify(token, source);
    if (claims === "unknown") return null;
    const [memory, forMs] = claims === null ? [this.#refused, REFUSED_MS] : [this.#verified, VERIFIED_MS];
    memory.set(known, { claims, until: this.#clock() + forMs });
    return claims;
  }

  /** "unknown": the key cannot be had, which says nothing of the token. */
  async #verify(token: string, source: JwtSource): Promise<Claims | null | "unknown"> {
    const { issuer, audience } = source;
    try {
      const { jwtVerify } = await import("./jose.ts");
      const { payload } = await jwtVerify(token, await this.#finder(source), {
        algorithms: [...pinnedAlgorithms(source)],
        requiredClaims: ["exp"],
        currentDate: new Date(this.#clock()),
        ...(issuer === null ? {} : { issuer }),
        ...(audience === null ? {} : { audience }),
      });
      return payload;
    } catch (error) {
      return error instanceof KeyUnavailable ? "unknown" : null;
    }
  }

  async #finder({ key }: JwtSource): Promise<KeyFinder> {
    const name = JSON.stringify([key.kind, key.from]);
    const known = this.#finders.get(name);
    if (known !== undefined) return known;
    const finder = keyFinder(key, await import("./jose.ts"), this.#config, this.#clock);
    this.#finders.set(name, finder);
    return finder;
  }
}

const names = new WeakMap<JwtSource, string>();

function nameOf(source: JwtSource): string {
  const name = names.get(source) ?? JSON.stringify(source);
  names.set(source, name);
  return name;
}

// RFC 8725 §3.1: a public key is never a shared secret, whatever the rule lists.
function pinnedAlgorithms({ key, algorithms }: JwtSource): readonly string[] {
  return algorithms.filter((name) => name.startsWith("HS") === (key.kind === "secret"));
}
