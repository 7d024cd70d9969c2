/** RFC 9111 §4.2.3, §5.1: the age of a response; RFC 9213: the field that targets this cache. */
import { hoursFromNow, notReused, reused, secondsFromNow, type Table } from "../table.ts";

const hour = { "Cache-Control": "max-age=3600" };
const aged = (age: string | readonly string[]) => ({ ...hour, Age: age });
const cdn = (value: string | readonly string[], more: Record<string, string> = {}) => ({
  "CDN-Cache-Control": value,
  ...more,
});
const cloudflare = (value: string, more: Record<string, string> = {}) => ({
  "Cloudflare-CDN-Cache-Control": value,
  ...more,
});
const both = (value: string) => ({ "CDN-Cache-Control": value });
const noStore = { "Cache-Control": "no-store" };
const stale = { "Cache-Control": "max-age=0" };
const past = hoursFromNow(-1);
const future = hoursFromNow(1);

export const age: Table = {
  "RFC 9111 §4.2.3 Calculating Age": [
    reused("a response just stored is of age 0", hour, { answers: { Age: /^[01]$/ } }),
    reused("Age of the origin counts", aged("1800"), { answers: { Age: /^180[0-2]$/ } }),
    notReused("Age beyond max-age", aged("7200")),
    notReused("Age equal to max-age", aged("3600")),
    reused("Age just below max-age", aged("3500"), { answers: { Age: /^350\d$/ } }),
    notReused("Age beyond s-maxage", { "Cache-Control": "s-maxage=3600", Age: "7200" }),
    notReused("Age beyond Expires", { Expires: future, Age: "7200" }),
    notReused("Date in the past counts as age", { ...hour, Date: hoursFromNow(-2) }),
    reused(
      "Date in the past within the lifetime",
      { ...hour, Date: secondsFromNow(-1800) },
      {
        answers: { Age: /^18\d\d$/ },
      },
    ),
    reused(
      "Date in the future is not a negative age",
      { ...hour, Date: hoursFromNow(10) },
      {
        answers: { Age: /^[01]$/ },
      },
    ),
    reused(
      "the greater of Age and the age by Date",
      { ...aged("100"), Date: secondsFromNow(-2000) },
      {
        answers: { Age: /^20\d\d$/ },
      },
    ),
    reused("an invalid Date is ignored", { ...hour, Date: "yesterday" }, { answers: { Age: /^[01]$/ } }),
    reused("no Date at all", { ...hour, Date: [] }, { answers: { Age: /^[01]$/, Date: /GMT$/ } }),
    {
      name: "Age grows while stored",
      steps: [
        { origin: { headers: aged("100") }, fromCache: false },
        { waitMs: 2100, fromCache: true, answers: { Age: /^10[2-4]$/ } },
      ],
    },
    {
      name: "fresh, then stale once its lifetime is over",
      steps: [
        { origin: { headers: { "Cache-Control": "max-age=1" } }, fromCache: false },
        { waitMs: 2100, fromCache: false },
      ],
    },
    {
      name: "the time the origin took counts",
      steps: [
        { origin: { headers: { "Cache-Control": "max-age=1" }, delayMs: 700 }, fromCache: false },
        { waitMs: 500, fromCache: false },
      ],
    },
  ],

  "RFC 9111 §5.1 Age, its syntax": [
    reused("0", aged("0")),
    reused("leading zeros", aged("0000100"), { answers: { Age: /^10[0-2]$/ } }),
    notReused("huge", aged("99999999999999999999")),
    notReused("2^31", aged("2147483648")),
    notReused("2^31 - 1", aged("2147483647")),
    notReused("a list counts by its first member", aged("7200, 0")),
    reused("a list whose second member is too old", aged("0, 7200")),
    notReused("two lines count by the first", aged(["7200", "0"])),
    reused("letters are ignored", aged("abc"), { answers: { Age: /^[01]$/ } }),
    reused("letters after digits are ignored", aged("7200s"), { answers: { Age: /^[01]$/ } }),
    reused("a negative value is ignored", aged("-7200"), { answers: { Age: /^[01]$/ } }),
    reused("a fraction is ignored", aged("7200.0"), { answers: { Age: /^[01]$/ } }),
    reused("a quoted value is ignored", aged('"7200"'), { answers: { Age: /^[01]$/ } }),
    reused("an empty value is ignored", aged(""), { answers: { Age: /^[01]$/ } }),
  ],

  "RFC 9213 Targeted Cache-Control": [
    reused("CDN-Cache-Control", cdn("max-age=3600")),
    reused("CDN-Cache-Control above Cache-Control", cdn("max-age=3600", stale)),
    reused("CDN-Cache-Control above no-store", cdn("max-age=3600", noStore)),
    reused("CDN-Cache-Control above private", cdn("max-age=3600", { "Cache-Control": "private" })),
    reused("CDN-Cache-Control above Expires", cdn("max-age=3600", { Expires: past })),
    notReused("max-age=0 there above Cache-Control", cdn("max-age=0", hour)),
    notReused("max-age=0 there above Expires", cdn("max-age=0", { Expires: future })),
    notReused("no lifetime there: neither Cache-Control counts", cdn("public", hour)),
    notReused("no lifetime there: nor Expires", cdn("public", { Expires: future })),
    notReused("no-store there", cdn("no-store", hour)),
    notReused("private there", cdn("private, max-age=3600", hour)),
    notReused("no-cache there", cdn("no-cache, max-age=3600", hour)),
    reused("s-maxage there", cdn("s-maxage=3600, max-age=0")),
    reused("Age counts against it", cdn("max-age=3600", { Age: "1800" })),
    notReused("Age beyond it", cdn("max-age=3600", { Age: "7200" })),
    reused("in two lines", cdn(["public", "max-age=3600"], stale)),
    reused("an unknown directive", cdn("foo, max-age=3600, bar=baz", stale)),
    reused("the last of a repeated key counts", cdn("max-age=0, max-age=3600", stale)),
    reused("parameters are ignored", cdn("max-age=3600;x=1", stale)),
    notReused("it does not parse: Cache-Control counts", cdn("max-age=3600,, public", stale)),
    reused("it does not parse: a fresh Cache-Control counts", cdn("max-age==0", hour)),
    reused("upper case does not parse", cdn("MAX-AGE=0", hour)),
    notReused("upper case does not parse, nor gives a lifetime", cdn("MAX-AGE=3600", stale)),
    reused("an empty one is ignored", cdn("", hour)),
    notReused("a String is no number of seconds", cdn('max-age="3600"')),
    notReused("a decimal is no number of seconds", cdn("max-age=3600.0")),
    notReused("a negative number", cdn("max-age=-3600")),
    reused(
      "Cloudflare-CDN-Cache-Control above CDN-Cache-Control",
      cloudflare("max-age=3600", both("max-age=0")),
    ),
    notReused("Cloudflare-CDN-Cache-Control, zero", cloudflare("max-age=0", both("max-age=3600"))),
    reused("an unparsable one yields to CDN-Cache-Control", cloudflare("max-age=,", both("max-age=3600"))),
    notReused("must-revalidate alone there silences Cache-Control", cloudflare("must-revalidate", hour)),
    reused("CDN-Cache-Control is for caches beyond also", cdn("max-age=3600"), {
      answers: { "CDN-Cache-Control": "max-age=3600" },
    }),
    reused("Cloudflare-CDN-Cache-Control ends here", cloudflare("max-age=3600", stale), {
      answers: { "Cloudflare-CDN-Cache-Control": null, "Cache-Control": "max-age=0" },
    }),
  ],
};
