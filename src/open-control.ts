import type { Config } from "./config.ts";
import { type Control, createControl } from "./control/control.ts";
import { statisticsOf } from "./proxy/events/statistics.ts";
import { planDescribed } from "./proxy/plan.ts";
import type { CachingProxy } from "./proxy/proxy.ts";
import type { Shell } from "./proxy/shell.ts";
import type { Matcher } from "./rules/match/match.ts";
import type { RuleSet } from "./rules/rule.ts";

/** What one isolate has made of its rules and its variables. */
export interface ControlParts {
  readonly rules: RuleSet;
  readonly matcher: Matcher;
  readonly config: Config;
  readonly shell: Shell;
  readonly proxy: CachingProxy;
}

/** The control API of one isolate, around its proxy. */
export function openControl({ rules, matcher, config, shell, proxy }: ControlParts): Control {
  const { purges, clock, store, tiers, invalidations } = shell;
  return createControl({
    ...{ rules, matcher, config, purges, clock, store, tiers },
    plan: (head, policy) => planDescribed(head, policy, shell),
    answer: proxy.answer,
    statistics: (now) => statisticsOf(shell, now),
    invalidatedAt: (uri, stored) => invalidations.latest(uri, stored),
  });
}
