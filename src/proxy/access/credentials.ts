import { changedHead } from "../../cache/request/request.ts";
import type { RequestHead } from "../../cache/types.ts";
import type { Config } from "../../config.ts";
import { type FieldSection, Fields } from "../../http/field-section.ts";
import { sign } from "./hmac.ts";

const FIELDS = ["authorization", "cookie"];

/**
 * A head for the engine, in which credentials are keyed digests of themselves, and the credentials, which are for
 * the origin alone. What a response nominates by `Vary` is stored with it: so that is a digest too.
 */
export async function hideCredentials(
  head: RequestHead,
  config: Config,
): Promise<{ readonly head: RequestHead; readonly credentials: FieldSection }> {
  const headers = new Fields(head.headers);
  const credentials = new Fields();
  for (const name of FIELDS) {
    const value = headers.get(name);
    const digest = value && (await sign(JSON.stringify(["field", name, value]), config));
    if (value === null || !digest) continue;
    credentials.set(name, value);
    headers.set(name, name === "cookie" ? hiddenCookies(value, digest) : digest);
  }
  return { head: changedHead(head, { headers }), credentials };
}

/** The head as the origin is to see it. */
export function revealCredentials(head: RequestHead, credentials: FieldSection | null): RequestHead {
  if (credentials === null) return head;
  const headers = new Fields(head.headers);
  for (const [name, value] of credentials) headers.set(name, value);
  return changedHead(head, { headers });
}

// The engine asks which cookies there are, never what they say.
function hiddenCookies(value: string, digest: string): string {
  return value
    .split(";")
    .map((pair) => `${pair.split("=", 1)[0]?.trim()}=${digest}`)
    .join("; ");
}
