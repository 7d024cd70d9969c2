import { requireBindings } from "./bindings.ts";
import { type Config, type Env, parseConfig } from "./config.ts";
import { createControl } from "./control/control.ts";
import { isControlPath } from "./control/path.ts";
import { ConfigError } from "./errors.ts";
import { problemWith } from "./http/problem.ts";
import { createProxy, type RequestHandler } from "./proxy/proxy.ts";
import { compileRules } from "./rules/match.ts";
import type { RuleSet } from "./rules/rule.ts";

export interface EdgeCache {
  readonly fetch: ExportedHandlerFetchHandler<Env>;
}

/** A Worker around one set of rules: the control prefix to the control API, all else to the proxy. */
export function createEdgeCache(rules: RuleSet): EdgeCache {
  const matcher = compileRules(rules);
  const control = createControl(rules);
  const open = once((env: Env) => {
    const config = parseConfig(env);
    requireBindings(rules, config);
    return { config, proxy: createProxy(config, rules, matcher) };
  });
  return {
    async fetch(request, env, ctx) {
      const opened = openOrRefuse(open, env);
      if (opened instanceof ConfigError) return problemWith(500, opened.message, "configuration");
      const url = new URL(request.url);
      return isControlPath(url.pathname)
        ? control(request, opened.config.controlToken)
        : opened.proxy(request, url, ctx);
    },
  };
}

interface Opened {
  readonly config: Config;
  readonly proxy: RequestHandler;
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
