const LONGEST_PLAIN_KEY = 1024;

/** The key under which a store keeps a record: the key itself, or its SHA-256 where it is long. */
export function storeKey(key: string): string | Promise<string> {
  return key.length <= LONGEST_PLAIN_KEY ? key : digest(key);
}

async function digest(key: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key));
  const hex = Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, "0")).join("");
  // The line feed is in no URL, so that no client can ask for such a key.
  return `${new URL(key).origin}/\nsha256:${hex}`;
}
