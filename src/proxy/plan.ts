import { type KeyMaterial, NO_MATERIAL } from "../cache/key.ts";
import { type DescribedPlan, planRequest } from "../cache/plan.ts";
import type { Policy } from "../cache/policy.ts";
import type { RequestHead } from "../cache/types.ts";
import type { Config } from "../config.ts";
import { hideCredentials } from "./access/credentials.ts";

/**
 * The first decision on a request that is only described: as `serve` comes to it, but that there is no body to hash.
 * Where copies are for some and not for others, the head of a look-up has digests in place of credentials.
 */
export async function planDescribed(
  described: RequestHead,
  policy: Policy,
  { config, clock }: { readonly config: Config; readonly clock: () => number },
): Promise<DescribedPlan> {
  const { admit } = await import("./access/admission.ts");
  const { head, ...admission } = await admit(described, policy, { config, clock });
  if (admission.kind === "refuse") return admission;
  const plan = planRequest(head, policy, await materialOf(head, policy, config, clock));
  if (plan.kind !== "lookup" || policy.scope.kind === "shared") return plan;
  return { ...plan, head: (await hideCredentials(plan.head, config)).head };
}

async function materialOf(
  head: RequestHead,
  { scope }: Policy,
  config: Config,
  clock: () => number,
): Promise<KeyMaterial> {
  if (scope.kind === "shared") return NO_MATERIAL;
  const { identityOf } = await import("./access/identity.ts");
  return { identity: await identityOf(head, scope, config, clock), body: null };
}
