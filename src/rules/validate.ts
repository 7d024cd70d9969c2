import { RulesError } from "../errors.ts";
import { DECISION_KEYS, type Decisions, decisionsOf, policyOf, refuseContradiction } from "./decisions.ts";
import { matchOf } from "./match-input.ts";
import { DEFAULT_SETTINGS } from "./plain.ts";
import type { Rule, RuleSet } from "./rule.ts";
import { itemsOf, knownEntriesOf, refuse, type Spot, within } from "./spot.ts";

const FILE_KEYS = ["defaults", "rules"];
const RULE_KEYS = ["name", "match", ...DECISION_KEYS];
const NAME_ALLOWED = "1 to 64 printable ASCII characters, not blank at either end";

/** Parses rules of any origin. Throws one `RulesError` that names every mistake. */
export function validateRules(input: unknown): RuleSet {
  const file: Spot = { where: "rules", key: "", value: input, mistakes: [] };
  const set = setOf(file);
  if (file.mistakes.length > 0) throw new RulesError(file.mistakes);
  return set;
}

function setOf(file: Spot): RuleSet {
  const entries = knownEntriesOf(file, FILE_KEYS);
  const defaults = defaultsOf(entries?.get("defaults"));
  const rules =
    entries === undefined ? [] : rulesOf(entries.get("rules") ?? within(file, "rules", undefined), defaults);
  return Object.freeze({
    rules: Object.freeze(rules),
    defaults: policyOf(null, defaults, {}),
    origins: new Map([["default", DEFAULT_SETTINGS]]),
  });
}

function defaultsOf(spot: Spot | undefined): Decisions {
  if (spot === undefined) return {};
  const place = { ...spot, where: "defaults", key: "" };
  const entries = knownEntriesOf(place, DECISION_KEYS);
  if (entries === undefined) return {};
  const decisions = decisionsOf(entries);
  refuseContradiction(entries, decisions.cache ?? true);
  return decisions;
}

function rulesOf(spot: Spot, defaults: Decisions): Rule[] {
  const seen = new Map<string, number>();
  return (itemsOf({ ...spot, where: "rules", key: "" }, "a list of rules") ?? []).flatMap((item, index) => {
    const rule = ruleOf({ ...item, where: labelOf(item.value, index), key: "" }, defaults);
    if (rule === undefined) return [];
    refuseRepeatedName(item, rule.name, index, seen);
    return [rule];
  });
}

function ruleOf(spot: Spot, defaults: Decisions): Rule | undefined {
  const entries = knownEntriesOf(spot, RULE_KEYS);
  if (entries === undefined) return undefined;
  const name = nameOf(entries.get("name") ?? within(spot, "name", undefined));
  const match = matchOf(entries.get("match") ?? within(spot, "match", undefined));
  const decisions = decisionsOf(entries);
  refuseContradiction(entries, decisions.cache ?? defaults.cache ?? true);
  return Object.freeze({ name, match, policy: policyOf(name, defaults, decisions) });
}

// The name ends up in headers and logs, hence ASCII.
function nameOf(spot: Spot): string {
  const { value } = spot;
  if (typeof value === "string" && /^[!-~](?:[ -~]{0,62}[!-~])?$/.test(value)) return value;
  refuse(spot, NAME_ALLOWED);
  return "";
}

function refuseRepeatedName(item: Spot, name: string, index: number, seen: Map<string, number>): void {
  const first = seen.get(name);
  if (name === "") return;
  if (first === undefined) seen.set(name, index);
  else {
    const spot = { ...item, where: labelOf(item.value, index), key: "name", value: name };
    refuse(spot, `a name of its own (the rule at index ${first} has this one)`);
  }
}

function labelOf(rule: unknown, index: number): string {
  const name = typeof rule === "object" && rule !== null && "name" in rule ? rule.name : undefined;
  return typeof name === "string" && name !== ""
    ? `rule ${JSON.stringify(name)} (index ${index})`
    : `rule without a name (index ${index})`;
}
