/**
 * The Worker with rules as data, over a Cache API and a purge log whose faults a test sets by asking for /__faults, which
 * answers how many look-ups the Cache API was asked for since the last time.
 */
import { createEdgeCache, defineRules, type Env, type RulesInput } from "../../src/index.ts";
import { PurgeLog as WorkingLog } from "../../src/purge/purge-log.ts";

/** `whole`: a request for a part is answered with all of it. */
type Fault = "none" | "throw" | "hang" | "garbage" | "empty" | "slow" | "whole";
/**
 * Of the Cache API; `log` is the console's; `host`, `url` and `digest` stand for any mistake of our own, before the rule is
 * known, early and late; and `purgeLog` for whatever the purge log is asked.
 */
type Operation = "match" | "put" | "delete" | "log" | "host" | "url" | "digest" | "purgeLog";

const NONE: Record<Operation, Fault> = {
  ...{ match: "none", put: "none", delete: "none" },
  ...{ log: "none", host: "none", url: "none", digest: "none", purgeLog: "none" },
};
const faults: Record<Operation, Fault> = { ...NONE };

let lookups = 0;

const real = caches.default;
const faulty = {
  match: (...asked: Parameters<Cache["match"]>) => {
    lookups += 1;
    if (faults.match === "whole") return real.match(new Request(asked[0]).url);
    return faultOf("match") ?? real.match(...asked);
  },
  put: (...asked: Parameters<Cache["put"]>) => faultOf("put") ?? real.put(...asked),
  delete: (...asked: Parameters<Cache["delete"]>) => faultOf("delete") ?? real.delete(...asked),
};
Object.defineProperty(caches, "default", { value: faulty });

const write = console.log;
console.log = (...said: unknown[]) => {
  if (faults.log === "throw") throw new Error("the log is broken");
  write(...said);
};

const digest = crypto.subtle.digest.bind(crypto.subtle);
Object.defineProperty(crypto.subtle, "digest", {
  value: (...asked: Parameters<SubtleCrypto["digest"]>) => faultOf("digest") ?? digest(...asked),
});

const written = URLSearchParams.prototype.toString;
URLSearchParams.prototype.toString = function (this: URLSearchParams) {
  if (faults.url === "throw") throw new Error("a mistake of our own");
  return written.call(this);
};

const hostname = Object.getOwnPropertyDescriptor(URL.prototype, "hostname");
Object.defineProperty(URL.prototype, "hostname", {
  ...hostname,
  get(this: URL) {
    if (faults.host === "throw") throw new Error("a mistake of our own");
    return hostname?.get?.call(this);
  },
});

function faultOf(operation: Operation): Promise<never> | undefined {
  switch (faults[operation]) {
    case "none":
    case "whole":
      return undefined;
    case "throw":
      return Promise.reject(new Error(`${operation} is broken`));
    case "hang":
      return new Promise(() => setTimeout(() => {}, 60_000));
    case "garbage":
      return Promise.resolve(new Response("garbage", { headers: { "selvedge-record": "{]" } })) as never;
    case "empty":
      return Promise.resolve(undefined) as never;
    case "slow":
      return scheduler.wait(100) as never;
    default:
      return faults[operation] satisfies never;
  }
}

/** Runs in the isolate of its Worker, as Miniflare has it, and so shares its faults. */
export class PurgeLog extends WorkingLog {
  override record(...asked: Parameters<WorkingLog["record"]>): ReturnType<WorkingLog["record"]> {
    return faultOfLog() ?? super.record(...asked);
  }

  override since(...asked: Parameters<WorkingLog["since"]>): ReturnType<WorkingLog["since"]> {
    return faultOfLog() ?? super.since(...asked);
  }

  override list(...asked: Parameters<WorkingLog["list"]>): ReturnType<WorkingLog["list"]> {
    return faultOfLog() ?? super.list(...asked);
  }
}

// A Response does not come through to who asks: what does is a value of another kind.
function faultOfLog(): Promise<never> | undefined {
  const isGarbage = faults.purgeLog === "garbage";
  return isGarbage ? (Promise.resolve({ facts: "garbage" }) as never) : faultOf("purgeLog");
}

type TestEnv = Env & { readonly RULES: RulesInput };

let cache: ReturnType<typeof createEdgeCache> | null = null;

export default {
  async fetch(request, env, context) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/__faults") {
      // The test names faults that there are.
      Object.assign(faults, NONE, Object.fromEntries(searchParams));
      const asked = lookups;
      lookups = 0;
      return new Response(String(asked));
    }
    cache ??= createEdgeCache(defineRules(env.RULES));
    return cache.fetch(request, env, context);
  },
} satisfies ExportedHandler<TestEnv>;
