import { expectTypeOf, test } from "vitest";
import type {
  DecisionsInput,
  Duration,
  FieldTest,
  MatchInput,
  QueryInput,
  RuleInput,
  RulesInput,
} from "../../src/rules/input.ts";

// Checked by tsc: what an editor completes is exactly this, and everything else it underlines.
test("the keys of the rules file", () => {
  type DecisionKey =
    | "cache"
    | "edgeTtl"
    | "browserTtl"
    | "staleWhileRevalidate"
    | "staleIfError"
    | "query"
    | "tags"
    | "clientDirectives"
    | "heuristicFreshness"
    | "setCookie";
  expectTypeOf<keyof RulesInput>().toEqualTypeOf<"defaults" | "rules">();
  expectTypeOf<keyof DecisionsInput>().toEqualTypeOf<DecisionKey>();
  expectTypeOf<keyof RuleInput>().toEqualTypeOf<"name" | "match" | DecisionKey>();
  expectTypeOf<keyof MatchInput>().toEqualTypeOf<"path" | "method" | "query" | "headers" | "host">();
});

test("the values of the rules file", () => {
  expectTypeOf<"10m">().toExtend<Duration>();
  expectTypeOf<"500ms">().not.toExtend<Duration>();
  expectTypeOf<"10">().not.toExtend<Duration>();
  expectTypeOf<{ include: string[] }>().toExtend<QueryInput>();
  expectTypeOf<"some">().not.toExtend<QueryInput>();
  expectTypeOf<number>().not.toExtend<FieldTest>();
  expectTypeOf<{ match: { path: string } }>().not.toExtend<RuleInput>();
  expectTypeOf<{ name: string }>().not.toExtend<RuleInput>();
  expectTypeOf<{ name: string; match: { path: RegExp } }>().not.toExtend<RuleInput>();
  expectTypeOf<{ cache: "yes" }>().not.toExtend<DecisionsInput>();
  expectTypeOf<{ cache: undefined }>().not.toExtend<DecisionsInput>();
  expectTypeOf<{ setCookie: "keep" }>().not.toExtend<DecisionsInput>();
});
