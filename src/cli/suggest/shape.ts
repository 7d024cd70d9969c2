/** What a path pattern accepts, as far as its order among others depends on it. */
export interface Shape {
  /** Null: any segment. */
  readonly segments: readonly (string | null)[];
  /** Whether anything may follow. */
  readonly isOpen: boolean;
}

/** Of a pattern as they are suggested: a segment is literal, or a parameter, or has a "*" and is the last that counts. */
export function shapeOf(pattern: string): Shape {
  const segments = pattern.slice(1).split("/");
  const open = segments.findIndex((segment) => /(?<!\\)\*/.test(segment));
  const counted = open === -1 ? segments : segments.slice(0, open);
  return {
    segments: counted.map((segment) => (segment.startsWith(":") ? null : segment)),
    isOpen: open !== -1,
  };
}

/** The same for patterns that accept the same paths. */
export function shapeText({ segments, isOpen }: Shape): string {
  return JSON.stringify([segments, isOpen]);
}

/** Whether there may be a path that both accept. */
export function overlap(one: Shape, other: Shape): boolean {
  if (!fits(one, other) || !fits(other, one)) return false;
  const shared = Math.min(one.segments.length, other.segments.length);
  return one.segments.slice(0, shared).every((segment, index) => {
    const beside = other.segments[index] ?? null;
    return segment === null || beside === null || segment === beside;
  });
}

/** Whether one accepts all that the other does. */
export function covers(one: Shape, other: Shape): boolean {
  if (other.isOpen && (!one.isOpen || other.segments.length < one.segments.length)) return false;
  if (!fits(one, other)) return false;
  return one.segments.every((segment, index) => segment === null || segment === other.segments[index]);
}

// Whether one is long enough, or may go on, for what the other needs.
function fits(one: Shape, other: Shape): boolean {
  if (one.isOpen) return other.isOpen || other.segments.length > one.segments.length;
  return other.isOpen || other.segments.length === one.segments.length;
}

/** The pattern of the paths that both accept; null where one of them is open. They overlap. */
export function sharedPattern(one: Shape, other: Shape): string | null {
  if (one.isOpen || other.isOpen) return null;
  const segments = one.segments.map(
    (segment, index) => segment ?? other.segments[index] ?? `:part${index + 1}`,
  );
  return `/${segments.join("/")}`;
}

/** What accepts less comes before what accepts it too. */
export function byShape(one: Shape, other: Shape): number {
  if (one.isOpen !== other.isOpen) return Number(one.isOpen) - Number(other.isOpen);
  if (one.isOpen && one.segments.length !== other.segments.length)
    return other.segments.length - one.segments.length;
  return parameters(one) - parameters(other);
}

function parameters({ segments }: Shape): number {
  return segments.filter((segment) => segment === null).length;
}
