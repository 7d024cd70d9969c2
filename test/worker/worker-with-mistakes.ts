/**
 * The Worker with rules as data, in which a test breaks one function of our own modules by asking for
 * /__mistakes?break=<name>, or none by leaving it out. The answer names what was reached since the last time.
 */
import { createEdgeCache, defineRules, type Env, type RulesInput } from "../../src/index.ts";
import { breakDown, reached } from "./broken.ts";

export { PurgeLog } from "../../src/purge/purge-log.ts";

type TestEnv = Env & { readonly RULES: RulesInput };

let cache: ReturnType<typeof createEdgeCache> | null = null;

export default {
  fetch(request, env, context) {
    const { pathname, searchParams } = new URL(request.url);
    cache ??= createEdgeCache(defineRules(env.RULES));
    if (pathname !== "/__mistakes") return cache.fetch(request, env, context);
    const names = [...reached];
    reached.clear();
    breakDown(searchParams.get("break"));
    return Response.json(names);
  },
} satisfies ExportedHandler<TestEnv>;
