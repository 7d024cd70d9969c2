/** RFC 9111 §4.2 and §5.2: how long a response is fresh, and how odd values are read. */
import { hoursFromNow, notReused, reused, type Table } from "../table.ts";

const cc = (value: string) => ({ "Cache-Control": value });
const past = hoursFromNow(-1);
const future = hoursFromNow(1);

export const freshness: Table = {
  "RFC 9111 §4.2.1 Calculating Freshness Lifetime": [
    reused("max-age", cc("max-age=3600")),
    reused("s-maxage", cc("s-maxage=3600")),
    reused("s-maxage above max-age", cc("max-age=0, s-maxage=3600")),
    reused("s-maxage above max-age, the other order", cc("s-maxage=3600, max-age=0")),
    notReused("s-maxage=0 above max-age", cc("max-age=3600, s-maxage=0")),
    reused("s-maxage above Expires", { ...cc("s-maxage=3600"), Expires: past }),
    notReused("s-maxage=0 above Expires", { ...cc("s-maxage=0"), Expires: future }),
    reused("max-age above Expires", { ...cc("max-age=3600"), Expires: past }),
    notReused("max-age=0 above Expires", { ...cc("max-age=0"), Expires: future }),
    notReused("max-age=0", cc("max-age=0")),
    notReused("no lifetime at all", {}),
    notReused("public is no lifetime", cc("public")),
    notReused("no heuristic lifetime by default", { "Last-Modified": hoursFromNow(-10_000) }),
    notReused("immutable is no lifetime", cc("immutable")),
    reused("immutable with max-age", cc("immutable, max-age=3600")),
    notReused("the same directive with two values is stale", cc("max-age=3600, max-age=1800")),
    reused("the same directive twice with one value", cc("max-age=3600, max-age=3600")),
    notReused("two lines with different values are stale", {
      "Cache-Control": ["max-age=3600", "max-age=0"],
    }),
    reused("directives in several lines", { "Cache-Control": ["public", "max-age=3600"] }),
  ],

  "RFC 9111 §5.2 Cache-Control, its syntax": [
    reused("names in upper case", cc("MAX-AGE=3600")),
    reused("names in mixed case", cc("Max-aGe=3600")),
    reused("S-MaxAge in mixed case", cc("max-age=0, S-MaxAge=3600")),
    reused("a quoted value", cc('max-age="3600"')),
    reused("unknown directives are ignored", cc("foo, max-age=3600, bar=baz")),
    reused("an unknown directive with a quoted comma", cc('foo="a, max-age=0", max-age=3600')),
    notReused("a directive within another's quotes", cc('foo="max-age=3600"')),
    reused("an unknown directive that resembles one", cc("xno-store, max-age=3600")),
    reused("an unknown directive that begins like one", cc("no-storex, max-age=3600")),
    reused("empty members", cc(", ,max-age=3600,,")),
    reused("no whitespace", cc("public,max-age=3600")),
    reused("tabs around", cc("public\t,\tmax-age=3600")),
    reused("leading zeros", cc("max-age=003600")),
    notReused("a negative value", cc("max-age=-3600")),
    notReused("a fraction", cc("max-age=3600.5")),
    notReused("an exponent", cc("max-age=3e3")),
    notReused("a plus sign", cc("max-age=+3600")),
    notReused("letters after the digits", cc("max-age=3600s")),
    notReused("letters before the digits", cc("max-age=a3600")),
    notReused("no value", cc("max-age")),
    notReused("an empty value", cc("max-age=")),
    notReused("an empty quoted value", cc('max-age=""')),
    notReused("whitespace before =", cc("max-age =3600")),
    notReused("whitespace after =", cc("max-age= 3600")),
    notReused("single quotes", cc("max-age='3600'")),
    notReused("an open quote", cc('max-age="3600')),
    notReused("an invalid s-maxage does not fall back to max-age", cc("s-maxage=x, max-age=3600")),
    reused("2^31 - 1", cc("max-age=2147483647")),
    reused("2^31", cc("max-age=2147483648")),
    reused("2^32", cc("max-age=4294967296")),
    reused("2^64 and more", cc("max-age=99999999999999999999999999")),
    reused("an invalid max-age below a valid s-maxage", cc("max-age=x, s-maxage=3600")),
  ],

  "RFC 9111 §5.3 Expires": [
    reused("in the future", { Expires: future }),
    notReused("in the past", { Expires: past }),
    notReused("equal to Date", { Expires: past, Date: past }),
    reused("counted from Date: the difference is the lifetime", { Expires: hoursFromNow(3), Date: future }),
    notReused("counted from an early Date", { Expires: hoursFromNow(-1), Date: hoursFromNow(-4) }),
    notReused("0", { Expires: "0" }),
    notReused("-1", { Expires: "-1" }),
    notReused("words", { Expires: "soon" }),
    notReused("an empty value", { Expires: "" }),
    notReused("invalid beside Last-Modified", { Expires: "0", "Last-Modified": hoursFromNow(-10_000) }),
    notReused("two lines", { Expires: [future, hoursFromNow(2)] }),
    notReused("two lines, the second past", { Expires: [future, past] }),
    reused("the format of RFC 850", { Expires: rfc850(hoursFromNow(24)) }),
    reused("the format of asctime", { Expires: asctime(hoursFromNow(24)) }),
    notReused("another time zone", { Expires: future.replace("GMT", "EST") }),
    notReused("no time zone", { Expires: future.replace(" GMT", "") }),
    notReused("UTC for GMT", { Expires: future.replace("GMT", "UTC") }),
    notReused("an offset", { Expires: future.replace("GMT", "+0000") }),
    notReused("ISO 8601", { Expires: new Date(Date.now() + 3_600_000).toISOString() }),
    notReused("a two-digit year in the long format", { Expires: future.replace(/ 20(\d\d) /, " $1 ") }),
    notReused("the day on one digit", { Expires: future.replace(/, \d\d/, ", 1") }),
    notReused("two spaces", { Expires: future.replace(", ", ",  ") }),
    notReused("lower case month", { Expires: future.toLowerCase() }),
    notReused("dashes for spaces", { Expires: future.replace(/(\d\d) (\w{3}) (\d{4})/, "$1-$2-$3") }),
    reused("far in the future", { Expires: "Thu, 18 Aug 2050 02:01:18 GMT" }),
    reused("beyond 2^31 seconds", { Expires: "Thu, 18 Aug 2650 02:01:18 GMT" }),
  ],
};

/** Sunday, 06-Nov-94 08:49:37 GMT */
function rfc850(date: string): string {
  const [, day = "", month = "", year = "", time = ""] = date.split(" ");
  const weekday = new Date(date).toLocaleDateString("en", { weekday: "long", timeZone: "UTC" });
  return `${weekday}, ${day}-${month}-${year.slice(2)} ${time} GMT`;
}

/** Sun Nov  6 08:49:37 1994 */
function asctime(date: string): string {
  const [weekday = "", day = "", month = "", year = "", time = ""] = date.split(" ");
  return `${weekday.slice(0, 3)} ${month} ${String(Number(day)).padStart(2)} ${time} ${year}`;
}
