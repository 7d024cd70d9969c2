import type { RuleMistake } from "../../errors.ts";
import { suggest } from "./suggest.ts";

/** The part of the file that mistakes are reported under, and what its values may speak of. */
export interface Place {
  /** How messages call it: `rule "products" (index 0)`. Only asked for where there is a mistake. */
  readonly where: () => string;
  /** Those found so far, which `refuse` adds to. */
  readonly mistakes: RuleMistake[];
  /** The path patterns of the rule, or null where there is no rule: in `defaults`. */
  readonly paths: readonly string[] | null;
  /** The names of the origins. */
  readonly origins: readonly string[];
}

/** A value somewhere in the rules file. Its key is only spelt out where there is a mistake. */
export interface Spot {
  readonly place: Place;
  /** That of the object or list that it stands in, or null where it is the whole place. */
  readonly above: Spot | null;
  /** Its key or index there. */
  readonly step: string | number;
  readonly value: unknown;
}

/** The spot of a whole place. */
export function topOf(place: Place, value: unknown): Spot {
  return { place, above: null, step: "", value };
}

/** The spot one key or index below another. */
export function within(spot: Spot, step: string | number, value: unknown): Spot {
  return { place: spot.place, above: spot, step, value };
}

/** Notes a mistake. Returns undefined, so that a parser can return what it returns. */
export function refuse(spot: Spot, allowed: string, suggestion: string | null = null): undefined {
  const { where, mistakes } = spot.place;
  mistakes.push({ where: where(), key: keyOf(spot), found: show(spot.value), allowed, suggestion });
}

function keyOf({ above, step }: Spot): string {
  return above === null ? "" : joinKey(keyOf(above), step);
}

function joinKey(parent: string, step: string | number): string {
  if (typeof step === "number") return `${parent}[${step}]`;
  if (!/^[\w$-]+$/.test(step)) return `${parent}[${JSON.stringify(step)}]`;
  return parent === "" ? step : `${parent}.${step}`;
}

/** What is written at a key of the spot's object, or undefined where nothing is. */
export function at(spot: Spot, key: string): Spot | undefined {
  const { value } = spot;
  return isObject(value) && Object.hasOwn(value, key) ? within(spot, key, value[key]) : undefined;
}

/** Whether a value is an object with keys of its own: no list. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Notes each key of an object that is not among the allowed ones. */
export function refuseUnknownKeys(spot: Spot, keys: Readonly<Record<string, unknown>>): void {
  if (!isObject(spot.value)) return;
  for (const key of Object.keys(spot.value)) {
    if (Object.hasOwn(keys, key)) continue;
    const known = Object.keys(keys);
    refuse(within(spot, key, spot.value[key]), keysAllowed(known), suggest(key, known));
  }
}

/** The keys of an object, as the messages list them. */
export function keysAllowed(keys: readonly string[]): string {
  return `the ${keys.length === 1 ? "key" : "keys"} ${keys.join(", ")}`;
}

const LONGEST_SHOWN = 80;

function show(value: unknown): string {
  const text = typeof value === "number" ? String(value) : (jsonOf(value) ?? String(value));
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

// JSON has no word for undefined, functions, symbols, bigints and cycles.
function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return typeof value === "object" ? "an object that JSON cannot say" : undefined;
  }
}
