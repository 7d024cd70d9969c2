import { FILE } from "./parse/file.ts";
import type { Form, Keys, Needs, Shape } from "./shape/shape.ts";

/** Descriptions by type, `DecisionsInput`, and by key, `DecisionsInput.cache`. */
export type Words = Readonly<Record<string, string>>;

type Schema = Readonly<Record<string, unknown>>;

/** The schemas of the objects met so far, by the name of their type. */
type Definitions = Map<string, Schema>;

/**
 * The JSON Schema (draft 2020-12) of the rules file, from the shapes that `validateRules` parses with. It knows
 * keys, types, choices, bounds and spellings. It cannot say what holds between keys (`edgeTtl` where `cache` is
 * false, a template's path parameters, names of origins, rules of one name) and what takes a parser (path
 * patterns, regular expressions, addresses): what it accepts may still be refused by `validateRules`.
 */
export function rulesSchema(words: Words = {}): object {
  const definitions: Definitions = new Map();
  const file = objectSchema("RulesInput", FILE, { required: ["rules"] }, words, definitions);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "The rules file of selvedge",
    ...file,
    $defs: Object.fromEntries([...definitions].sort(([one], [other]) => (one < other ? -1 : 1))),
  };
}

function schemaOf(form: Form, words: Words, definitions: Definitions): Schema {
  const inner = (shape: Shape<unknown>) => schemaOf(shape.form, words, definitions);
  switch (form.kind) {
    case "text":
      return form.pattern === null ? { type: "string" } : { type: "string", pattern: form.pattern };
    case "choice":
      return form.choices.length === 1 ? { const: form.choices[0] } : { enum: form.choices };
    case "number":
      return { type: form.whole ? "integer" : "number", minimum: form.min, maximum: form.max };
    case "list":
      return { type: "array", items: inner(form.item), minItems: form.least };
    case "record":
      return {
        type: "object",
        propertyNames: inner(form.names),
        additionalProperties: inner(form.values),
        minProperties: form.least,
      };
    case "either":
      return { anyOf: form.shapes.map(inner) };
    case "object":
      return referenceTo(form, words, definitions);
    default:
      return form satisfies never;
  }
}

function referenceTo(
  { name, keys, needs }: Form & { readonly kind: "object" },
  words: Words,
  definitions: Definitions,
): Schema {
  if (!definitions.has(name)) {
    definitions.set(name, {}); // it may be made of itself
    definitions.set(name, objectSchema(name, keys, needs, words, definitions));
  }
  const { least = 0 } = needs; // not the type's: match may be empty, a condition in it may not
  return { $ref: `#/$defs/${name}`, ...(least === 0 ? {} : { type: "object", minProperties: least }) };
}

function objectSchema(
  name: string,
  keys: Keys,
  { required = [], atMostOne = [], exactlyOne = [] }: Needs,
  words: Words,
  definitions: Definitions,
): Schema {
  const properties = Object.entries(keys).map(([key, shape]) => [
    key,
    {
      ...described(words[`${name}.${key}`]),
      ...schemaOf(shape.form, words, definitions),
      ...(shape.byDefault === undefined ? {} : { default: shape.byDefault }),
    },
  ]);
  return {
    ...described(words[name]),
    type: "object",
    properties: Object.fromEntries(properties),
    additionalProperties: false,
    ...(required.length === 0 ? {} : { required }),
    ...(atMostOne.length === 0 ? {} : { not: { required: atMostOne } }),
    ...(exactlyOne.length === 0 ? {} : { oneOf: exactlyOne.map((key) => ({ required: [key] })) }),
  };
}

function described(description: string | undefined): Schema {
  return description === undefined ? {} : { description };
}
