import { type Closeness, mostLiked, type Preference, parsePreference } from "./preferences.ts";

/** RFC 9110 §12.5.1: the media type of `available` that `Accept` prefers, or null where it accepts none. */
export function acceptedMediaType(value: string | null, available: readonly string[]): string | null {
  return value === null ? (available[0] ?? null) : mostLiked(value, available, closenessTo);
}

function closenessTo(available: string): Closeness {
  const type = parsePreference(available);
  const ofType = partsOf(type.range);
  return ({ range, parameters }) => {
    const ofRange = partsOf(range);
    if (ofRange === null || ofType === null) return null;
    const main = partCloseness(ofRange.main, ofType.main);
    const sub = partCloseness(ofRange.sub, ofType.sub);
    if (main === null || sub === null || !hasParameters(type, parameters)) return null;
    return main * 4 + sub * 2 + Math.min(parameters.size, 1);
  };
}

function partsOf(type: string): { readonly main: string; readonly sub: string } | null {
  const slash = type.indexOf("/");
  return slash === -1 ? null : { main: type.slice(0, slash), sub: type.slice(slash + 1) };
}

function partCloseness(range: string, part: string): number | null {
  if (range === part) return 1;
  return range === "*" ? 0 : null;
}

function hasParameters({ parameters }: Preference, wanted: Preference["parameters"]): boolean {
  return [...wanted].every(
    ([name, value]) => value === "*" || value.toLowerCase() === (parameters.get(name) ?? "").toLowerCase(),
  );
}
