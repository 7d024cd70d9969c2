import type { Config } from "../../config.ts";

const HMAC = { name: "HMAC", hash: "SHA-256" };

/** HMAC-SHA-256 (RFC 2104) of a text under SELVEDGE_SECRET, as 64 hexadecimal digits; null without a usable one. */
export async function sign(text: string, { secret }: Config): Promise<string | null> {
  return typeof secret === "string" ? hexOf(await signatureOf(text, secret)) : null;
}

/** Whether `signature` is what `sign` makes of the text; compared in constant time. */
export async function isSigned(text: string, signature: string, { secret }: Config): Promise<boolean> {
  return typeof secret === "string" && isSignatureOf(text, signature, secret);
}

/** HMAC-SHA-256 of a text under a secret. */
export async function signatureOf(text: string, secret: string): Promise<ArrayBuffer> {
  return crypto.subtle.sign(HMAC, await keyOf(secret), new TextEncoder().encode(text));
}

/** Whether a signature, as 64 hexadecimal digits, is that of the text; compared in constant time. */
export async function isSignatureOf(text: string, signature: string, secret: string): Promise<boolean> {
  const bytes = bytesOf(signature);
  if (bytes === null) return false;
  return crypto.subtle.verify(HMAC, await keyOf(secret), bytes, new TextEncoder().encode(text));
}

/** Lower-case hexadecimal digits, two for a byte. */
export function hexOf(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function bytesOf(hex: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[0-9a-f]{64}$/.test(hex)) return null;
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

// As many as there are secrets. The key is kept, never the promise of it: a request that is cancelled would take
// the promise with it.
const keys = new Map<string, CryptoKey>();

async function keyOf(secret: string): Promise<CryptoKey> {
  const known = keys.get(secret);
  if (known !== undefined) return known;
  const bytes = new TextEncoder().encode(secret);
  const key = await crypto.subtle.importKey("raw", bytes, HMAC, false, ["sign", "verify"]);
  keys.set(secret, key);
  return key;
}
