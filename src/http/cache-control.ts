import { isOws, isToken, memberEnd, parseSeconds, splitTokens, trimOws } from "./syntax.ts";

/**
 * Directives by lower-cased name, each with its arguments in order of occurrence: true where it has none, else
 * the text, unquoted. An argument that is not well formed (an open quote, text after the closing quote,
 * whitespace beside "=") keeps the characters that make it so, hence never passes for a good one.
 */
export type Directives = ReadonlyMap<string, readonly (string | true)[]>;

const NONE: Directives = new Map();

/** RFC 9111 §5.2: the directives of a `Cache-Control` value, those unknown to us among them. Never throws. */
export function parseCacheControl(value: string | null): Directives {
  if (value === null || value === "") return NONE;
  const directives = new Map<string, (string | true)[]>();
  for (let start = 0; start < value.length; ) {
    const end = memberEnd(value, start);
    addDirective(directives, value, { start, end });
    start = end + 1;
  }
  return directives;
}

/**
 * Seconds of a directive such as `max-age`: null where it is absent, "invalid" where it has no argument, one
 * that is not digits, or several that differ; at most 2147483648. Quoted digits count (RFC 9111 §5.2).
 */
export function deltaSeconds(directives: Directives, name: string): number | "invalid" | null {
  const occurrences = directives.get(name);
  if (occurrences === undefined) return null;
  let agreed: number | null = null;
  for (const argument of occurrences) {
    const seconds = argument === true ? null : parseSeconds(argument);
    // RFC 9111 §4.2.1: directives in conflict leave the response stale, which the caller decides.
    if (seconds === null || (agreed !== null && agreed !== seconds)) return "invalid";
    agreed = seconds;
  }
  return agreed;
}

/**
 * RFC 9111 §5.2.2.4, §5.2.2.7: the lower-cased field names that a `no-cache` or `private` is limited to, of all
 * its occurrences. True where one of them has no list or a malformed one: it is about the whole response then.
 */
export function fieldNames(directives: Directives, name: string): readonly string[] | true | null {
  const occurrences = directives.get(name);
  if (occurrences === undefined) return null;
  const names = new Set<string>();
  for (const argument of occurrences) {
    const members = argument === true ? [] : splitTokens(argument);
    if (members.length === 0 || !members.every(isToken)) return true;
    for (const member of members) names.add(member);
  }
  return [...names];
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function addDirective(directives: Map<string, (string | true)[]>, value: string, member: Span): void {
  const equals = equalsSign(value, member);
  const name = trimOws(value, member.start, equals).toLowerCase();
  if (name === "") return;
  const argument = equals === member.end ? true : readArgument(value, equals, member.end);
  const occurrences = directives.get(name);
  if (occurrences === undefined) directives.set(name, [argument]);
  else occurrences.push(argument);
}

/** Where "=" stands in the member, or its end: `indexOf` would search the rest of the value for each member. */
function equalsSign(value: string, { start, end }: Span): number {
  let index = start;
  while (index < end && value[index] !== "=") index++;
  return index;
}

function readArgument(value: string, equals: number, end: number): string {
  // RFC 9111 §5.2: no whitespace beside "="; where there is some the "=" stays, which no argument may hold.
  if (isOws(value, equals - 1) || (equals + 1 < end && isOws(value, equals + 1))) {
    return trimOws(value, equals, end);
  }
  return unquote(trimOws(value, equals + 1, end));
}

/** RFC 9110 §5.6.4. Text that is not exactly one quoted string is returned as it is. */
function unquote(text: string): string {
  if (text[0] !== '"') return text;
  const close = closingQuote(text);
  if (close === -1 || close !== text.length - 1) return text;
  const content = text.slice(1, close);
  return content.includes("\\") ? content.replace(/\\(.)/gs, "$1") : content;
}

function closingQuote(text: string): number {
  for (let index = 1; index < text.length; index++) {
    if (text[index] === '"') return index;
    if (text[index] === "\\") index++;
  }
  return -1;
}
