import fc from "fast-check";

/** How often each property is tried; `FUZZ_RUNS` tries harder. */
export const RUNS = { numRuns: Number(process.env["FUZZ_RUNS"] ?? 500) };

/** Pieces that parsers of fields, addresses and rules look for, and such as have broken others. */
const PIECES = [
  ...[
    '"',
    "\\",
    ",",
    ";",
    "=",
    " ",
    "\t",
    "/",
    "*",
    "-",
    "W/",
    "%",
    "%2e",
    "%2F",
    "%00",
    "%",
    "..",
    ".",
    "?",
  ],
  ...[
    "#",
    "&",
    "{",
    "}",
    "{id}",
    "{{",
    "(",
    ")",
    ":",
    "@",
    "[",
    "]",
    "\0",
    "\r\n",
    "\u00a0",
    "é",
    "€",
    "\ud800",
  ],
  ...["max-age", "s-maxage", "no-cache", "private", "public", "bytes", "gzip", "en", "text/html", "q=0"],
  ...[
    "0",
    "1",
    "60",
    "2147483648",
    "99999999999999999999",
    "-1",
    "1e3",
    "0x10",
    "Thu, 01 Jan 1970 00:00:00 GMT",
  ],
  ...["__proto__", "constructor", "http://", "https://a", "//", "10m", "__selvedge", "/__selvedge"],
];

/** Any text, mostly one that begins well and ends badly. */
export const text = fc.oneof(
  fc.string({ unit: fc.constantFrom(...PIECES), maxLength: 12 }),
  fc.string({ unit: "binary", maxLength: 30 }),
);

/** What may stand in a field: no line end, no NUL, one byte a character. */
export const fieldText = text.map((any) => any.replace(/[^\t\x20-\x7e\x80-\xff]/g, ""));

/** RFC 9110 §5.6.2 */
export const token = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,8}$/);

/** Fields that decide what a cache does, with any values. */
export const fields = fc
  .array(
    fc.tuple(
      fc.constantFrom(
        ...[
          "cache-control",
          "cdn-cache-control",
          "vary",
          "etag",
          "date",
          "expires",
          "age",
          "cookie",
          "range",
        ],
        ...["connection", "accept-encoding", "accept-language", "content-range", "x-a", "set-cookie"],
      ),
      fieldText,
    ),
    { maxLength: 6 },
  )
  .map((pairs) => new Headers(pairs));

/** Parts of JSON at any depth, with texts that mean something. */
export const json: fc.Arbitrary<unknown> = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(text, fc.double(), fc.integer(), fc.boolean(), fc.constant(null)),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(text, tie("value"), { maxKeys: 4 }),
  ),
})).value;

/** A copy of a JSON value in which one part, or the whole, is another. `at` chooses the part. */
export function mutated(value: unknown, at: readonly number[], other: unknown): unknown {
  const [step, ...rest] = at;
  if (step === undefined || typeof value !== "object" || value === null) return other;
  const keys = Object.keys(value);
  const key = keys[step % Math.max(1, keys.length)];
  if (key === undefined) return other;
  const below = mutated((value as Record<string, unknown>)[key], rest, other);
  if (Array.isArray(value)) return value.map((item, index) => (String(index) === key ? below : item));
  return { ...value, [key]: below };
}
