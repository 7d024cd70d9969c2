import type { OriginAuth } from "../../cache/policy.ts";
import type { Config } from "../../config.ts";
import type { ChangeableFields } from "../../http/field-section.ts";
import { signatureOf } from "../access/hmac.ts";

/** A request as it is about to be sent. */
export interface Sent {
  readonly method: string;
  readonly url: URL;
  /** Null where there is none, or where it is too long to be signed. */
  readonly content: ArrayBuffer | null;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Adds the fields by which an origin knows that a request comes from here. What a client sends in them is replaced. They
 * are written as late as this, so that nothing that is stored, logged or explained ever has them.
 */
export async function authenticate(
  headers: ChangeableFields,
  sent: Sent,
  auth: OriginAuth,
  { variables }: Pick<Config, "variables">,
): Promise<void> {
  // RFC 9110 §9.3.8: whoever answers TRACE sends it back, to the client.
  if (sent.method === "TRACE") return;
  const { header, signature } = auth;
  if (header !== null) headers.set(header.name, (variables[header.secret] ?? "").trim());
  if (signature !== null) await addSignature(headers, sent, signature, variables[signature.secret] ?? "");
}

/** The name of our signature among those of a request (RFC 9421 §4.1). */
const LABEL = "selvedge";

async function addSignature(
  headers: ChangeableFields,
  sent: Sent,
  { keyId }: NonNullable<OriginAuth["signature"]>,
  secret: string,
): Promise<void> {
  const digest = sent.content && (await digestOf(sent.content));
  const { lines, parameters } = signatureBase(sent, keyId, digest);
  if (digest !== null) headers.set("content-digest", digest);
  headers.set("signature-input", `${LABEL}=${parameters}`);
  headers.set("signature", `${LABEL}=:${base64(await signatureOf(lines.join("\n"), secret))}:`);
}

/** RFC 9421 §2.5: a line for each part that is signed, and the parameters, which are signed too. */
function signatureBase(
  { method, url, now }: Sent,
  keyId: string,
  digest: string | null,
): { readonly lines: readonly string[]; readonly parameters: string } {
  const parts = [
    ["@method", method],
    ["@path", url.pathname],
    // RFC 9421 §2.2.7: an empty query is a "?".
    ["@query", url.search === "" ? "?" : url.search],
    ...(digest === null ? [] : [["content-digest", digest]]),
  ];
  const names = parts.map(([name]) => `"${name}"`).join(" ");
  const parameters = `(${names});created=${Math.floor(now / 1000)};keyid="${keyId}";alg="hmac-sha256"`;
  const lines = parts.map(([name, value]) => `"${name}": ${value}`);
  return { lines: [...lines, `"@signature-params": ${parameters}`], parameters };
}

// RFC 9530 §2
async function digestOf(content: ArrayBuffer): Promise<string> {
  return `sha-256=:${base64(await crypto.subtle.digest("SHA-256", content))}:`;
}

function base64(bytes: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)));
}
