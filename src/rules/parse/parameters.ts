// What gives a part of a URLPattern pathname a name, and what has to be passed over to find it: what is escaped, and
// regular expressions, which may have classes and groups of their own.
const PARTS =
  /\\[\s\S]|:([\p{ID_Start}_$][\p{ID_Continue}$]*)|\((?:\\[\s\S]|\[(?:\\[\s\S]|[^\]\\])*\]|\((?:\\[\s\S]|[^)\\])*\)|[^()\\[])*\)/gu;

/** The names that a path pattern gives to parts of a path: `/shops/:shop/:id` has shop and id. */
export function parametersOf(path: string): readonly string[] {
  return Array.from(path.matchAll(PARTS), ([, name]) => name).filter((name) => name !== undefined);
}
