import {
  type Keys,
  mapped,
  type Needs,
  nearestOf,
  type Primitive,
  type Shape,
  type ValuesOf,
} from "./shape.ts";
import { isObject, keysAllowed, refuse, refuseUnknownKeys, type Spot, within } from "./spot.ts";

/** A list; with `least`, of so many items. */
export function list<Item>(item: Shape<Item>, allowed: string, least = 0): Shape<readonly Item[]> {
  return {
    allowed,
    takes: Array.isArray,
    parse: (spot) => {
      const { value } = spot;
      if (!Array.isArray(value) || value.length < least) return refuse(spot, allowed);
      return itemsOf(spot, value, item);
    },
    form: { kind: "list", item, least },
  };
}

function itemsOf<Item>(spot: Spot, values: readonly unknown[], item: Shape<Item>): readonly Item[] {
  const items: Item[] = [];
  // Not forEach, which passes over holes.
  for (let index = 0; index < values.length; index++) {
    const parsed = item.parse(within(spot, index, values[index]));
    if (parsed !== undefined) items.push(parsed);
  }
  return Object.freeze(items);
}

/** A list of different items, at least one. `what` they are stands in the messages. */
export function distinct<Item extends Primitive>(item: Shape<Item>, what: string): Shape<readonly Item[]> {
  const allowed = `a list of ${what}, each once, at least one`;
  return mapped(list(item, allowed, 1), (items, spot) =>
    new Set(items).size === items.length ? items : refuse(spot, allowed),
  );
}

/** One item, or a list of them, which may not be empty: more probably it was forgotten to fill it. */
export function oneOrMore<Item>(item: Shape<Item>, listed: string): Shape<readonly Item[]> {
  const allowed = `${listed} ${item.allowed}`;
  const many = list(item, allowed, 1);
  return {
    allowed,
    takes: (value) => item.takes(value) || Array.isArray(value),
    parse: (spot) => {
      if (!item.takes(spot.value)) return many.parse(spot);
      const parsed = item.parse(spot);
      return parsed === undefined ? undefined : Object.freeze([parsed]);
    },
    form: { kind: "either", shapes: [item, many] },
  };
}

/** An object with names of the author's choice. */
export function record<Name, Value>(
  names: Shape<Name>,
  values: Shape<Value>,
  allowed: string,
  least = 0,
): Shape<readonly (readonly [name: Name, value: Value])[]> {
  return {
    allowed,
    takes: isObject,
    parse: (spot) => {
      const { value } = spot;
      if (!isObject(value) || Object.keys(value).length < least) return refuse(spot, allowed);
      const entries = Object.keys(value).flatMap((key) => {
        const name = names.parse({ ...within(spot, key, value[key]), value: key });
        const parsed = values.parse(within(spot, key, value[key]));
        return name === undefined || parsed === undefined ? [] : [Object.freeze([name, parsed] as const)];
      });
      return Object.freeze(entries);
    },
    form: { kind: "record", names, values, least },
  };
}

/** An object with known keys; `build` makes of their values what the policy has, and finds contradictions. */
export function object<const Of extends Keys, Value>(
  name: string,
  keys: Of,
  build: (values: ValuesOf<Of>, spot: Spot) => Value | undefined,
  needs: Needs = {},
): Shape<Value> {
  const some = needs.least === undefined ? "" : "at least one of ";
  const allowed = `an object with ${some}${keysAllowed(Object.keys(keys))}`;
  return {
    allowed,
    takes: isObject,
    parse: (spot) => {
      if (!isObject(spot.value)) return refuse(spot, allowed);
      refuseUnknownKeys(spot, keys);
      if (Object.keys(spot.value).length < (needs.least ?? 0)) return refuse(spot, allowed);
      if (!areChosen(spot, needs)) return undefined;
      return build(valuesOf(spot, keys, needs.required), spot);
    },
    form: { kind: "object", name, keys, needs },
  };
}

function areChosen(spot: Spot, { atMostOne = [], exactlyOne = [] }: Needs): boolean {
  const written = (key: string) => isObject(spot.value) && Object.hasOwn(spot.value, key);
  if (atMostOne.filter(written).length > 1) refuse(spot, `${atMostOne.join(" or ")}, not both`);
  else if (exactlyOne.length > 0 && exactlyOne.filter(written).length !== 1) {
    refuse(spot, `exactly one of the keys ${exactlyOne.join(", ")}`);
  } else return true;
  return false;
}

/** Parses the known keys that are written, and those that must be. */
export function valuesOf<Of extends Keys>(
  spot: Spot,
  keys: Of,
  required: readonly string[] = [],
): ValuesOf<Of> {
  const written = isObject(spot.value) ? spot.value : {};
  const values: Record<string, unknown> = {};
  for (const key of Object.keys(written)) {
    if (!Object.hasOwn(keys, key)) continue;
    const parsed = keys[key]?.parse(within(spot, key, written[key]));
    if (parsed !== undefined) values[key] = parsed;
  }
  for (const key of required) {
    if (!Object.hasOwn(written, key)) keys[key]?.parse(within(spot, key, undefined));
  }
  // Each value is what the shape of its key returned.
  return values as ValuesOf<Of>;
}

/** The first shape that takes the value parses it. */
export function either<Value>(...shapes: readonly Shape<Value>[]): Shape<Value> {
  const allowed = shapes.map((shape) => shape.allowed).join(", or ");
  return {
    allowed,
    takes: (value) => shapes.some((shape) => shape.takes(value)),
    parse: (spot) => {
      const shape = shapes.find((each) => each.takes(spot.value));
      return shape === undefined
        ? refuse(spot, allowed, nearestOf(spot.value, choicesOf(shapes)))
        : shape.parse(spot);
    },
    form: { kind: "either", shapes },
  };
}

/** A shape that is made of itself. */
export function lazy<Value>(allowed: string, to: () => Shape<Value>): Shape<Value> {
  return {
    allowed,
    takes: (value) => to().takes(value),
    parse: (spot) => to().parse(spot),
    get form() {
      return to().form;
    },
  };
}

function choicesOf(shapes: readonly Shape<unknown>[]): readonly Primitive[] {
  return shapes.flatMap(({ form }) => (form.kind === "choice" ? form.choices : []));
}
