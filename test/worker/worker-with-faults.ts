/** The Worker with rules as data, over a Cache API whose faults a test sets by asking for /__faults. */
import { createEdgeCache, defineRules, type Env, type RulesInput } from "../../src/index.ts";

export { PurgeLog } from "../../src/purge/purge-log.ts";

type Fault = "none" | "throw" | "hang" | "garbage" | "empty";
/** Of the Cache API; `log` is the console's, `url` and `digest` stand for any mistake of our own, early and late. */
type Operation = "match" | "put" | "delete" | "log" | "url" | "digest";

const NONE: Record<Operation, Fault> = {
  ...{ match: "none", put: "none", delete: "none" },
  ...{ log: "none", url: "none", digest: "none" },
};
const faults: Record<Operation, Fault> = { ...NONE };

const real = caches.default;
const faulty = {
  match: (...asked: Parameters<Cache["match"]>) => faultOf("match") ?? real.match(...asked),
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

function faultOf(operation: Operation): Promise<never> | undefined {
  switch (faults[operation]) {
    case "none":
      return undefined;
    case "throw":
      return Promise.reject(new Error(`${operation} is broken`));
    case "hang":
      return new Promise(() => setTimeout(() => {}, 60_000));
    case "garbage":
      return Promise.resolve(new Response("garbage", { headers: { "selvedge-record": "{]" } })) as never;
    case "empty":
      return Promise.resolve(undefined) as never;
    default:
      return faults[operation] satisfies never;
  }
}

type TestEnv = Env & { readonly RULES: RulesInput };

let cache: ReturnType<typeof createEdgeCache> | null = null;

export default {
  async fetch(request, env, context) {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname === "/__faults") {
      // The test names faults that there are.
      Object.assign(faults, NONE, Object.fromEntries(searchParams));
      return new Response("set");
    }
    cache ??= createEdgeCache(defineRules(env.RULES));
    return cache.fetch(request, env, context);
  },
} satisfies ExportedHandler<TestEnv>;
