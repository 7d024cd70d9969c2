import type { RuleMatch, RuleSet } from "./rule.ts";

/** Whether any rule asks if a client is a bot: what tells it is only loaded then. */
export function asksForBots({ rules }: RuleSet): boolean {
  return rules.some(({ match }) => asks(match));
}

function asks({ bot, not, any, all }: RuleMatch): boolean {
  return bot !== null || [...not, ...any, ...all].some(asks);
}
