/** The rules file as it stands in the bundle: what validating it came to, said briefly. */
import { uneval } from "devalue";
import type { Policy } from "../src/cache/policy.ts";
import type { PackedRules } from "../src/rules/packed.ts";
import type { RuleMatch, RuleSet } from "../src/rules/rule.ts";

/** The text of a module that exports a rule set, for a place beside src/cache-rules.ts. */
export function rulesModule(rules: RuleSet): string {
  return `import { unpackRules } from "./rules/packed.ts";\nexport default unpackRules(${uneval(packed(rules))});\n`;
}

function packed(set: RuleSet): PackedRules {
  // Each policy has the name of its rule, which stands beside it.
  const nameless = set.rules.map((rule) => ({ ...rule, policy: { ...rule.policy, rule: null } }));
  const { rules, defaults, origins } = withEqualsOnce({ ...set, rules: nameless });
  const match = whatMostSay(rules.map((rule) => rule.match));
  const policy = whatMostSay(rules.map((rule) => rule.policy));
  const own = rules.map(
    (rule): OwnParts => [rule.name, differing(rule.match, match), differing(rule.policy, policy)],
  );
  return {
    match,
    policy,
    ...written(own),
    defaults,
    origins,
    paths: JSON.stringify(set.paths),
    facts: set.facts,
  };
}

type OwnParts = readonly [name: string, match: Partial<RuleMatch>, policy: Partial<Policy>];

/** What the rules say themselves, each value and each item of a list once. */
function written(rules: readonly OwnParts[]): Pick<PackedRules, "rules" | "values" | "texts"> {
  const said = new Set(rules.flatMap(([, ...parts]) => parts.flatMap((part) => Object.values(part).flat())));
  const values = [...said].filter((value) => !isJson(value));
  const texts = [...said].filter(isJson);
  const places = new Map([...values, ...texts].map((value, place) => [value, place]));
  const placeOf = (value: unknown) =>
    Array.isArray(value) ? value.map((item) => places.get(item)) : places.get(value);
  const placesOf = (part: object) =>
    Object.fromEntries(Object.entries(part).map(([key, value]) => [key, placeOf(value)]));
  return {
    rules: lines(rules.map(([name, match, policy]) => [name, placesOf(match), placesOf(policy)])),
    values,
    texts: lines(texts),
  };
}

function lines(values: readonly unknown[]): string {
  return values.map((value) => JSON.stringify(value)).join("\n");
}

/** Whether JSON can say it: it has no sets and no expressions. */
function isJson(value: unknown): boolean {
  const text = JSON.stringify(value);
  return text !== undefined && uneval(JSON.parse(text)) === uneval(value);
}

/**
 * A copy in which what is equal is one object. Takes plain data, with maps, sets and expressions, as the rules are.
 */
function withEqualsOnce<Value>(value: Value): Value {
  const known = new Map<string, unknown>();
  const once = (part: unknown): unknown => {
    const copy = copyOf(part, once);
    const text = uneval(copy);
    if (!known.has(text)) known.set(text, copy);
    return known.get(text);
  };
  // A copy has the shape of what it is a copy of.
  return once(value) as Value;
}

function copyOf(part: unknown, copy: (part: unknown) => unknown): unknown {
  if (part instanceof Map) return new Map(Array.from(part, ([key, value]) => [key, copy(value)]));
  if (Array.isArray(part)) return part.map(copy);
  if (part === null || typeof part !== "object" || part instanceof Set || part instanceof RegExp) return part;
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, copy(value)]));
}

/** For each key the value that is found most often, the first of several. All have the same keys. */
function whatMostSay<Item extends object>(items: readonly Item[]): Partial<Item> {
  const keys = Object.keys(items[0] ?? {}) as (keyof Item)[];
  return Object.fromEntries(
    keys.map((key) => [key, mostFrequent(items.map((item) => item[key]))]),
  ) as Partial<Item>;
}

function mostFrequent(values: readonly unknown[]): unknown {
  const counts = new Map<unknown, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce((most, each) => (each[1] > most[1] ? each : most))[0];
}

function differing<Item extends object>(item: Item, most: Partial<Item>): Partial<Item> {
  const own = (Object.keys(item) as (keyof Item)[]).filter((key) => item[key] !== most[key]);
  return Object.fromEntries(own.map((key) => [key, item[key]])) as Partial<Item>;
}
