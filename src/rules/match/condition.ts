import type { RequestHead } from "../../cache/types.ts";
import type { RuleMatch } from "../rule.ts";
import { clientConditions } from "./condition-client.ts";
import { cookieCondition, headerCondition, queryCondition } from "./condition-fields.ts";
import { extensionCondition, hostCondition, methodCondition, pathCondition } from "./condition-target.ts";
import { compilePath } from "./path-pattern.ts";

/** One thing that must hold for a rule to match. */
export interface Condition {
  readonly holds: (request: RequestHead) => boolean;
  /** Why it does not hold, as a sentence about this request. */
  readonly whyNot: (request: RequestHead) => string;
  /** What it wants, as a sentence about any request that it holds for. */
  readonly wants: string;
  /** Whether it asks what the platform knows of the client, which has to be worked out first. */
  readonly readsClient: boolean;
}

/** The conditions of a rule besides its path, the cheap ones first. */
export function conditionsOf(match: RuleMatch): readonly Condition[] {
  const conditions = [
    ...ifAny(match.method, methodCondition),
    ...ifAny(match.host, hostCondition),
    ...ifAny(match.extension, extensionCondition),
    ...match.headers.map(headerCondition),
    ...match.query.map(queryCondition),
    ...match.cookies.map(cookieCondition),
    ...clientConditions(match),
    ...match.all.flatMap(allOf),
    ...ifAny(match.any, anyCondition),
    ...match.not.map(notCondition),
  ];
  return [
    ...conditions.filter(({ readsClient }) => !readsClient),
    ...conditions.filter(({ readsClient }) => readsClient),
  ];
}

function ifAny<Value>(
  values: readonly Value[],
  make: (values: readonly Value[]) => Condition,
): readonly Condition[] {
  return values.length === 0 ? [] : [make(values)];
}

/** All that a nested match says, which may speak of the path too. */
function allOf(match: RuleMatch): readonly Condition[] {
  return [...ifAny(match.path.map(compilePath), pathCondition), ...conditionsOf(match)];
}

function anyCondition(matches: readonly RuleMatch[]): Condition {
  const groups = matches.map(allOf);
  return {
    holds: (request) => groups.some((conditions) => hold(conditions, request)),
    whyNot: (request) =>
      `none of "any" holds: ${groups.map((conditions) => firstWhyNot(conditions, request)).join("; ")}`,
    wants: groups.map((conditions) => `(${wantsOf(conditions)})`).join(" or "),
    readsClient: groups.flat().some(({ readsClient }) => readsClient),
  };
}

function notCondition(match: RuleMatch): Condition {
  const conditions = allOf(match);
  const wants = wantsOf(conditions);
  return {
    holds: (request) => !hold(conditions, request),
    whyNot: () => `"not" excludes it: ${wants}`,
    wants: `not (${wants})`,
    readsClient: conditions.some(({ readsClient }) => readsClient),
  };
}

function hold(conditions: readonly Condition[], request: RequestHead): boolean {
  return conditions.every(({ holds }) => holds(request));
}

function firstWhyNot(conditions: readonly Condition[], request: RequestHead): string | null {
  return conditions.find(({ holds }) => !holds(request))?.whyNot(request) ?? null;
}

function wantsOf(conditions: readonly Condition[]): string {
  return conditions.length === 0 ? "every request" : conditions.map(({ wants }) => wants).join(" and ");
}
