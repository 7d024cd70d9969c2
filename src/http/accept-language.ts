import { type Closeness, mostLiked } from "./preferences.ts";

/** RFC 9110 §12.5.4: the tag of `available` that `Accept-Language` prefers, or null where it accepts none. */
export function acceptedLanguage(value: string | null, available: readonly string[]): string | null {
  return value === null ? (available[0] ?? null) : mostLiked(value, available, closenessTo);
}

// RFC 4647: whoever asks for a variety takes the language itself, and the other way round.
function closenessTo(available: string): Closeness {
  const tag = available.toLowerCase();
  return ({ range }) => {
    if (range === "") return null;
    if (range === tag) return 4;
    if (languageOf(range) === tag) return 2;
    if (range === languageOf(tag)) return 1;
    return range === "*" ? 0 : null;
  };
}

function languageOf(tag: string): string {
  return tag.split("-", 1)[0] ?? "";
}
