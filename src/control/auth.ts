/** Whether the request carries the token, compared in a time that says nothing of where they differ. */
export async function isAuthorized(request: Request, token: string): Promise<boolean> {
  const [scheme, given] = (request.headers.get("authorization") ?? "").split(" ", 2);
  if (scheme?.toLowerCase() !== "bearer" || !given) return false;
  const [a, b] = await Promise.all([digest(given), digest(token)]);
  return crypto.subtle.timingSafeEqual(a, b);
}

// Digests are of one length, so that the comparison does not tell the token's.
function digest(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
}
