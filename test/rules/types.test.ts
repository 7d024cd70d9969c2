import { expectTypeOf, test } from "vitest";
import type { RespondInput } from "../../src/rules/input/answer.ts";
import type { DecisionsInput } from "../../src/rules/input/decisions.ts";
import type { Duration } from "../../src/rules/input/freshness.ts";
import type { KeyInput, QueryInput } from "../../src/rules/input/key.ts";
import type { FieldTest, MatchInput } from "../../src/rules/input/match.ts";
import type { NamedOriginInput } from "../../src/rules/input/origin.ts";
import type { PresetName, RuleInput, RulesInput } from "../../src/rules/input/rules.ts";
import type { DECISIONS } from "../../src/rules/parse/decisions.ts";
import type { FILE, RULE } from "../../src/rules/parse/file.ts";
import type { PRESETS } from "../../src/rules/presets.ts";

// Checked by tsc: what an editor completes is exactly what is parsed, and everything else it underlines.
test("the types have the keys that are parsed", () => {
  expectTypeOf<keyof RulesInput>().toEqualTypeOf<keyof typeof FILE>();
  expectTypeOf<keyof DecisionsInput>().toEqualTypeOf<keyof typeof DECISIONS>();
  expectTypeOf<keyof RuleInput>().toEqualTypeOf<keyof typeof RULE>();
  expectTypeOf<PresetName>().toEqualTypeOf<keyof typeof PRESETS>();
});

test("the keys of a condition", () => {
  type Facts = "country" | "continent" | "asn" | "tlsVersion" | "bot" | "ip";
  type Request = "path" | "extension" | "method" | "host" | "query" | "headers" | "cookies";
  expectTypeOf<keyof MatchInput>().toEqualTypeOf<Request | Facts | "not" | "any" | "all">();
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
  expectTypeOf<{ matches: string }>().toExtend<FieldTest>();
  expectTypeOf<{ jitter: "10%" }>().toExtend<DecisionsInput["edgeTtl"]>();
  expectTypeOf<{ jitter: 10 }>().not.toExtend<DecisionsInput["edgeTtl"]>();
  expectTypeOf<{ headers: string[] }>().toExtend<KeyInput>();
  expectTypeOf<{ body: object }>().not.toExtend<RespondInput>();
  expectTypeOf<{ retries: object }>().not.toExtend<NamedOriginInput>();
});
