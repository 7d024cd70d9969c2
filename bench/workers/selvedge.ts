/** selvedge with as many rules as the variable RULES says; the last of them is the one that the scenarios use. */
import { createEdgeCache, defineRules, type Env, type RulesInput } from "../../src/index.ts";

export { PurgeLog } from "../../src/purge/purge-log.ts";

type RuleInput = RulesInput["rules"][number];

const PASS: RuleInput = { name: "pass", match: { path: "/pass/*" }, cache: false };

// The kinds of match that rules files are made of; none of them is for the paths of the scenarios.
const OTHERS: readonly ((index: number) => RuleInput["match"])[] = [
  (index) => ({ path: `/section-${index}/*` }),
  (index) => ({ path: `/api/v1/resource-${index}` }),
  (index) => ({ path: `/api/v2/resource-${index}/:id` }),
  (index) => ({ path: `/:language/page-${index}` }),
  (index) => ({ host: `host-${index}.example.com`, path: "/*" }),
  (index) => ({ path: `/files/*`, extension: `ext${index}` }),
];

let cache: ReturnType<typeof createEdgeCache> | null = null;

export default {
  fetch(request, env, context) {
    cache ??= createEdgeCache(defineRules({ rules: rulesOf(Number(env["RULES"])) }));
    return cache.fetch(request, env, context);
  },
} satisfies ExportedHandler<Env>;

function rulesOf(count: number): readonly RuleInput[] {
  const others = Array.from({ length: count - 1 }, (_, index): RuleInput => {
    const match = OTHERS[index % OTHERS.length]?.(index) ?? {};
    return { name: `rule-${index}`, match, edgeTtl: "10m" };
  });
  return [...others, PASS];
}
