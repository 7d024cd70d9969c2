/** Tokens for tests, good and bad, and the keys they are made with. */
import { createHmac } from "node:crypto";
import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from "jose";

type Payload = Readonly<Record<string, unknown>>;

/** SELVEDGE_SECRET in tests. */
export const SECRET = "the secret of the tests, 32 characters";
/** The shared secret of tokens in tests. */
export const JWT_SECRET = "another secret, for tokens, of 32 bytes";

const bytes = (text: string) => new TextEncoder().encode(text);
const base64url = (part: unknown) => Buffer.from(JSON.stringify(part)).toString("base64url");

/** Signed with HS256. `exp` is in an hour unless the claims say otherwise; `undefined` leaves it out. */
export function sharedToken(claims: Payload, secret = JWT_SECRET): Promise<string> {
  return new SignJWT(withExpiry(claims)).setProtectedHeader({ alg: "HS256" }).sign(bytes(secret));
}

/** A key pair that signs tokens as `sharedToken` does. */
export interface Signer {
  /** PEM, as a variable holds it. */
  readonly publicKey: string;
  /** A JSON Web Key Set with this key alone. */
  readonly keySet: string;
  sign(claims: Payload): Promise<string>;
}

export async function createSigner(alg: "RS256" | "ES256", kid = "first"): Promise<Signer> {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return {
    publicKey: await exportSPKI(publicKey),
    keySet: JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid, alg, use: "sig" }] }),
    sign: (claims) => new SignJWT(withExpiry(claims)).setProtectedHeader({ alg, kid }).sign(privateKey),
  };
}

function withExpiry(claims: Payload): Payload {
  return { exp: Math.floor(Date.now() / 1000) + 3600, ...claims };
}

/** Without a signature (RFC 7519 §6). */
export function unsignedToken(claims: Payload): string {
  return `${base64url({ alg: "none" })}.${base64url(withExpiry(claims))}.`;
}

/** The public key taken for a shared secret. */
export function confusedToken(claims: Payload, publicKey: string): string {
  const signed = `${base64url({ alg: "HS256" })}.${base64url(withExpiry(claims))}`;
  return `${signed}.${createHmac("sha256", publicKey).update(signed).digest("base64url")}`;
}

/** Another payload under the signature of a good token. */
export function tamperedToken(token: string, claims: Payload): string {
  const [header, , signature] = token.split(".");
  return [header, base64url(withExpiry(claims)), signature].join(".");
}
