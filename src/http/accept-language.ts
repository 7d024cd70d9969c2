import Negotiator from "negotiator";
import { considered } from "./considered.ts";

/** RFC 9110 §12.5.4: the tag of `available` that `Accept-Language` prefers, or null where it accepts none. */
export function acceptedLanguage(value: string | null, available: readonly string[]): string | null {
  if (value === null) return available[0] ?? null;
  const headers = { "accept-language": considered(value) };
  return new Negotiator({ headers }).language(available) ?? null;
}
