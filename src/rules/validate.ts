import type { OriginSettings } from "../cache/policy.ts";
import { type RuleMistake, RulesError } from "../errors.ts";
import { factsOf } from "./facts.ts";
import type { PresetName } from "./input/rules.ts";
import { pathTreeOf } from "./match/path-tree.ts";
import { refuseContradictions } from "./parse/contradictions.ts";
import { DECISIONS, type Decisions } from "./parse/decisions.ts";
import { FILE, RULE } from "./parse/file.ts";
import { DEFAULT_SETTINGS } from "./policy/plain.ts";
import { layered, policyOf } from "./policy/policy.ts";
import { PRESETS } from "./presets.ts";
import type { Rule, RuleSet } from "./rule.ts";
import { valuesOf } from "./shape/compound.ts";
import {
  at,
  isObject,
  keysAllowed,
  type Place,
  refuse,
  refuseUnknownKeys,
  type Spot,
  topOf,
  within,
} from "./shape/spot.ts";

type Origins = ReadonlyMap<string, OriginSettings>;

/** Parses rules of any origin. Throws one `RulesError` that names every mistake. */
export function validateRules(input: unknown): RuleSet {
  const mistakes: RuleMistake[] = [];
  const set = setOf(topOf({ where: () => "rules", mistakes, paths: null, origins: [] }, input));
  if (mistakes.length > 0) throw new RulesError(mistakes);
  return Object.freeze({ ...set, paths: pathTreeOf(set.rules), facts: factsOf(set) });
}

function setOf(file: Spot): Omit<RuleSet, "paths" | "facts"> {
  if (!isObject(file.value)) refuse(file, `an object with ${keysAllowed(Object.keys(FILE))}`);
  refuseUnknownKeys(file, FILE);
  const origins = originsOf(file);
  const place = { ...file.place, origins: [...origins.keys()] };
  const defaults = defaultsOf(at(file, "defaults"), place);
  const rules = isObject(file.value) ? rulesOf(at(file, "rules")?.value, place, defaults) : [];
  return { rules: Object.freeze(rules), defaults: policyOf(null, null, defaults), origins };
}

function originsOf(file: Spot): Origins {
  const written = at(file, "origins");
  const spot = topOf({ ...file.place, where: () => "origins" }, written?.value);
  const parsed = written === undefined ? undefined : FILE.origins.parse(spot);
  return parsed ?? new Map([["default", DEFAULT_SETTINGS]]);
}

function defaultsOf(written: Spot | undefined, place: Place): Decisions {
  if (written === undefined) return {};
  const spot = topOf({ ...place, where: () => "defaults" }, written.value);
  const earlier = place.mistakes.length;
  const decisions = FILE.defaults.parse(spot) ?? {};
  refuseContradictions(spot, decisions, place.mistakes.length > earlier);
  return decisions;
}

function rulesOf(written: unknown, place: Place, defaults: Decisions): Rule[] {
  if (!Array.isArray(written)) {
    refuse(topOf(place, written), FILE.rules.allowed);
    return [];
  }
  const seen = new Map<string, number>();
  return Array.from(written, (value: unknown, index) => {
    const spot = topOf({ ...place, where: () => labelOf(value, index), paths: [] }, value);
    const rule = ruleOf(spot, defaults);
    if (rule !== undefined) refuseRepeatedName(spot, rule.name, index, seen);
    return rule;
  }).filter((rule) => rule !== undefined);
}

// A loop of its own, since what a rule matches is known to its decisions.
function ruleOf(spot: Spot, defaults: Decisions): Rule | undefined {
  if (!isObject(spot.value)) return refuse(spot, `an object with ${keysAllowed(Object.keys(RULE))}`);
  const earlier = spot.place.mistakes.length;
  refuseUnknownKeys(spot, RULE);
  const name = RULE.name.parse(at(spot, "name") ?? within(spot, "name", undefined));
  const match = RULE.match.parse(at(spot, "match") ?? within(spot, "match", undefined));
  const rest = topOf({ ...spot.place, paths: match?.path ?? [] }, spot.value);
  const decisions = layered(presetOf(rest), valuesOf(rest, DECISIONS));
  const all = layered(defaults, decisions);
  refuseContradictions(rest, all, spot.place.mistakes.length > earlier);
  if (name === undefined || match === undefined) return undefined;
  return Object.freeze({ name, match, policy: policyOf(name, match, all) });
}

function presetOf(spot: Spot): Decisions {
  const written = at(spot, "extends");
  const name = written === undefined ? undefined : RULE.extends.parse(written);
  return name === undefined ? {} : parsedPreset(name);
}

const parsedPresets = new Map<PresetName, Decisions>();

// Few files use one, and then many rules do.
function parsedPreset(name: PresetName): Decisions {
  const known = parsedPresets.get(name);
  if (known !== undefined) return known;
  const place: Place = { where: () => `preset ${name}`, mistakes: [], paths: null, origins: [] };
  const parsed = valuesOf(topOf(place, PRESETS[name]), DECISIONS);
  parsedPresets.set(name, parsed);
  return parsed;
}

function refuseRepeatedName(spot: Spot, name: string, index: number, seen: Map<string, number>): void {
  const first = seen.get(name);
  if (first === undefined) seen.set(name, index);
  else refuse(within(spot, "name", name), `a name of its own (the rule at index ${first} has this one)`);
}

function labelOf(rule: unknown, index: number): string {
  const name = isObject(rule) ? rule["name"] : undefined;
  return typeof name === "string" && name !== ""
    ? `rule ${JSON.stringify(name)} (index ${index})`
    : `rule without a name (index ${index})`;
}
