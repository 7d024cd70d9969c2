import type { RuleMistake } from "../errors.ts";
import { suggest } from "./suggest.ts";

/** A value somewhere in the rules file, with the list where mistakes about it are collected. */
export interface Spot {
  readonly where: string;
  readonly key: string;
  readonly value: unknown;
  readonly mistakes: RuleMistake[];
}

/** Notes a mistake. Returns undefined, so that a parser can return what it returns. */
export function refuse(spot: Spot, allowed: string, suggestion: string | null = null): undefined {
  const { where, key, value, mistakes } = spot;
  mistakes.push({ where, key, found: show(value), allowed, suggestion });
}

/** The spot one key or index below another. */
export function within(spot: Spot, key: string | number, value: unknown): Spot {
  return { ...spot, key: joinKey(spot.key, key), value };
}

function joinKey(parent: string, key: string | number): string {
  if (typeof key === "number") return `${parent}[${key}]`;
  if (!/^[\w$-]+$/.test(key)) return `${parent}[${JSON.stringify(key)}]`;
  return parent === "" ? key : `${parent}.${key}`;
}

/** The entries of a plain object as spots, or undefined (and a mistake) where it is none. */
export function entriesOf(spot: Spot, allowed: string): ReadonlyMap<string, Spot> | undefined {
  const { value } = spot;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return refuse(spot, allowed);
  return new Map(Object.entries(value).map(([key, below]) => [key, within(spot, key, below)]));
}

/** As `entriesOf`, and each key that is not among `keys` is a mistake. */
export function knownEntriesOf(spot: Spot, keys: readonly string[]): ReadonlyMap<string, Spot> | undefined {
  const allowed = `the keys ${keys.join(", ")}`;
  const entries = entriesOf(spot, `an object with ${allowed}`);
  for (const [key, below] of entries ?? []) {
    if (!keys.includes(key)) refuse(below, allowed, suggest(key, keys));
  }
  return entries;
}

/** The items of an array as spots, or undefined (and a mistake) where it is none. */
export function itemsOf(spot: Spot, allowed: string): readonly Spot[] | undefined {
  if (!Array.isArray(spot.value)) return refuse(spot, allowed);
  return Array.from(spot.value, (value: unknown, index) => within(spot, index, value));
}

/** One of a few strings. */
export function oneOf<Choice extends string>(spot: Spot, choices: readonly Choice[]): Choice | undefined {
  const choice = choices.find((each) => each === spot.value);
  if (choice !== undefined) return choice;
  const suggestion = typeof spot.value === "string" ? suggest(spot.value, choices) : null;
  return refuse(spot, choices.map((each) => JSON.stringify(each)).join(" or "), suggestion);
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
