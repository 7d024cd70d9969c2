const SECONDS_PER_UNIT: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** RFC 9111 §1.2.2: caches may take any greater number of seconds as this one. */
export const LONGEST_SECONDS = 2_147_483_648;

/** Seconds of a duration (`90`, `"90s"`, `"10m"`, `"1h"`, `"1d"`, `"2w"`), or null where it is none. */
export function parseDuration(value: unknown): number | null {
  const seconds = typeof value === "string" ? secondsOfText(value) : value;
  if (typeof seconds !== "number" || !Number.isInteger(seconds)) return null;
  return seconds >= 0 && seconds <= LONGEST_SECONDS ? Math.abs(seconds) : null; // abs: -0 is 0
}

function secondsOfText(text: string): number | null {
  const [, digits, unit] = /^(\d+)([smhdw])$/.exec(text) ?? [];
  const factor = unit === undefined ? undefined : SECONDS_PER_UNIT[unit];
  return digits === undefined || factor === undefined ? null : Number(digits) * factor;
}
