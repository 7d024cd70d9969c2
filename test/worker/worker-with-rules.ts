/** The Worker with rules that a test hands over as data, in the variable RULES. */
import { createEdgeCache, defineRules, type Env, type RulesInput } from "../../src/index.ts";

export { PurgeLog } from "../../src/purge/purge-log.ts";

type TestEnv = Env & { readonly RULES: RulesInput };

let cache: ReturnType<typeof createEdgeCache> | null = null;

export default {
  fetch(request, env, context) {
    cache ??= createEdgeCache(defineRules(env.RULES));
    return cache.fetch(request, env, context);
  },
} satisfies ExportedHandler<TestEnv>;
