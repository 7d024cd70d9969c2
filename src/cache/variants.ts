import type { FieldSection } from "../http/field-section.ts";
import { normaliseNominated } from "../http/vary.ts";
import type { NominatedField } from "./types.ts";

/** The values that the nominated fields have in one request (RFC 9111 §4.1). */
export function nominate(names: readonly string[], request: FieldSection): readonly NominatedField[] {
  return names.map((name) => [name, normaliseNominated(name, request.get(name))] as const);
}

/** RFC 9111 §4.1: every nominated field is the same, or absent from both. */
export function varyMatches(nominated: readonly NominatedField[], request: FieldSection): boolean {
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

const MOST_VARIANTS = 64;
/** The list stands in one field of a record, which must stay small. */
const MOST_CHARACTERS = 16_384;

/**
 * Where the variants of a URL stand once one has been stored at `place`: most recent first, none twice; beside
 * those that no longer fit.
 */
export function rememberVariant(
  known: readonly string[],
  place: string,
): { readonly variants: readonly string[]; readonly dropped: readonly string[] } {
  const all = [place, ...known.filter((other) => other !== place)];
  let characters = 0;
  const count = all.findIndex((each, index) => {
    characters += each.length;
    return index >= MOST_VARIANTS || (index > 0 && characters > MOST_CHARACTERS);
  });
  return count === -1
    ? { variants: all, dropped: [] }
    : { variants: all.slice(0, count), dropped: all.slice(count) };
}
