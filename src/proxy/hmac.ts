import type { Config } from "../config.ts";

const HMAC = { name: "HMAC", hash: "SHA-256" };
const keys = new WeakMap<Config, CryptoKey>();

/** HMAC-SHA-256 (RFC 2104) of a text under SELVEDGE_SECRET, as 64 hexadecimal digits; null without a secret. */
export async function sign(text: string, config: Config): Promise<string | null> {
  const key = await keyOf(config);
  if (key === null) return null;
  return hexOf(await crypto.subtle.sign(HMAC, key, new TextEncoder().encode(text)));
}

/** Whether `signature` is what `sign` makes of the text; compared in constant time. */
export async function isSigned(text: string, signature: string, config: Config): Promise<boolean> {
  const key = await keyOf(config);
  const bytes = bytesOf(signature);
  if (key === null || bytes === null) return false;
  return crypto.subtle.verify(HMAC, key, bytes, new TextEncoder().encode(text));
}

/** Lower-case hexadecimal digits, two for a byte. */
export function hexOf(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function bytesOf(hex: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[0-9a-f]{64}$/.test(hex)) return null;
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

// The key is kept, never the promise of it: a request that is cancelled would take the promise with it.
async function keyOf(config: Config): Promise<CryptoKey | null> {
  if (config.secret === null) return null;
  const known = keys.get(config);
  if (known !== undefined) return known;
  const secret = new TextEncoder().encode(config.secret);
  const key = await crypto.subtle.importKey("raw", secret, HMAC, false, ["sign", "verify"]);
  keys.set(config, key);
  return key;
}
