import type { RuleMatch } from "../rule.ts";

/** The extensions that a rule is chosen by, in lower case: those that it names, and those that its patterns end in. */
export function extensionsOf(match: RuleMatch): readonly string[] {
  const found = namedIn(match);
  return found.length === 0 ? NONE : Object.freeze([...new Set(found)]);
}

const NONE: readonly string[] = Object.freeze([]);

function namedIn({ extension, path, any, all }: RuleMatch): readonly string[] {
  return [...extension, ...path.flatMap(endOf), ...[...any, ...all].flatMap(namedIn)];
}

// `/*.css` and `/:name.css` are for whatever ends so; `/app.css` is for one file, which the operator knows.
const ENDING = /[*+?)}\w]\.([A-Za-z0-9]{1,16})$/;
const OPEN = /[:*+?(){}]/;

function endOf(pattern: string): readonly string[] {
  const extension = OPEN.test(pattern) ? ENDING.exec(pattern)?.[1] : undefined;
  return extension === undefined ? [] : [extension.toLowerCase()];
}
