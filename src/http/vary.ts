import { isToken, splitMembers, splitTokens, trimOws } from "./syntax.ts";

/**
 * Fields whose members weigh by `q` alone, so that their order carries no meaning (RFC 9110 §12.5). Not Accept
 * and Accept-Language: servers are known to break ties by order (§12.5.4), and a wrong language is a wrong answer.
 */
const UNORDERED = new Set(["accept-charset", "accept-encoding"]);
const CASE_INSENSITIVE = new Set(["accept-encoding", "accept-language"]);

/**
 * RFC 9110 §12.5.5: the nominated request fields, lower-cased, sorted, each once; empty where absent. A member
 * that is no field name nominates something we cannot compare, which is what "*" says.
 */
export function parseVary(value: string | null): readonly string[] | "*" {
  if (value === null) return [];
  const names = splitTokens(value);
  if (names.includes("*") || !names.every(isToken)) return "*";
  return [...new Set(names)].sort();
}

/** RFC 9111 §4.1: the value with whitespace at its ends dropped and around its commas made one space after. */
export function normaliseFieldValue(value: string | null): string | null {
  if (value === null) return null;
  return value.includes(",") ? splitMembers(value).join(", ") : trimOws(value);
}

/**
 * RFC 9111 §4.1: `normaliseFieldValue`, and what the syntax of the negotiation fields allows on top: sorted
 * members, no empty ones, no whitespace around ";", one case for encodings and languages. `name` is lower-case.
 */
export function normaliseNominated(name: string, value: string | null): string | null {
  if (value === null) return null;
  const folded = CASE_INSENSITIVE.has(name) ? value.toLowerCase() : value;
  // A quoted string has no place in these fields: such a value is left in its order.
  if (!UNORDERED.has(name) || folded.includes('"')) return normaliseFieldValue(folded);
  const members = splitMembers(folded).filter((member) => member !== "");
  return members.map(foldParameters).sort().join(", ");
}

/** A member with a quoted string is left alone: whitespace is data in there. */
function foldParameters(member: string): string {
  if (!member.includes(";") || member.includes('"')) return member;
  return member
    .split(";")
    .map((part) => trimOws(part))
    .join(";");
}
