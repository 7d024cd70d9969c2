import type { Policy, RequiredFields } from "../../cache/policy.ts";

/**
 * What holds for a path that falls under one rule, and under others as some server may read it: all that any of them
 * demands of a client, and nothing is looked up or stored. The rest, such as the origin, is as the path's own rule says.
 */
export function policyInDoubt(own: Policy, others: readonly Policy[]): Policy {
  const all = [own, ...others];
  return Object.freeze<Policy>({
    ...own,
    action: "pass-ambiguous",
    respond: own.respond ?? firstOf(others, closedDoor),
    rateLimit: firstOf(all, ({ rateLimit }) => rateLimit),
    required: allRequired(all.flatMap(({ required }) => required ?? [])),
    signedUrl: firstOf(all, ({ signedUrl }) => signedUrl),
  });
}

/** For a path that nobody has written who means one of its readings. */
export function refusedPolicy(own: Policy): Policy {
  const respond = { kind: "block", status: 400, fields: [], body: "" } as const;
  return Object.freeze<Policy>({ ...own, action: "pass-ambiguous", respond });
}

function firstOf<Value>(policies: readonly Policy[], read: (policy: Policy) => Value | null): Value | null {
  for (const policy of policies) {
    const value = read(policy);
    if (value !== null) return value;
  }
  return null;
}

// A redirect or a text of another rule is no protection, and may speak of a path that this one is not.
function closedDoor({ respond }: Policy): Policy["respond"] {
  return respond?.kind === "block" || respond?.kind === "maintenance" ? respond : null;
}

function allRequired(required: readonly RequiredFields[]): RequiredFields | null {
  const [first] = required;
  return first === undefined ? null : { ...first, fields: required.flatMap(({ fields }) => fields) };
}
