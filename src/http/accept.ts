import Negotiator from "negotiator";
import { considered } from "./considered.ts";

/** RFC 9110 §12.5.1: the media type of `available` that `Accept` prefers, or null where it accepts none. */
export function acceptedMediaType(value: string | null, available: readonly string[]): string | null {
  if (value === null) return available[0] ?? null;
  return new Negotiator({ headers: { accept: considered(value) } }).mediaType(available) ?? null;
}
