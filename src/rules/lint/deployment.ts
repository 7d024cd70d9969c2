import type { RateLimit } from "../../cache/policy.ts";
import type { RuleSet } from "../rule.ts";
import { mayStore } from "./ttl.ts";
import { about, type Deployment, type PlacedRule, type RuleWarning } from "./warning.ts";

/** What rules need and wrangler.toml does not give. */
export function lintDeployment(
  rules: readonly PlacedRule[],
  set: RuleSet,
  deployment: Deployment,
): readonly RuleWarning[] {
  return [
    ...withoutCacheApi(rules, set, deployment),
    ...bindings(set, deployment),
    ...rules.flatMap((placed) => rateLimit(placed, deployment)),
  ];
}

const NO_EFFECT =
  "Cloudflare's Cache API has no effect at workers.dev addresses (nor behind Cloudflare Access, which cannot be seen from here)";

function withoutCacheApi(
  rules: readonly PlacedRule[],
  { defaults }: RuleSet,
  { workersDev, routes }: Deployment,
): readonly RuleWarning[] {
  const isCaching = defaults.action === "cache" || rules.some(({ rule }) => mayStore(rule));
  if (!workersDev || routes > 0 || !isCaching) return [];
  const text = `nothing will stay stored: wrangler.toml has no route or custom domain, and ${NO_EFFECT}`;
  return [{ rule: null, index: null, key: "", code: "workers-dev", text }];
}

/** Rules that store and are for workers.dev hosts alone. */
export function lintHosts(rules: readonly PlacedRule[]): readonly RuleWarning[] {
  const isWithout = (host: string) => host.endsWith(".workers.dev");
  return rules
    .filter(({ rule }) => mayStore(rule) && rule.match.host.length > 0 && rule.match.host.every(isWithout))
    .map((placed) =>
      about(placed, {
        key: "match.host",
        code: "workers-dev",
        text: `nothing will stay stored: ${NO_EFFECT}`,
      }),
    );
}

function bindings({ origins }: RuleSet, deployment: Deployment): readonly RuleWarning[] {
  return [...origins.values()].flatMap(({ name, service, auth }) => [
    ...missing(service, deployment.services, {
      key: `origins.${name}.service`,
      code: "service-binding",
      what: "service binding",
    }),
    ...missing(auth?.certificate ?? null, deployment.certificates, {
      key: `origins.${name}.auth.certificate`,
      code: "certificate-binding",
      what: "mTLS certificate binding",
    }),
  ]);
}

function missing(
  wanted: string | null,
  bound: readonly string[],
  { key, code, what }: Pick<RuleWarning, "key" | "code"> & { readonly what: string },
): readonly RuleWarning[] {
  if (wanted === null || bound.includes(wanted)) return [];
  const text = `wrangler.toml has no ${what} ${JSON.stringify(wanted)}${listed(bound)}`;
  return [{ rule: null, index: null, key, code, text }];
}

function rateLimit(placed: PlacedRule, deployment: Deployment): readonly RuleWarning[] {
  const wanted = placed.rule.policy.rateLimit;
  const fault = wanted === null ? null : faultOf(wanted, deployment);
  return fault === null ? [] : [about(placed, { key: "rateLimit", code: "rate-limit-binding", text: fault })];
}

function faultOf({ binding, limit, periodSeconds }: RateLimit, { rateLimits }: Deployment): string | null {
  const bound = rateLimits.find(({ name }) => name === binding);
  const names = rateLimits.map(({ name }) => name);
  if (bound === undefined) {
    return `wrangler.toml has no rate limit binding ${JSON.stringify(binding)}${listed(names)}`;
  }
  if (bound.limit === limit && bound.periodSeconds === periodSeconds) return null;
  const says = `${bound.limit} in ${bound.periodSeconds} s`;
  return `clients are told ${limit} in ${periodSeconds} s, and the binding ${JSON.stringify(binding)} of wrangler.toml allows ${says}`;
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? "" : `, only ${names.map((name) => JSON.stringify(name)).join(", ")}`;
}
