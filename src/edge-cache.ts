import { requireBindings } from "./bindings.ts";
import { type Env, parseConfig } from "./config.ts";
import { type Control, createControl } from "./control/control.ts";
import { isControlPath } from "./control/path.ts";
import { ConfigError } from "./errors.ts";
import { problemWith } from "./http/problem.ts";
import { planDescribed } from "./proxy/plan.ts";
import { createProxy, openShell, type RequestHandler } from "./proxy/proxy.ts";
import { statisticsOf } from "./proxy/statistics.ts";
import { compileRules } from "./rules/match.ts";
import type { RuleSet } from "./rules/rule.ts";

export interface EdgeCache {
  readonly fetch: ExportedHandlerFetchHandler<Env>;
}

/** A Worker around one set of rules: the control prefix to the control API, all else to the proxy. */
export function createEdgeCache(rules: RuleSet): EdgeCache {
  const matcher = compileRules(rules);
  const open = once((env: Env) => {
    const config = parseConfig(env);
    requireBindings(rules, config);
    const shell = openShell(config, rules, matcher);
    const { purges, clock, store, tiers, invalidations } = shell;
    const proxy = createProxy(shell);
    return {
      prefix: config.controlPrefix,
      proxy,
      control: createControl({
        ...{ rules, matcher, config, purges, clock, store, tiers },
        plan: (head, policy) => planDescribed(head, policy, shell),
        answer: proxy,
        statistics: (now) => statisticsOf(shell, now),
        invalidatedAt: (uri, stored) => invalidations.latest(uri, stored),
      }),
    };
  });
  return {
    async fetch(request, env, ctx) {
      const opened = openOrRefuse(open, env);
      if (opened instanceof ConfigError) return problemWith(500, opened.message, "configuration");
      const url = new URL(request.url);
      return isControlPath(url.pathname, opened.prefix)
        ? opened.control(request, url, (work) => ctx.waitUntil(work))
        : opened.proxy(request, url, ctx);
    },
  };
}

interface Opened {
  readonly prefix: string;
  readonly proxy: RequestHandler;
  readonly control: Control;
}

function openOrRefuse(open: (env: Env) => Opened, env: Env): Opened | ConfigError {
  try {
    return open(env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    return error;
  }
}

// The variables of an isolate do not change while it lives.
function once<Input, Output>(make: (input: Input) => Output): (input: Input) => Output {
  let made: { readonly value: Output } | null = null;
  return (input) => {
    made ??= { value: make(input) };
    return made.value;
  };
}
