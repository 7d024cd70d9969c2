const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
const LONG_WEEKDAY = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day";
const MONTH = `(?<month>${MONTHS.join("|")})`;
const TIME = "(?<hour>\\d{2}):(?<minute>\\d{2}):(?<second>\\d{2})";

const IMF_FIXDATE = new RegExp(`^${WEEKDAY}, (?<day>\\d{2}) ${MONTH} (?<year>\\d{4}) ${TIME} GMT$`);
const RFC_850 = new RegExp(`^${LONG_WEEKDAY}, (?<day>\\d{2})-${MONTH}-(?<year>\\d{2}) ${TIME} GMT$`);
const ASCTIME = new RegExp(`^${WEEKDAY} ${MONTH} (?<day>\\d{2}| \\d) ${TIME} (?<year>\\d{4})$`);

/** A date as written; `month` counts from 0. */
interface Written {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/**
 * RFC 9110 §5.6.7: the instant, in milliseconds since the epoch, that a value in one of the three formats
 * names; null where it is absent, in none of them, or no such day or time exists. Case matters. A weekday that
 * contradicts the date is accepted. `now` (milliseconds) tells the century of a two-digit year.
 */
export function parseHttpDate(value: string | null, now: number): number | null {
  if (value === null) return null;
  const fourDigitYear = IMF_FIXDATE.exec(value) ?? ASCTIME.exec(value);
  if (fourDigitYear !== null) return existing(written(fourDigitYear.groups));
  const twoDigitYear = RFC_850.exec(value);
  return twoDigitYear === null ? null : existing(withCentury(written(twoDigitYear.groups), now));
}

/** An instant in milliseconds, of the years 0 to 9999, as an IMF-fixdate; milliseconds are cut off. */
export function formatHttpDate(ms: number): string {
  return new Date(ms).toUTCString();
}

function written(groups: Record<string, string> = {}): Written {
  return {
    year: Number(groups["year"]),
    month: MONTHS.indexOf(groups["month"] ?? ""),
    day: Number(groups["day"]),
    hour: Number(groups["hour"]),
    minute: Number(groups["minute"]),
    second: Number(groups["second"]),
  };
}

/** The instant, or null where the calendar or the clock has none such. Second 60 is a leap second. */
function existing(date: Written): number | null {
  if (date.hour > 23 || date.minute > 59 || date.second > 60) return null;
  // A day that the month lacks rolls over into another month.
  return midnight(date).getUTCDate() === date.day ? instant(date) : null;
}

function instant(date: Written): number {
  return midnight(date).getTime() + ((date.hour * 60 + date.minute) * 60 + date.second) * 1000;
}

/** `Date.UTC` would take the years 0 to 99 for 1900 to 1999. */
function midnight(date: Written): Date {
  const day = new Date(0);
  day.setUTCFullYear(date.year, date.month, date.day);
  return day;
}

/** RFC 9110 §5.6.7: the latest year with these two digits that is not more than 50 years ahead. */
function withCentury(date: Written, now: number): Written {
  const limit = new Date(now);
  limit.setUTCFullYear(limit.getUTCFullYear() + 50);
  const century = limit.getUTCFullYear() - (limit.getUTCFullYear() % 100);
  const latest = { ...date, year: century + date.year };
  return instant(latest) > limit.getTime() ? { ...latest, year: latest.year - 100 } : latest;
}
