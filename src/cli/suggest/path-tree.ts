import { joined, newRoute, type RouteFacts } from "./route-facts.ts";
import { looksLikeWrite, looksPersonal } from "./suspicion.ts";

/** Paths as a tree of segments; where too many stand side by side, they are one parameter. */
export interface PathNode {
  readonly children: Map<string, PathNode>;
  facts: RouteFacts | null;
}

/** So many different segments in one place are values of a parameter, and no names. */
const MOST_NAMES = 24;

/** What a segment is that is a value by its looks. */
const VALUES: readonly (readonly [name: string, looks: RegExp])[] = [
  [":id", /^\d+$/],
  [":uuid", /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i],
  [":date", /^\d{4}-\d{2}-\d{2}$/],
  [":hash", /^[0-9a-f]{16,}$/i],
];

/** What a parameter is called of which only the number of its values is known. */
const SLUG = ":slug";

/** Of no paths. */
export function newTree(): PathNode {
  return { children: new Map(), facts: null };
}

/** The facts of the route that a path belongs to. */
export function routeAt(tree: PathNode, path: string): RouteFacts {
  let node = tree;
  for (const segment of path.slice(1).split("/")) node = childFor(node, segment);
  node.facts ??= newRoute();
  return node.facts;
}

function childFor(node: PathNode, segment: string): PathNode {
  const slug = node.children.get(SLUG);
  const name = nameOf(segment);
  const known = node.children.get(name);
  if (known !== undefined) return known;
  const isOwn = isSuspect(name);
  if (slug !== undefined && !isOwn) return slug;
  const child = newTree();
  node.children.set(name, child);
  return !isOwn && hasMany(node) ? collapse(node) : child;
}

function hasMany({ children }: PathNode): boolean {
  if (children.size <= MOST_NAMES) return false;
  return othersThanSuspect(children).length > MOST_NAMES;
}

// What looks like one user's own, or like a write, is never one of many names.
function othersThanSuspect(children: PathNode["children"]): readonly (readonly [string, PathNode])[] {
  return [...children].filter(([name]) => !isSuspect(name));
}

function isSuspect(segment: string): boolean {
  return looksPersonal(`/${segment}`) || looksLikeWrite(`/${segment}`);
}

function nameOf(segment: string): string {
  return VALUES.find(([, looks]) => looks.test(segment))?.[0] ?? segment;
}

/** Makes one parameter of all that stands below a node, but for what looks like one user's own, or like a write. */
function collapse(node: PathNode): PathNode {
  const slug = newTree();
  for (const [name, child] of othersThanSuspect(node.children)) {
    merge(slug, child);
    node.children.delete(name);
  }
  node.children.set(SLUG, slug);
  return slug;
}

function merge(into: PathNode, from: PathNode): void {
  if (from.facts !== null) into.facts = into.facts === null ? from.facts : joined(into.facts, from.facts);
  for (const [segment, child] of from.children) {
    const known = into.children.get(segment);
    if (known === undefined) into.children.set(segment, child);
    else merge(known, child);
  }
  if (hasMany(into)) collapse(into);
}

/** Every route, as a path pattern, with its facts. Parameters of one path have names of their own. */
export function routesOf(tree: PathNode): readonly (readonly [pattern: string, facts: RouteFacts])[] {
  const found: (readonly [string, RouteFacts])[] = [];
  const walk = (node: PathNode, segments: readonly string[]) => {
    if (node.facts !== null) found.push([patternOf(segments), node.facts]);
    for (const [segment, child] of node.children) walk(child, [...segments, segment]);
  };
  walk(tree, []);
  return found;
}

function patternOf(segments: readonly string[]): string {
  const seen = new Map<string, number>();
  const named = segments.map((segment) => {
    if (!isParameter(segment)) return segment.replace(/[\\:*?+(){}]/g, "\\$&");
    const count = (seen.get(segment) ?? 0) + 1;
    seen.set(segment, count);
    return count === 1 ? segment : `${segment}${count}`;
  });
  return `/${named.join("/")}`;
}

function isParameter(segment: string): boolean {
  return segment === SLUG || VALUES.some(([name]) => name === segment);
}
