/**
 * Finds repetitions that can backtrack exponentially: an attacker chooses the value that an expression is tried
 * on. What is found is refused, also where a closer look would show it to be harmless.
 */

type Part =
  | { readonly kind: "character"; readonly source: string; readonly times: Times }
  | {
      readonly kind: "group";
      readonly source: string;
      readonly times: Times;
      readonly alternatives: readonly (readonly Part[])[];
    };

/** How often a part is repeated. */
interface Times {
  readonly least: number;
  readonly most: number;
}

/** The first group of a valid expression that may backtrack exponentially, such as `(a+)+`, or null. */
export function backtracks(expression: string): string | null {
  return firstIn(parse(expression));
}

function firstIn(alternatives: readonly (readonly Part[])[]): string | null {
  for (const part of alternatives.flat()) {
    if (part.kind !== "group") continue;
    const inner = firstIn(part.alternatives);
    if (inner !== null) return inner;
    if (part.times.most >= MANY && isAmbiguous(part.alternatives)) return part.source;
  }
  return null;
}

/** From here on a repetition counts as one without bound. */
const MANY = 10;

// Whether what was matched may be cut into rounds in more than one way.
function isAmbiguous(alternatives: readonly (readonly Part[])[]): boolean {
  const single = alternatives.filter((parts) => parts.length === 1).flat();
  const overlaps = single.some((part, index) =>
    single.slice(index + 1).some((other) => overlap(part, other)),
  );
  return overlaps || (alternatives.flat().some(varies) && !isSeparated(alternatives));
}

function varies(part: Part): boolean {
  if (part.times.most >= MANY && part.times.most !== part.times.least) return true;
  return part.kind === "group" && part.alternatives.flat().some(varies);
}

// `(\.[a-z]+)*` is harmless: each round begins with a character that is nowhere else in it.
function isSeparated(alternatives: readonly (readonly Part[])[]): boolean {
  const [parts = [], ...more] = alternatives;
  return more.length === 0 && [parts[0], parts.at(-1)].some((edge) => separates(edge, parts));
}

function separates(edge: Part | undefined, parts: readonly Part[]): boolean {
  if (edge === undefined || edge.kind === "group") return false;
  const isOnce = edge.times.least === 1 && edge.times.most === 1;
  return isOnce && !charactersOf(parts).some((other) => other !== edge && overlap(edge, other));
}

function charactersOf(parts: readonly Part[]): readonly Part[] {
  return parts.flatMap((part) => (part.kind === "group" ? charactersOf(part.alternatives.flat()) : [part]));
}

const PROBES = [...Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)), "€", "あ", "\u2028"];

// A back reference, which may be anything, overlaps with everything; a group is not compared.
function overlap(one: Part, other: Part): boolean {
  if (one.kind === "group" || other.kind === "group") return false;
  if ([one, other].some(({ source }) => /^\\[1-9k]/.test(source))) return true;
  const [first, second] = [one, other].map(({ source }) => new RegExp(`^(?:${source})$`, "i"));
  return PROBES.some((probe) => first?.test(probe) && second?.test(probe));
}

const TOKENS =
  /\\(?:x[\da-f]{2}|u[\da-f]{4}|c[a-z]|k<[^>]*>|[1-9]\d*|[\s\S])|\[(?:\\[\s\S]|[^\]\\])*\]|\((?:\?(?:[:=!]|<[=!]|<[^>]*>))?|[)|^$]|[\s\S]/gi;
const QUANTIFIER = /([*+?]|\{(\d+)(,(\d*))?\})\??/y;
const ASSERTIONS = new Set(["^", "$", "\\b", "\\B"]);

interface OpenGroup {
  readonly start: number;
  readonly alternatives: Part[][];
}

function parse(expression: string): readonly (readonly Part[])[] {
  const root: OpenGroup = { start: 0, alternatives: [[]] };
  const open = [root];
  TOKENS.lastIndex = 0;
  for (let token = TOKENS.exec(expression); token !== null; token = TOKENS.exec(expression)) {
    const [text] = token;
    const group = open.at(-1) ?? root;
    if (text.startsWith("(")) open.push({ start: token.index, alternatives: [[]] });
    else if (text === "|") group.alternatives.push([]);
    else if (!ASSERTIONS.has(text)) close(text, token.index, expression, open);
  }
  return root.alternatives;
}

// Adds a character, or the group that ends here, with the quantifier behind it.
function close(text: string, index: number, expression: string, open: OpenGroup[]): void {
  const ended = text === ")" ? open.pop() : undefined;
  QUANTIFIER.lastIndex = index + text.length;
  const quantifier = QUANTIFIER.exec(expression);
  if (quantifier !== null) TOKENS.lastIndex = QUANTIFIER.lastIndex;
  const times = timesOf(quantifier);
  const parts = open.at(-1)?.alternatives.at(-1);
  const source = expression.slice(ended?.start ?? index, TOKENS.lastIndex);
  if (ended !== undefined) parts?.push({ kind: "group", source, times, alternatives: ended.alternatives });
  else parts?.push({ kind: "character", source: text, times });
}

function timesOf(quantifier: RegExpExecArray | null): Times {
  if (quantifier === null) return { least: 1, most: 1 };
  const [, sign, least, comma, most] = quantifier;
  if (sign === "*") return { least: 0, most: Number.POSITIVE_INFINITY };
  if (sign === "+") return { least: 1, most: Number.POSITIVE_INFINITY };
  if (sign === "?") return { least: 0, most: 1 };
  const from = Number(least);
  if (comma === undefined) return { least: from, most: from };
  return { least: from, most: most ? Number(most) : Number.POSITIVE_INFINITY };
}
