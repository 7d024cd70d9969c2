import type { Suggestion } from "./judge.ts";
import { byShape, covers, overlap, type Shape, shapeOf, sharedPattern } from "./shape.ts";

/** A suggestion, and what it accepts. */
interface Placed {
  readonly suggestion: Suggestion;
  readonly shape: Shape;
}

/** Makes the suggestion that what a pattern accepts is passed, and says why. */
export type Pass = (pattern: string, why: string) => Suggestion;

/**
 * The order in which the first that matches is the right one: what accepts less comes first, so that neither `/products` is
 * passed because `/:slug` is, nor `/me` cached because `/:slug` is. Where a passed route and a cached one have paths in
 * common and neither is a part of the other, those paths are passed by a rule of their own; where there can be none, the
 * cached one is left out.
 */
export function inOrder(suggestions: readonly Suggestion[], pass: Pass): readonly Suggestion[] {
  const placed = suggestions.map(place);
  const passed = placed.filter(({ suggestion }) => !isCached(suggestion));
  const known = new Set(suggestions.map(({ pattern }) => pattern));
  const kept = [...placed];
  for (const each of placed.filter(({ suggestion }) => isCached(suggestion))) {
    for (const other of passed.filter(({ shape }) => isInDoubt(each.shape, shape))) {
      const pattern = sharedPattern(each.shape, other.shape);
      if (pattern === null) remove(kept, each);
      else if (!known.has(pattern)) kept.push(place(pass(pattern, whyShared(other.suggestion))));
      if (pattern !== null) known.add(pattern);
    }
  }
  return kept.sort(byPlace).map(({ suggestion }) => suggestion);
}

/** What is not worth a rule, but would fall under a cached one. */
export function passedWithin(
  suggestions: readonly Suggestion[],
  unsuited: readonly string[],
  pass: Pass,
): readonly Suggestion[] {
  const cached = suggestions.filter(isCached).map(({ pattern }) => shapeOf(pattern));
  return unsuited
    .filter((pattern) => cached.some((shape) => covers(shape, shapeOf(pattern))))
    .map((pattern) => pass(pattern, "no read of it was seen that stays the same for a second"));
}

function place(suggestion: Suggestion): Placed {
  return { suggestion, shape: shapeOf(suggestion.pattern) };
}

function isCached({ rule }: Suggestion): boolean {
  return rule.cache !== false;
}

function isInDoubt(one: Shape, other: Shape): boolean {
  return overlap(one, other) && !covers(one, other) && !covers(other, one);
}

function whyShared({ pattern }: Suggestion): string {
  return `its paths are also those of ${pattern}, which is passed`;
}

function remove(placed: Placed[], each: Placed): void {
  const index = placed.indexOf(each);
  if (index !== -1) placed.splice(index, 1);
}

function byPlace(one: Placed, other: Placed): number {
  return byShape(one.shape, other.shape) || (one.suggestion.pattern < other.suggestion.pattern ? -1 : 1);
}
