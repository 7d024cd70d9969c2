/**
 * The few pieces of structured fields (RFC 9651) that our fields are made of. A library for all of it was a twelfth of
 * what every isolate loads at its start; now it is what the tests hold this to.
 */

// RFC 9651 §3.3, the types of items.
const NUMBER = String.raw`-?(?:\d{1,12}\.\d{1,3}|\d{1,15})`;
const STRING = String.raw`"(?:[ !#-[\]-~]|\\["\\])*"`;
const TOKEN = "[A-Za-z*][!#$%&'*+.^_`|~:/0-9A-Za-z-]*";
const BYTES = ":(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?:";
const BOOLEAN = String.raw`\?[01]`;
const DATE = String.raw`@-?\d{1,15}`;
// RFC 3629 §4: what well-formed UTF-8 is, each byte as a percent sign and two digits.
const TAIL = "%[89ab][0-9a-f]";
const UTF8 = [
  "%[0-7][0-9a-f]",
  `%(?:c[2-9a-f]|d[0-9a-f])${TAIL}`,
  `%(?:e0%[ab][0-9a-f]|ed%[89][0-9a-f]|e[1-9a-cef]${TAIL})${TAIL}`,
  `%(?:f0%[9ab][0-9a-f]|f4%8[0-9a-f]|f[1-3]${TAIL})${TAIL}${TAIL}`,
].join("|");
const DISPLAY_STRING = `%"(?:[ !#$&-~]|${UTF8})*"`;
const BARE_ITEM = `(?:${[NUMBER, STRING, TOKEN, BYTES, BOOLEAN, DATE, DISPLAY_STRING].join("|")})`;

// RFC 9651 §3.1, §3.2: what they are put together to.
const KEY = "[a-z*][a-z0-9_.*-]*";
const PARAMETERS = `(?:; *${KEY}(?:=${BARE_ITEM})?)*`;
const ITEM = BARE_ITEM + PARAMETERS;
const INNER_LIST = String.raw`\( *(?:${ITEM}(?: +${ITEM})* *)?\)`;
const MEMBER = `(${KEY})(?:=(${BARE_ITEM}|${INNER_LIST}))?${PARAMETERS}`;
const BEFORE_NEXT = String.raw`[ \t]*(?:$|,[ \t]*(?=[a-z*]))`;

let memberPattern: RegExp | null = null;

/**
 * RFC 9651 §4.2.2: the members of a Dictionary by their keys, each as it is written but for its parameters; null for
 * what is true without saying so. Of several with one key the last counts. Null where the whole does not parse.
 */
export function parseDictionary(value: string): ReadonlyMap<string, string | null> | null {
  // Few origins send one, so it is made for the first of them.
  memberPattern ??= new RegExp(MEMBER + BEFORE_NEXT, "y");
  const members = new Map<string, string | null>();
  let index = 0;
  while (value[index] === " ") index++;
  while (index < value.length) {
    memberPattern.lastIndex = index;
    const [, key, item] = memberPattern.exec(value) ?? [];
    if (key === undefined) return null;
    members.set(key, item ?? null);
    index = memberPattern.lastIndex;
  }
  return members;
}

/** What a String holds as it is: printable ASCII but for quotes and backslashes. */
const PLAIN = /^[ !#-[\]-~]*$/;

/** RFC 9651 §3.3.3: a String is printable ASCII. What is not is percent-encoded. */
export function formatString(text: string): string {
  if (PLAIN.test(text)) return `"${text}"`;
  const printable = text.replace(/[^\x20-\x7e]+/g, (part) => encodeURIComponent(part.toWellFormed()));
  return `"${printable.replace(/["\\]/g, "\\$&")}"`;
}
