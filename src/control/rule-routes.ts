import { json } from "itty-router";
import { problemWith } from "../http/problem.ts";
import type { Rule, RuleSet } from "../rules/rule.ts";
import type { Route } from "./call.ts";
import { didYouMean, shown } from "./words.ts";

/** The rules as they were deployed. */
export function ruleRoutes(rules: RuleSet): readonly Route[] {
  return [
    {
      method: "GET",
      path: "/rules",
      role: "read",
      summary: "The rules that were deployed, in the order in which they are tried",
      query: { name: { type: "string", description: "One rule, with its whole policy." } },
      answers: { 200: { oneOf: [RULES, RULE] } },
      problems: { 404: "There is no such rule, or no such route." },
      handle: ({ url }) => {
        const name = url.searchParams.get("name");
        return name === null ? json(rules.rules.map(summaryOf)) : describeRule(name, rules);
      },
    },
  ];
}

function summaryOf({ name, match, policy }: Rule, index: number): object {
  const { action, tags } = policy;
  return { index, name, action, match: plain(conditionsOf(match)), tags: plain(tags) };
}

function conditionsOf(match: Rule["match"]): object {
  const isSet = (value: unknown) => value !== null && !(Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(match).filter(([, value]) => isSet(value)));
}

function describeRule(name: string, { rules }: RuleSet): Response {
  const index = rules.findIndex((rule) => rule.name === name);
  const rule = rules[index];
  if (rule !== undefined) return json({ ...summaryOf(rule, index), policy: plain(hideFields(rule.policy)) });
  const names = rules.map((each) => each.name);
  const complaint = `name: found ${shown(name)}; allowed: the name of a rule${didYouMean(name, names)}`;
  return problemWith(404, complaint, "not-found");
}

// What the origin is sent may be a secret that somebody has written into the rules.
function hideFields(policy: Rule["policy"]): object {
  const { fields } = policy.origin;
  const named = (changes: typeof fields.set) => changes.map(([name]) => name);
  const hidden = { remove: fields.remove, set: named(fields.set), add: named(fields.add) };
  return { ...policy, origin: { ...policy.origin, fields: hidden } };
}

/** As JSON: templates and expressions as they were written, sets as lists. */
function plain(value: unknown): unknown {
  if (value instanceof RegExp) return String(value);
  if (value instanceof Set) return [...value].map(plain);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  if ("source" in value && "parts" in value) return value.source;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]));
}

const RULE = {
  type: "object",
  required: ["index", "name", "action", "match", "tags"],
  properties: {
    index: { type: "integer" },
    name: { type: "string" },
    action: { enum: ["cache", "pass"] },
    match: { type: "object", description: "The conditions, all of which must hold." },
    tags: { type: "array", items: { type: "string" } },
    policy: { type: "object", description: "All that the rule decides, defaults filled in." },
  },
};

const RULES = { type: "array", items: RULE };
