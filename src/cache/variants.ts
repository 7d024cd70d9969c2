import { normaliseNominated } from "../http/vary.ts";
import type { NominatedField } from "./types.ts";

/** The values that the nominated fields have in one request (RFC 9111 §4.1). */
export function nominate(names: readonly string[], request: Headers): readonly NominatedField[] {
  return names.map((name) => [name, normaliseNominated(name, request.get(name))] as const);
}

/** RFC 9111 §4.1: every nominated field is the same, or absent from both. */
export function varyMatches(nominated: readonly NominatedField[], request: Headers): boolean {
  return nominated.every(([name, value]) => normaliseNominated(name, request.get(name)) === value);
}

/** The key of one variant. JSON keeps names and values apart whatever they contain. */
export function variantKey(primaryKey: string, nominated: readonly NominatedField[]): string {
  return nominated.length === 0 ? primaryKey : `${primaryKey}\nvary:${JSON.stringify(nominated)}`;
}

const MOST_NOMINATIONS = 8;

/** The nominations of a URL once `names` has been seen: most recent first, none twice, bounded. */
export function rememberNomination(
  known: readonly (readonly string[])[],
  names: readonly string[],
): readonly (readonly string[])[] {
  const id = names.join();
  return [names, ...known.filter((other) => other.join() !== id)].slice(0, MOST_NOMINATIONS);
}
