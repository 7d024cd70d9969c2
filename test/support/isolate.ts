import type { Config } from "../../src/config.ts";
import type { RuleSet } from "../../src/rules/rule.ts";

/** As test/worker/isolate.ts has it; types of workerd and of Node do not go together in one program. */
export interface Isolate {
  ask(request: Request): Promise<{ readonly response: Response; readonly settled: () => Promise<void> }>;
  again(request: Request): Promise<Response | null>;
  purge(purge: { readonly scope: string; readonly value: string; readonly soft: boolean }): Promise<void>;
}

export async function openIsolate(options: {
  readonly config: Config;
  readonly rules: RuleSet;
  readonly cache: Cache;
  readonly clock: () => number;
  readonly failsToLoad?: boolean;
}): Promise<Isolate> {
  const place = "../worker/isolate.ts";
  const module: { readonly openIsolate: (options: object) => Isolate } = await import(place);
  return module.openIsolate(options);
}
