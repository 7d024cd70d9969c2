import { requireBindings } from "./bindings.ts";
import { type Env, parseConfig } from "./config.ts";
import type { Control } from "./control/control.ts";
import { isControlPath } from "./control/path.ts";
import { ConfigError } from "./errors.ts";
import { problemWith } from "./http/problem.ts";
import { openShell } from "./proxy/open-shell.ts";
import { type CachingProxy, createProxy } from "./proxy/proxy.ts";
import { compileRules } from "./rules/match/match.ts";
import type { RuleSet } from "./rules/rule.ts";

/** A Worker, as the entry exports it by default. */
export interface EdgeCache {
  readonly fetch: ExportedHandlerFetchHandler<Env>;
}

/** A Worker around one set of rules: the control prefix to the control API, all else to the proxy. */
export function createEdgeCache(rules: RuleSet): EdgeCache {
  const open = once((env: Env) => openIsolate(rules, env));
  return {
    fetch(request, env, ctx) {
      const opened = openOrRefuse(open, env);
      if (opened instanceof ConfigError) return problemWith(500, opened.message, "configuration");
      const again = opened.proxy.again(request);
      if (again === null) return answer(request, opened, ctx);
      return again instanceof Response ? again : again.then((given) => given ?? answer(request, opened, ctx));
    },
  };
}

async function answer(request: Request, opened: Opened, ctx: ExecutionContext): Promise<Response> {
  try {
    const url = new URL(request.url);
    if (!isControlPath(url.pathname, opened.prefix)) return await opened.proxy.answer(request, url, ctx);
    const control = await opened.control();
    return await control(request, url, (work) => ctx.waitUntil(work));
  } catch (error) {
    // What fails before the rule is known does not fail open: it may be the rule that keeps this client out.
    console.error(`judging a request failed: ${error instanceof Error ? error.stack : String(error)}`);
    return problemWith(500, "the request could not be judged", "internal");
  }
}

interface Opened {
  readonly prefix: string;
  readonly proxy: CachingProxy;
  readonly control: () => Promise<Control>;
}

/** What an isolate serves by. Throws ConfigError where that cannot be. */
function openIsolate(rules: RuleSet, env: Env): Opened {
  const config = parseConfig(env);
  for (const part of [config.controlTokens, config.cloudflare, config.secret])
    if (part instanceof ConfigError) console.error(part.message);
  requireBindings(rules, config);
  const matcher = compileRules(rules);
  const shell = openShell(config, rules, matcher);
  const proxy = createProxy(shell);
  let control: Control | null = null;
  return {
    prefix: config.controlPrefix,
    proxy,
    // Few isolates are ever asked for it. It is kept, never the promise of it: a request that is cancelled would take
    // the promise with it.
    control: async () => {
      const { openControl } = await import("./open-control.ts");
      control ??= openControl({ rules, matcher, config, shell, proxy });
      return control;
    },
  };
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
