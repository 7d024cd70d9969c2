import { refuse, type Spot } from "./spot.ts";
import { suggest } from "./suggest.ts";

/**
 * What may stand somewhere in the rules file, said once: how it is parsed, and in which form, from which the
 * JSON Schema is made (schema.ts).
 */
export interface Shape<Value> {
  /** What is allowed, as the messages say it. */
  readonly allowed: string;
  /** Whether a value is meant to be one of these, right or wrong. */
  readonly takes: (value: unknown) => boolean;
  /** The value in its normal form, or undefined where it is refused, with the mistake noted. */
  readonly parse: (spot: Spot) => Value | undefined;
  readonly form: Form;
  /** What holds where nothing is written, as it would be written. */
  readonly byDefault?: unknown;
}

/** What the JSON Schema says of a shape (schema.ts). */
export type Form =
  | { readonly kind: "text"; readonly pattern: string | null }
  | { readonly kind: "choice"; readonly choices: readonly Primitive[] }
  | { readonly kind: "number"; readonly min: number; readonly max: number; readonly whole: boolean }
  | { readonly kind: "list"; readonly item: Shape<unknown>; readonly least: number }
  | {
      readonly kind: "record";
      readonly names: Shape<unknown>;
      readonly values: Shape<unknown>;
      readonly least: number;
    }
  | { readonly kind: "object"; readonly name: string; readonly keys: Keys; readonly needs: Needs }
  | { readonly kind: "either"; readonly shapes: readonly Shape<unknown>[] };

/** What a choice may be among. */
export type Primitive = string | number | boolean;
/** The keys that an object may have, each with what may stand there. */
export type Keys = Readonly<Record<string, Shape<unknown>>>;

/** What an object needs besides known keys. */
export interface Needs {
  readonly required?: readonly string[];
  /** How many keys there must be. */
  readonly least?: number;
  /** Keys of which only one may be written. */
  readonly atMostOne?: readonly string[];
  /** Keys of which one must be written, and only one. */
  readonly exactlyOne?: readonly string[];
}

/** What an object's keys were parsed to. A key is missing where it was not written, or refused. */
export type ValuesOf<Of extends Keys> = {
  readonly [Name in keyof Of]?: Of[Name] extends Shape<infer Value> ? Value | undefined : never;
};

/** How a text is parsed: null refuses it, undefined says that the parser has noted the mistake itself. */
export interface Text<Value> {
  readonly allowed: string;
  readonly parse: (text: string, spot: Spot) => Value | null | undefined;
  readonly suggest?: (text: string) => string | null;
  /** For the JSON Schema: what every accepted text matches. */
  readonly pattern?: RegExp;
}

/** A text that a parser takes or refuses. */
export function text<Value>({ allowed, parse, suggest: nearest, pattern }: Text<Value>): Shape<Value> {
  return {
    allowed,
    takes: (value) => typeof value === "string",
    parse: (spot) => {
      if (typeof spot.value !== "string") return refuse(spot, allowed);
      const parsed = parse(spot.value, spot);
      return parsed === null ? refuse(spot, allowed, nearest?.(spot.value) ?? null) : parsed;
    },
    form: { kind: "text", pattern: pattern?.source ?? null },
  };
}

/** A text that is taken as it stands where the pattern accepts it. */
export function pattern(
  accepted: RegExp,
  allowed: string,
  nearest?: (text: string) => string | null,
): Shape<string> {
  const meant = (written: string) => {
    const better = nearest?.(written) ?? null;
    return better !== null && accepted.test(better) ? better : null;
  };
  return text({
    allowed,
    parse: (written) => (accepted.test(written) ? written : null),
    suggest: meant,
    pattern: accepted,
  });
}

/** One of a few values. */
export function choice<const Choices extends readonly Primitive[]>(
  ...choices: Choices
): Shape<Choices[number]> {
  const allowed = choices.map((each) => JSON.stringify(each)).join(" or ");
  const find = (value: unknown): Choices[number] | undefined => choices.find((each) => each === value);
  return {
    allowed,
    takes: (value) => find(value) !== undefined,
    parse: (spot) => find(spot.value) ?? refuse(spot, allowed, nearestOf(spot.value, choices)),
    form: { kind: "choice", choices },
  };
}

/** `true` or `false`. */
export const boolean: Shape<boolean> = { ...choice(true, false), allowed: "true or false", parse: booleanOf };

function booleanOf(spot: Spot): boolean | undefined {
  return typeof spot.value === "boolean" ? spot.value : refuse(spot, "true or false");
}

/** A whole number within bounds. */
export function whole(min: number, max: number, what = "a whole number"): Shape<number> {
  const allowed = `${what} from ${min} to ${max}`;
  return {
    allowed,
    takes: (value) => typeof value === "number",
    parse: (spot) => {
      const { value } = spot;
      return typeof value === "number" && Number.isInteger(value) && value >= min && value <= max
        ? Math.abs(value) // -0 is 0
        : refuse(spot, allowed);
    },
    form: { kind: "number", min, max, whole: true },
  };
}

/** The shape with another outcome. */
export function mapped<From, To>(
  shape: Shape<From>,
  to: (value: From, spot: Spot) => To | undefined,
): Shape<To> {
  return {
    ...shape,
    parse: (spot) => {
      const parsed = shape.parse(spot);
      return parsed === undefined ? undefined : to(parsed, spot);
    },
  };
}

/** The shape with what holds where nothing is written. */
export function byDefault<Value>(written: unknown, shape: Shape<Value>): Shape<Value> {
  return { ...shape, byDefault: written };
}

/** The text among the choices that a misspelt one most probably means. */
export function nearestOf(value: unknown, choices: readonly Primitive[]): string | null {
  return typeof value === "string"
    ? suggest(
        value,
        choices.filter((each) => typeof each === "string"),
      )
    : null;
}
