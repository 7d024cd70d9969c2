/** What came of reading a request's body as JSON. */
export type Body =
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "too-large" }
  /** What is wrong, in words. */
  | { readonly kind: "malformed"; readonly complaint: string };

const MOST_BYTES = 1024 * 1024;

/** Reads at most 1 MiB, whatever the client announces. The content type does not matter: only who has a token is heard. */
export async function readJson(request: Request): Promise<Body> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of request.body ?? []) {
    total += chunk.byteLength;
    if (total > MOST_BYTES) return { kind: "too-large" };
    chunks.push(chunk);
  }
  const text = await new Blob(chunks).text();
  if (text.trim() === "")
    return { kind: "malformed", complaint: "the body is empty; allowed: a JSON object" };
  try {
    return { kind: "json", value: JSON.parse(text) };
  } catch (error) {
    return {
      kind: "malformed",
      complaint: `the body is not JSON: ${error instanceof Error ? error.message : error}`,
    };
  }
}
