/** HTTP message signatures (RFC 9421) as this cache makes them, made and verified independently of it. */
import { createHash, createHmac } from "node:crypto";

export interface Signed {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly body?: string | Buffer | null;
  readonly key: string;
  readonly keyId?: string;
  /** Seconds since the epoch. */
  readonly created: number;
}

/** The fields of a request that is signed. `body` null: without a digest. */
export function signatureFields({
  method,
  target,
  body = null,
  key,
  keyId = "selvedge",
  created,
}: Signed): Record<string, string> {
  const [path = "", ...query] = target.split("?");
  const digest = body === null ? null : `sha-256=:${createHash("sha256").update(body).digest("base64")}:`;
  const names = ["@method", "@path", "@query", ...(digest === null ? [] : ["content-digest"])];
  const parameters = `(${names.map((name) => `"${name}"`).join(" ")});created=${created};keyid="${keyId}";alg="hmac-sha256"`;
  const lines = [
    `"@method": ${method}`,
    `"@path": ${path}`,
    `"@query": ?${query.join("?")}`,
    ...(digest === null ? [] : [`"content-digest": ${digest}`]),
    `"@signature-params": ${parameters}`,
  ];
  const signature = createHmac("sha256", key).update(lines.join("\n")).digest("base64");
  return {
    "signature-input": `selvedge=${parameters}`,
    signature: `selvedge=:${signature}:`,
    ...(digest === null ? {} : { "content-digest": digest }),
  };
}

/** When a request says that it was signed, in seconds since the epoch. */
export function createdOf(headers: Readonly<Record<string, string>>): number {
  return Number(/;created=(\d+);/.exec(headers["signature-input"] ?? "")?.[1]);
}
