import type { Policy } from "../cache/policy.ts";
import { type Need, needsOf } from "./needs.ts";
import type { RuleMatch, RuleSet } from "./rule.ts";

/** What is asked of all rules at once. It is told in advance: no isolate has to go through them at its start. */
export interface RuleFacts {
  /** Whether any rule asks if a client is a bot: what tells it is only loaded then. */
  readonly asksForBots: boolean;
  /** The request fields that rules name, to be chosen by or in their keys, in lower case. */
  readonly fields: readonly string[];
  /** What has to be bound, in the order of the file. */
  readonly needs: readonly Need[];
}

/** The facts of a validated rule set. */
export function factsOf(set: Pick<RuleSet, "rules" | "defaults" | "origins">): RuleFacts {
  const policies = [set.defaults, ...set.rules.map(({ policy }) => policy)];
  return {
    asksForBots: set.rules.some(({ match }) => asksForBots(match)),
    fields: [...new Set(policies.flatMap(fieldsReadBy))],
    needs: needsOf(set),
  };
}

function asksForBots({ bot, not, any, all }: RuleMatch): boolean {
  return bot !== null || [...not, ...any, ...all].some(asksForBots);
}

function fieldsReadBy({ otherFields, key }: Policy): readonly string[] {
  // What a device's class is read from (device.ts); its other fields tell requests apart anyway.
  const device = key.device ? ["user-agent"] : [];
  return [...otherFields.tested, ...key.headers.map(({ name }) => name), ...device];
}
