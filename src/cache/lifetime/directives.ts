import { type Directives, deltaSeconds, fieldNames, parseCacheControl } from "../../http/cache-control.ts";
import type { FieldSection } from "../../http/field-section.ts";
import { selectTargeted } from "../../http/targeted.ts";
import type { StaleWindow } from "../policy.ts";

/** Which field a response's directives come from: a targeted field, where valid, silences the other two. */
export interface ResponseDirectives {
  readonly source: "cache-control" | "targeted";
  readonly directives: Directives;
}

// Parsed once per stored header section, however often it is reused: header sections are never mutated.
const parsed = new WeakMap<FieldSection, ResponseDirectives>();

/** The directives of a response, by precedence of their field (RFC 9213 §2.2). */
export function responseDirectives(headers: FieldSection): ResponseDirectives {
  const known = parsed.get(headers);
  if (known) return known;
  const targeted = selectTargeted(headers);
  const result: ResponseDirectives = targeted
    ? { source: "targeted", directives: targeted.directives }
    : { source: "cache-control", directives: parseCacheControl(headers.get("cache-control")) };
  parsed.set(headers, result);
  return result;
}

/** The directives of a request; `Pragma: no-cache` counts where there is no Cache-Control (RFC 9111 §5.4). */
export function requestDirectives(headers: FieldSection): Directives {
  const value = headers.get("cache-control");
  if (value !== null) return parseCacheControl(value);
  const pragma = parseCacheControl(headers.get("pragma"));
  return pragma.has("no-cache") ? NO_CACHE : NOTHING;
}

const NO_CACHE: Directives = new Map([["no-cache", [true as const]]]);
const NOTHING: Directives = new Map();

/** RFC 9111 §5.2.2.4: true where the origin demands validation before every reuse, whatever a rule says. */
export function demandsValidation(directives: Directives): boolean {
  return fieldNames(directives, "no-cache") === true;
}

/** True where the origin forbids to answer stale, whatever happens (RFC 9111 §4.2.4, §5.2.2). */
export function forbidsStale(directives: Directives): boolean {
  return (
    directives.has("must-revalidate") ||
    directives.has("proxy-revalidate") ||
    directives.has("s-maxage") ||
    demandsValidation(directives)
  );
}

/** For how long a stale response may be used. */
export interface StaleAllowance {
  /** Zero where there is no window, or its directive is invalid. */
  readonly seconds: number;
  /** Whose window it is. */
  readonly source: "rule" | "origin";
  /** True where the origin's directives forbid to make use of it. */
  readonly forbidden: boolean;
}

/** The rule's window, else the directive's, and whether it may be used (RFC 5861, RFC 9111 §4.2.4). */
export function staleAllowance(
  directives: Directives,
  name: "stale-while-revalidate" | "stale-if-error",
  rule: StaleWindow | null,
): StaleAllowance {
  const forbidden = forbidsStale(directives);
  if (rule !== null) {
    const lifted = rule.override && !demandsValidation(directives);
    return { seconds: rule.seconds, source: "rule", forbidden: forbidden && !lifted };
  }
  const seconds = deltaSeconds(directives, name);
  return { seconds: typeof seconds === "number" ? seconds : 0, source: "origin", forbidden };
}
