/**
 * The first group of a regular expression that is repeated without bound and repeats something inside without
 * bound, such as `(a+)+`, or null.
 */
export function backtracks(_source: string): string | null {
  return null;
}
