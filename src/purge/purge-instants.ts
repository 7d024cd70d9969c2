/**
 * When one scope and value was purged: one instant, or for repeated soft purges several, ascending. Of hard purges the
 * latest says all. Of soft ones each may be the first after the request of some copy, which is stale from then on; the
 * first and the last of each minute are kept, and of those the latest `MOST_INSTANTS`.
 */
export type Instants = number | readonly number[];

/** How many are kept of one scope and value. */
export const MOST_INSTANTS = 32;
/** Within so long the first and the last say enough. */
export const MINUTE_MS = 60_000;

/** With one more soft purge; the same object where that says nothing new. */
export function withInstant(known: Instants | undefined, at: number): Instants {
  const instants = listOf(known);
  if (instants.includes(at)) return known ?? at;
  const all = [...instants, at].sort((a, b) => a - b);
  const ends = all.filter(
    (each, index) => !(isOfMinute(all[index - 1], each) && isOfMinute(all[index + 1], each)),
  );
  const kept = ends.slice(-MOST_INSTANTS);
  return kept.length === 1 ? at : kept;
}

/** Without what came at or before an instant; null where nothing is left. */
export function instantsAfter(known: Instants, at: number): Instants | null {
  const left = listOf(known).filter((each) => each > at);
  const [only] = left;
  if (only === undefined) return null;
  return left.length === 1 ? only : left;
}

/**
 * The instant that decides over what was requested at `requestedAt`, or null where all came before. Where an earlier one
 * may have been left out, the request itself: it counts as stale for longer than it is, never for less.
 */
export function firstSince(known: Instants, requestedAt: number): number | null {
  if (typeof known === "number") return known < requestedAt ? null : known;
  const index = known.findIndex((at) => at >= requestedAt);
  const at = known[index];
  if (at === undefined) return null;
  const isGap = index === 0 ? known.length === MOST_INSTANTS : isOfMinute(known[index - 1], at);
  return isGap ? requestedAt : at;
}

/** The instants one by one, ascending. */
export function listOf(known: Instants | undefined): readonly number[] {
  if (known === undefined) return [];
  return typeof known === "number" ? [known] : known;
}

function isOfMinute(other: number | undefined, at: number): boolean {
  return other !== undefined && Math.floor(other / MINUTE_MS) === Math.floor(at / MINUTE_MS);
}
