import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatHttpDate, parseHttpDate } from "../../src/http/date.ts";

const NOW = Date.UTC(2024, 5, 15, 12);
const RFC_EXAMPLE = Date.UTC(1994, 10, 6, 8, 49, 37);

describe("RFC 9110 §5.6.7 Date/Time Formats", () => {
  it.each<[string, string | null, number | null]>([
    ["absent", null, null],
    ["empty", "", null],
    ["IMF-fixdate", "Sun, 06 Nov 1994 08:49:37 GMT", RFC_EXAMPLE],
    ["RFC 850", "Sunday, 06-Nov-94 08:49:37 GMT", RFC_EXAMPLE],
    ["asctime", "Sun Nov  6 08:49:37 1994", RFC_EXAMPLE],
    ["asctime, two digits of day", "Wed Nov 16 08:49:37 1994", Date.UTC(1994, 10, 16, 8, 49, 37)],
    ["the epoch", "Thu, 01 Jan 1970 00:00:00 GMT", 0],
    ["before the epoch", "Wed, 31 Dec 1969 23:59:59 GMT", -1000],
    ["a year below 100", "Sat, 01 Jan 0050 00:00:00 GMT", Date.parse("0050-01-01T00:00:00Z")],
    ["the last year", "Fri, 31 Dec 9999 23:59:59 GMT", Date.UTC(9999, 11, 31, 23, 59, 59)],
    ["a leap second", "Sat, 31 Dec 2016 23:59:60 GMT", Date.UTC(2017, 0, 1)],
    ["a leap day", "Thu, 29 Feb 2024 00:00:00 GMT", Date.UTC(2024, 1, 29)],
    ["a weekday that contradicts the date", "Mon, 06 Nov 1994 08:49:37 GMT", RFC_EXAMPLE],
    ["no leap day", "Wed, 29 Feb 2023 00:00:00 GMT", null],
    ["no leap day of a century", "Thu, 29 Feb 1900 00:00:00 GMT", null],
    ["day 31 of 30", "Sun, 31 Nov 1994 08:49:37 GMT", null],
    ["day 0", "Sun, 00 Nov 1994 08:49:37 GMT", null],
    ["day 32", "Sun, 32 Jan 1994 08:49:37 GMT", null],
    ["hour 24", "Sun, 06 Nov 1994 24:00:00 GMT", null],
    ["minute 60", "Sun, 06 Nov 1994 08:60:37 GMT", null],
    ["second 61", "Sun, 06 Nov 1994 08:49:61 GMT", null],
    ["no such weekday", "Sum, 06 Nov 1994 08:49:37 GMT", null],
    ["no such month", "Sun, 06 Nof 1994 08:49:37 GMT", null],
    ["zone UTC", "Sun, 06 Nov 1994 08:49:37 UTC", null],
    ["zone EST", "Sun, 06 Nov 1994 08:49:37 EST", null],
    ["zone +0000", "Sun, 06 Nov 1994 08:49:37 +0000", null],
    ["no zone", "Sun, 06 Nov 1994 08:49:37", null],
    ["asctime with a zone", "Sun Nov  6 08:49:37 1994 GMT", null],
    ["lower case", "sun, 06 nov 1994 08:49:37 gmt", null],
    ["upper case", "SUN, 06 NOV 1994 08:49:37 GMT", null],
    ["one digit of hour", "Sun, 06 Nov 1994 8:49:37 GMT", null],
    ["one digit of day", "Sun, 6 Nov 1994 08:49:37 GMT", null],
    ["one digit of day in asctime, no padding", "Sun Nov 6 08:49:37 1994", null],
    ["two digits of year", "Sun, 06 Nov 94 08:49:37 GMT", null],
    ["four digits of year in RFC 850", "Sunday, 06-Nov-1994 08:49:37 GMT", null],
    ["hyphens in IMF-fixdate", "Sun, 06-Nov-1994 08:49:37 GMT", null],
    ["a short weekday in RFC 850", "Sun, 06-Nov-94 08:49:37 GMT", null],
    ["no weekday", "06 Nov 1994 08:49:37 GMT", null],
    ["no comma", "Sun 06 Nov 1994 08:49:37 GMT", null],
    ["no space after the comma", "Sun,06 Nov 1994 08:49:37 GMT", null],
    ["two spaces", "Sun,  06 Nov 1994 08:49:37 GMT", null],
    ["no seconds", "Sun, 06 Nov 1994 08:49 GMT", null],
    ["hours split by dots", "Sun, 06 Nov 1994 08.49.37 GMT", null],
    ["text after", "Sun, 06 Nov 1994 08:49:37 GMT; x", null],
    ["a line feed after", "Sun, 06 Nov 1994 08:49:37 GMT\n", null],
    ["a space before", " Sun, 06 Nov 1994 08:49:37 GMT", null],
    ["a list", "Sun, 06 Nov 1994 08:49:37 GMT, Sun, 06 Nov 1994 08:49:37 GMT", null],
    ["a number", "0", null],
    ["minus one", "-1", null],
    ["ISO 8601", "1994-11-06T08:49:37Z", null],
  ])("%s", (_, value, expected) => {
    expect(parseHttpDate(value, NOW)).toBe(expected);
  });

  it.each<[string, string, number, string | null]>([
    ["this year", "Saturday, 15-Jun-24 12:00:00 GMT", NOW, "2024-06-15T12:00:00.000Z"],
    ["50 years ahead to the second", "Friday, 15-Jun-74 12:00:00 GMT", NOW, "2074-06-15T12:00:00.000Z"],
    ["a second more", "Friday, 15-Jun-74 12:00:01 GMT", NOW, "1974-06-15T12:00:01.000Z"],
    ["51 years ahead", "Saturday, 15-Jun-75 12:00:00 GMT", NOW, "1975-06-15T12:00:00.000Z"],
    [
      "the turn of a century",
      "Friday, 01-Jan-10 00:00:00 GMT",
      Date.UTC(2099, 0),
      "2110-01-01T00:00:00.000Z",
    ],
    ["99 as seen from 2000", "Friday, 31-Dec-99 00:00:00 GMT", Date.UTC(2000, 0), "1999-12-31T00:00:00.000Z"],
    ["a leap day of that century", "Tuesday, 29-Feb-00 00:00:00 GMT", NOW, "2000-02-29T00:00:00.000Z"],
    ["no such leap day", "Monday, 29-Feb-23 00:00:00 GMT", NOW, null],
    ["now unknown", "Saturday, 15-Jun-24 12:00:00 GMT", Number.NaN, null],
  ])("two digits of year: %s", (_, value, now, expected) => {
    const instant = parseHttpDate(value, now);
    expect(instant === null ? null : new Date(instant).toISOString()).toBe(expected);
  });

  it("formats an IMF-fixdate", () => {
    expect(formatHttpDate(RFC_EXAMPLE + 999)).toBe("Sun, 06 Nov 1994 08:49:37 GMT");
  });

  it("reads back every instant it wrote", () => {
    const max = Math.floor(Date.parse("9999-12-31T23:59:59Z") / 1000);
    const min = Math.ceil(Date.parse("0000-01-01T00:00:00Z") / 1000);
    fc.assert(
      fc.property(fc.integer({ min, max }), (seconds) => {
        expect(parseHttpDate(formatHttpDate(seconds * 1000), NOW)).toBe(seconds * 1000);
      }),
    );
  });

  it("never throws, and never answers NaN", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.double(), (value, now) => {
        expect(parseHttpDate(value, now)).not.toBeNaN();
      }),
    );
  });
});
