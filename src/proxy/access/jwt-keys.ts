import type { JwtSource } from "../../cache/policy.ts";
import type { Config } from "../../config.ts";

type Jose = typeof import("./jose.ts");
type Algorithm = { readonly alg?: string };
/** Finds the key for a token by its protected header. */
export type KeyFinder =
  | ReturnType<Jose["createRemoteJWKSet"]>
  | ((header: Algorithm) => Promise<CryptoKey | Uint8Array>);

/** The key is not at hand: this says nothing of the token. */
export class KeyUnavailable extends Error {}

const FETCH_TIMEOUT_MS = 5_000;
const COOLDOWN_MS = 30_000;
const KEY_SET_AGE_MS = 600_000;

/** Where the key of a source is found; what it returns throws KeyUnavailable while there is none. */
export function keyFinder(key: JwtSource["key"], jose: Jose, config: Config, clock: () => number): KeyFinder {
  if (key.kind === "jwks") return keySet(key.from, jose, clock);
  const value = config.variables[key.from];
  if (value === undefined || value === "") return noKey(key.from);
  if (key.kind === "publicKey") return publicKey(key.from, value, jose);
  const secret = new TextEncoder().encode(value);
  return async () => secret;
}

function noKey(name: string): KeyFinder {
  console.error(`${name} is not set: tokens that it should verify are not`);
  return async () => {
    throw new KeyUnavailable(name);
  };
}

// The algorithm is one of the rule's own; the key is imported once for each.
function publicKey(name: string, value: string, { importSPKI }: Jose): KeyFinder {
  const imported = new Map<string, CryptoKey>();
  // In a variable the lines of a PEM may have become one.
  const pem = value.replaceAll("\\n", "\n");
  let isTold = false;
  return async ({ alg = "" }) => {
    try {
      const key = imported.get(alg) ?? (await importSPKI(pem, alg));
      imported.set(alg, key);
      return key;
    } catch (error) {
      if (!isTold) console.error(`${name} is no public key for ${alg}: ${String(error)}`);
      isTold = true;
      throw error;
    }
  };
}

function keySet(url: string, { createRemoteJWKSet, customFetch }: Jose, clock: () => number): KeyFinder {
  return createRemoteJWKSet(new URL(url), {
    timeoutDuration: FETCH_TIMEOUT_MS,
    cooldownDuration: COOLDOWN_MS,
    cacheMaxAge: KEY_SET_AGE_MS,
    [customFetch]: fetchWithCooldown(clock),
  });
}

// A set that cannot be fetched is not asked for again at once: until then every request would wait for it.
function fetchWithCooldown(clock: () => number) {
  let failedAt: number | null = null;
  const isCoolingDown = () => failedAt !== null && clock() < failedAt + COOLDOWN_MS;
  return async (url: string, options: RequestInit): Promise<Response> => {
    if (isCoolingDown()) throw new KeyUnavailable("the key set could not be fetched of late");
    try {
      return await fetchKeySet(url, options);
    } catch (error) {
      if (!isCoolingDown()) console.error(`key set ${url} cannot be used: ${String(error)}`);
      failedAt = clock();
      throw new KeyUnavailable(String(error));
    }
  };
}

// Read to its end here, so that a set cut short or without keys counts as a failure of the set, not of a token.
async function fetchKeySet(url: string, options: RequestInit): Promise<Response> {
  const response = await fetch(url, options);
  if (response.status !== 200) throw new Error(`status ${response.status}`);
  const set: unknown = await response.json();
  if (typeof set !== "object" || set === null || !("keys" in set)) throw new Error("no JSON Web Key Set");
  return Response.json(set);
}
