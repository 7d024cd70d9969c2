// What gives a part of a URLPattern pathname a name, and what has to be passed over to find it.
const PARTS = /\\[\s\S]|:([A-Za-z_$][\w$]*)|\((?:\\[\s\S]|\[(?:\\[\s\S]|[^\]])*\]|[^)\\[])*\)/g;

/** The names that a path pattern gives to parts of a path: `/shops/:shop/:id` has shop and id. */
export function parametersOf(path: string): readonly string[] {
  return Array.from(path.matchAll(PARTS), ([, name]) => name).filter((name) => name !== undefined);
}
