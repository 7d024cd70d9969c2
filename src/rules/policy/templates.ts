import type { FieldChanges, Placeholder, Policy, Template } from "../../cache/policy.ts";

/** Every template of a policy, wherever it stands. */
function templatesOf(policy: Policy): readonly Template[] {
  const { respond, rateLimit, origin } = policy;
  return [
    ...policy.tags,
    ...policy.invalidates,
    ...(respond?.kind === "redirect" ? [respond.to] : []),
    ...(rateLimit === null ? [] : [rateLimit.by]),
    ...(origin.rewrite === null ? [] : [origin.rewrite]),
    ...changesOf(origin.fields),
    ...changesOf(policy.responseFields),
  ];
}

function changesOf({ set, add }: FieldChanges): readonly Template[] {
  return [...set, ...add].map(([, value]) => value);
}

/** Whether a policy speaks of what the path pattern of its rule captures. */
export function needsParams(policy: Policy): boolean {
  return templatesOf(policy).some(({ parts }) => parts.some(isParam));
}

function isParam(part: string | Placeholder): boolean {
  return typeof part !== "string" && part.from === "param";
}
