import { parseHttpDate } from "./date.ts";

/** RFC 9110 §10.2.3: seconds from `now` on, never negative, or null where the field is absent or unreadable. */
export function parseRetryAfter(value: string | null, now: number): number | null {
  if (value === null) return null;
  if (/^\d{1,9}$/.test(value)) return Number(value);
  const at = parseHttpDate(value, now);
  return at === null ? null : Math.max(0, Math.ceil((at - now) / 1000));
}
