import Negotiator from "negotiator";
import { considered } from "./considered.ts";

/**
 * RFC 9110 §12.5.3: the coding of `available` that `Accept-Encoding` prefers, else "identity". `available` is in
 * the order of our own preference, which decides among those that the client likes equally.
 */
export function acceptedEncoding(value: string | null, available: readonly string[]): string {
  if (value === null) return IDENTITY;
  const negotiator: Preferring = new Negotiator({ headers: { "accept-encoding": considered(value) } });
  return negotiator.encoding([...available, IDENTITY], { preferred: available }) ?? IDENTITY;
}

const IDENTITY = "identity";

/** What negotiator has had since its version 1.0, and its types lack. */
interface Preferring {
  encoding(available: string[], options: { readonly preferred: readonly string[] }): string | undefined;
}
