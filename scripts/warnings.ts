/** What the rules file says that is allowed and probably not meant, told before anything is started or deployed. */
import { join } from "node:path";
import { unstable_readConfig } from "wrangler";
import { lintRules } from "../src/rules/lint/lint.ts";
import { type Deployment, formatWarning } from "../src/rules/lint/warning.ts";
import { loadRules, ROOT } from "./tools.ts";

/** The part of wrangler's configuration that rules depend on. */
export interface WranglerConfig {
  readonly workers_dev?: boolean | undefined;
  readonly route?: unknown;
  readonly routes?: readonly unknown[] | undefined;
  readonly ratelimits: readonly {
    readonly name: string;
    readonly simple: { readonly limit: number; readonly period: number };
  }[];
  readonly services?: readonly { readonly binding: string }[] | undefined;
  readonly mtls_certificates?: readonly { readonly binding: string }[] | undefined;
}

/** One line for each warning about src/cache-rules.ts as it would be deployed. Throws where it is refused. */
export async function rulesWarnings(deployment: Deployment): Promise<readonly string[]> {
  return lintRules(await loadRules(), deployment).map((warning) => `warning: ${formatWarning(warning)}`);
}

/** What wrangler.toml says for an environment, or at its top. Throws where wrangler cannot read it. */
export function readDeployment(environment?: string): Deployment {
  const asked = { config: join(ROOT, "wrangler.toml"), env: environment };
  return deploymentOf(unstable_readConfig(asked, { hideWarnings: true }));
}

export function deploymentOf(config: WranglerConfig): Deployment {
  const { workers_dev, route, routes, ratelimits, services, mtls_certificates } = config;
  const routed = routes?.length ?? (route === undefined ? 0 : 1);
  return {
    // Where it is not said, workers.dev is what a Worker without routes gets.
    workersDev: workers_dev ?? routed === 0,
    routes: routed,
    rateLimits: ratelimits.map(({ name, simple }) => ({
      name,
      limit: simple.limit,
      periodSeconds: simple.period,
    })),
    services: services?.map(({ binding }) => binding) ?? [],
    certificates: mtls_certificates?.map(({ binding }) => binding) ?? [],
  };
}
