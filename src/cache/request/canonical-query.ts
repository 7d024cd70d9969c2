import type { NameFilter, QueryKey } from "../policy.ts";
import { isTrackingParameter } from "./tracking.ts";

/** One "&"-separated piece of a query, as it was sent, and its name, decoded. */
interface Parameter {
  readonly sent: string;
  readonly name: string;
}

/**
 * The part of a query ("?" included, or empty) that is in the key. What is kept stays byte for byte as it was
 * sent: a well-known tracking parameter is dropped even where it is included by name.
 */
export function canonicalSearch(search: string, { keep, sort, tracking }: QueryKey): string {
  if (search === "" || (keep === "all" && !sort && tracking === "keep")) return search;
  if (keep === "none") return "";
  const parameters = search
    .slice(1)
    .split("&")
    .map((sent): Parameter => ({ sent, name: parameterName(sent) }))
    .filter(({ name }) => keep === "all" || isKept(name, keep))
    .filter(({ name }) => tracking === "keep" || !isTrackingParameter(name));
  if (sort) parameters.sort(byName);
  const kept = parameters.map(({ sent }) => sent).join("&");
  return kept === "" ? "" : `?${kept}`;
}

// A name that cannot be decoded stands for itself.
function parameterName(sent: string): string {
  const raw = sent.split("=", 1)[0] ?? "";
  if (!/[%+]/.test(raw)) return raw;
  try {
    return decodeURIComponent(raw.replaceAll("+", " "));
  } catch {
    return raw;
  }
}

// By code units, as URLSearchParams sorts; those of one name stay in the order in which they came.
function byName(one: Parameter, other: Parameter): number {
  if (one.name === other.name) return 0;
  return one.name < other.name ? -1 : 1;
}

function isKept(name: string, { kind, exact, wildcards }: NameFilter): boolean {
  const isListed = exact.has(name) || wildcards.some((pieces) => wildcardMatches(name, pieces));
  return isListed === (kind === "include");
}

/**
 * Whether a name is the pieces in their order, with anything between them. Each piece is taken where it first
 * occurs, so that no attempt is ever taken back.
 */
function wildcardMatches(name: string, pieces: readonly string[]): boolean {
  const first = pieces[0] ?? "";
  const last = pieces.at(-1) ?? "";
  const end = name.length - last.length;
  if (!name.startsWith(first) || !name.endsWith(last)) return false;
  let from = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = name.indexOf(piece, from);
    if (found === -1) return false;
    from = found + piece.length;
  }
  return from <= end;
}
