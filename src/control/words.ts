import { suggest } from "../rules/shape/suggest.ts";

/** How complaints repeat what a client has sent, which may be of any length. */

const LONGEST_SHOWN = 80;

/** What a name begins with. */
export function cut(name: string): string {
  return name.slice(0, LONGEST_SHOWN);
}

/** A value as JSON, cut short; "nothing" where there is none. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length > LONGEST_SHOWN ? `${cut(text)}…` : text;
}

/** What a word probably means, to be told behind what is allowed; mostly nothing. */
export function didYouMean(word: string, candidates: readonly string[]): string {
  const nearest = suggest(cut(word), candidates);
  return nearest === null ? "" : `; did you mean "${nearest}"?`;
}
