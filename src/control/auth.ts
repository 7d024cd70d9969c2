import type { ControlToken } from "./tokens.ts";

/** Whose token a request bears. */
export type Bearer =
  | { readonly kind: "known"; readonly by: ControlToken }
  | { readonly kind: "wrong" }
  | { readonly kind: "missing" };

/** Reads the bearer token. All tokens are compared, in a time that says nothing of where they differ. */
export async function whoAsks(request: Request, tokens: readonly ControlToken[]): Promise<Bearer> {
  // RFC 6750 §2.1, RFC 9110 §11.1: the scheme's case does not matter.
  const [, given] = /^bearer +(\S+)$/i.exec(request.headers.get("authorization") ?? "") ?? [];
  if (given === undefined) return { kind: "missing" };
  const offered = await digest(given);
  const digests = await Promise.all(tokens.map(({ token }) => digest(token)));
  const equal = digests.map((each) => crypto.subtle.timingSafeEqual(each, offered));
  const by = tokens[equal.indexOf(true)];
  return by === undefined ? { kind: "wrong" } : { kind: "known", by };
}

// Digests are of one length, so that the comparison does not tell the token's.
function digest(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
}
