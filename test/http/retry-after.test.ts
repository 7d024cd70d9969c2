import { describe, expect, it } from "vitest";
import { formatHttpDate } from "../../src/http/date.ts";
import { parseRetryAfter } from "../../src/http/retry-after.ts";

const NOW = Date.UTC(2026, 0, 1, 12);

describe("RFC 9110 §10.2.3 Retry-After", () => {
  it.each<[name: string, value: string | null, seconds: number | null]>([
    ["absent", null, null],
    ["seconds", "120", 120],
    ["zero", "0", 0],
    ["a date to come", formatHttpDate(NOW + 90_000), 90],
    ["a date gone by", formatHttpDate(NOW - 90_000), 0],
    ["negative", "-1", null],
    ["a fraction", "1.5", null],
    ["more than anyone means", "1".repeat(10), null],
    ["a word", "soon", null],
    ["empty", "", null],
  ])("%s", (_, value, seconds) => {
    expect(parseRetryAfter(value, NOW)).toBe(seconds);
  });
});
