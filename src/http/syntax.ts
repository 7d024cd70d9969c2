/** The few pieces of RFC 9110 §5.6 grammar that more than one field is written in. None of them throws. */

const TAB = 0x09;
const SPACE = 0x20;
const QUOTE = 0x22;
const COMMA = 0x2c;
const SEMICOLON = 0x3b;
const BACKSLASH = 0x5c;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** What a number of seconds that no 31-bit integer holds becomes (RFC 9111 §1.2.2). */
export const OVERFLOWING_SECONDS = 2_147_483_648;

/** Whether the character at `index` is optional whitespace: a space or a tab, and nothing else. */
export function isOws(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code === SPACE || code === TAB;
}

/** `text.slice(start, end)` without whitespace at its ends. `String.trim` would also take U+00A0, a data byte. */
export function trimOws(text: string, start = 0, end = text.length): string {
  let first = start;
  let last = end;
  while (first < last && isOws(text, first)) first++;
  while (last > first && isOws(text, last - 1)) last--;
  return text.slice(first, last);
}

/** RFC 9110 §5.6.2: a field name, a directive's name, a connection option. */
export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/**
 * Where the list member that begins at `start` ends: the next comma outside quotes, or the end of the value.
 * An opaque entity tag knows no escapes, so there a backslash before the closing quote is data.
 */
export function memberEnd(value: string, start: number, quoting: "escapes" | "verbatim" = "escapes"): number {
  return endBefore(COMMA, value, start, quoting);
}

function endBefore(
  separator: number,
  value: string,
  start: number,
  quoting: "escapes" | "verbatim" = "escapes",
): number {
  let quoted = false;
  for (let index = start; index < value.length; index++) {
    const code = value.charCodeAt(index);
    if (code === QUOTE) quoted = !quoted;
    else if (code === separator && !quoted) return index;
    else if (code === BACKSLASH && quoted && quoting === "escapes") index++;
  }
  return value.length;
}

/** RFC 9110 §5.6.1: the members of a list, trimmed, in order; empty ones are kept for the caller to judge. */
export function splitMembers(value: string, quoting: "escapes" | "verbatim" = "escapes"): string[] {
  const members: string[] = [];
  for (let start = 0; start <= value.length; ) {
    const end = memberEnd(value, start, quoting);
    members.push(trimOws(value, start, end));
    start = end + 1;
  }
  return members;
}

/** RFC 9110 §5.6.6: what a member says itself, and its parameters, by names in lower case; the first of each counts. */
export function splitParameters(member: string): {
  readonly item: string;
  readonly parameters: Map<string, string>;
} {
  const parameters = new Map<string, string>();
  const itemEnd = endBefore(SEMICOLON, member, 0);
  for (let start = itemEnd + 1; start < member.length; ) {
    const end = endBefore(SEMICOLON, member, start);
    const [name, value] = nameAndValue(member.slice(start, end));
    if (name !== "" && !parameters.has(name)) parameters.set(name, value);
    start = end + 1;
  }
  return { item: trimOws(member, 0, itemEnd), parameters };
}

function nameAndValue(parameter: string): readonly [name: string, value: string] {
  const equals = parameter.indexOf("=");
  if (equals === -1) return ["", ""];
  return [trimOws(parameter, 0, equals).toLowerCase(), unquoted(trimOws(parameter, equals + 1))];
}

// RFC 9110 §5.6.4
function unquoted(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1).replace(/\\(.)/g, "$1") : text;
}

/** The members of a list of tokens, lower-cased, empty ones skipped. Quotes mean nothing in such a list. */
export function splitTokens(value: string): string[] {
  const members = value.split(",").map((member) => trimOws(member).toLowerCase());
  return members.filter((member) => member !== "");
}

/** RFC 9111 §1.2.2: seconds from digits and nothing but digits, at most `OVERFLOWING_SECONDS`; else null. */
export function parseSeconds(digits: string): number | null {
  if (digits === "") return null;
  let seconds = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = digits.charCodeAt(index) - 0x30;
    if (digit < 0 || digit > 9) return null;
    seconds = Math.min(seconds * 10 + digit, OVERFLOWING_SECONDS);
  }
  return seconds;
}
