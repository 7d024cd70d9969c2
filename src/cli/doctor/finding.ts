/** Something that was looked at. */
export interface Finding {
  readonly code: string;
  readonly severity: "problem" | "notice" | "fine";
  /** What was seen. */
  readonly seen: string;
  /** What that means, and what to do; null where all is well. */
  readonly remedy: string | null;
}

export function problem(code: string, seen: string, remedy: string): Finding {
  return { code, severity: "problem", seen, remedy };
}

export function notice(code: string, seen: string, remedy: string): Finding {
  return { code, severity: "notice", seen, remedy };
}

export function fine(code: string, seen: string): Finding {
  return { code, severity: "fine", seen, remedy: null };
}
