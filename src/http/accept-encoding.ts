import { type Closeness, judge, parsePreferences } from "./preferences.ts";

const IDENTITY = "identity";

/**
 * RFC 9110 §12.5.3: the coding of `available` that `Accept-Encoding` prefers, else "identity". `available` is in
 * the order of our own preference, which decides among those that the client likes equally.
 */
export function acceptedEncoding(value: string | null, available: readonly string[]): string {
  if (value === null) return IDENTITY;
  const preferences = parsePreferences(value);
  let most = { coding: IDENTITY, weight: 0 };
  // What is liked as much as one of ours is not preferred to it.
  for (const coding of [...available, IDENTITY]) {
    const weight = judge(preferences, closenessTo(coding))?.weight ?? 0;
    if (weight > most.weight) most = { coding, weight };
  }
  return most.coding;
}

function closenessTo(available: string): Closeness {
  const coding = available.toLowerCase();
  return ({ range }) => {
    if (range === coding) return 1;
    return range === "*" ? 0 : null;
  };
}
