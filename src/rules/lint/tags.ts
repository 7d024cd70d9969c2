import type { Policy, Template } from "../../cache/policy.ts";
import type { RuleSet } from "../rule.ts";
import { mayStore } from "./ttl.ts";
import { about, type PlacedRule, type RuleWarning } from "./warning.ts";

/** Tags that writes invalidate and no rule gives. */
export function lintTags(rules: readonly PlacedRule[], { defaults }: RuleSet): readonly RuleWarning[] {
  const policies = [defaults, ...rules.filter(({ rule }) => mayStore(rule)).map(({ rule }) => rule.policy)];
  const given = policies.flatMap(({ tags }) => tags);
  return rules.flatMap((placed) => unknownTags(placed, placed.rule.policy, given));
}

function unknownTags(
  placed: PlacedRule,
  { invalidates }: Policy,
  given: readonly Template[],
): readonly RuleWarning[] {
  return invalidates.flatMap((template, index) => {
    if (template.source.startsWith("/") || given.some((tag) => mayEqual(tag, template))) return [];
    const text = `no rule gives a tag like ${JSON.stringify(template.source)}: this does something only if the origin names it in Cache-Tag, Surrogate-Key or xkey`;
    return [about(placed, { key: `invalidates[${index}]`, code: "unknown-tag", text })];
  });
}

/** Whether two templates may give the same text, whatever stands in their places. */
function mayEqual(one: Template, other: Template): boolean {
  return unify(unitsOf(one), unitsOf(other));
}

/** Characters, and null for a place. */
type Units = readonly (string | null)[];

function unitsOf({ parts }: Template): Units {
  return parts.flatMap((part): Units => (typeof part === "string" ? [...part] : [null]));
}

/** Row by row: whether the first units of one may equal so many of the other. */
function unify(one: Units, other: Units): boolean {
  let row = reachable(other);
  for (const unit of one) row = nextRow(row, unit, other);
  return row.at(-1) ?? false;
}

function reachable(other: Units): readonly boolean[] {
  const row = [true];
  for (const unit of other) row.push(row.at(-1) === true && unit === null);
  return row;
}

function nextRow(above: readonly boolean[], unit: string | null, other: Units): readonly boolean[] {
  const row = [above[0] === true && unit === null];
  for (const [index, opposite] of other.entries()) {
    const isPlace = unit === null || opposite === null;
    const both = above[index] === true && (isPlace || unit === opposite);
    // A place may also stand for nothing, or go on.
    row.push(both || (isPlace && (above[index + 1] === true || row[index] === true)));
  }
  return row;
}
