import { covers } from "./cover.ts";
import { about, label, type PlacedRule, type RuleWarning } from "./warning.ts";

/** Rules, and paths of rules, that no request reaches, since an earlier rule matches all that they match. */
export function lintShadows(rules: readonly PlacedRule[]): readonly RuleWarning[] {
  return rules.flatMap((later) => shadowsOf(later, rules.slice(0, later.index)));
}

function shadowsOf(later: PlacedRule, earlier: readonly PlacedRule[]): readonly RuleWarning[] {
  const { match } = later.rule;
  const shadow = earlier.find(({ rule }) => covers(rule.match, match));
  if (shadow !== undefined) return [shadowed(later, label(shadow))];
  if (match.path.length < 2) return [];
  const byPath = match.path.map((path) => {
    const one = { ...match, path: [path] };
    return earlier.find(({ rule }) => covers(rule.match, one));
  });
  if (!byPath.includes(undefined)) return [shadowed(later, listed(byPath))];
  return byPath.flatMap((each, index) => (each === undefined ? [] : [shadowedPath(later, index, each)]));
}

function listed(shadows: readonly (PlacedRule | undefined)[]): string {
  const labels = shadows.flatMap((shadow) => (shadow === undefined ? [] : [label(shadow)]));
  return [...new Set(labels)].join(" and ");
}

function shadowed(later: PlacedRule, by: string): RuleWarning {
  return about(later, {
    key: "match",
    code: "shadowed",
    text: `no request reaches this rule: all that it matches is matched before it by ${by}`,
  });
}

function shadowedPath(later: PlacedRule, index: number, by: PlacedRule): RuleWarning {
  return about(later, {
    key: `match.path[${index}]`,
    code: "shadowed-path",
    text: `no request reaches this rule by ${JSON.stringify(later.rule.match.path[index])}, which is matched before it by ${label(by)}`,
  });
}
