import type { OriginAuth, OriginSettings, Policy, Template } from "../cache/policy.ts";
import type { RuleSet } from "./rule.ts";

/** Something that the rules name and wrangler.toml, or a secret, has to provide (bindings.ts). */
export interface Need {
  readonly kind: "service" | "certificate" | "limiter" | "variable" | "key" | "field";
  readonly name: string;
  /** What it has to be, and what for. */
  readonly allowed: string;
}

/** A shorter key is none (RFC 2104 §3: a key shorter than the hash weakens it). */
export const SHORTEST_KEY = 32;

/** Everything that rules need, those of the origins first. */
export function needsOf({
  rules,
  defaults,
  origins,
}: Pick<RuleSet, "rules" | "defaults" | "origins">): readonly Need[] {
  const named = rules.map(({ name, policy }) => ({ where: `rule "${name}"`, policy }));
  const policies = [...named, { where: "defaults", policy: defaults }];
  return [
    ...[...origins.values()].flatMap(needsOfOrigin),
    ...policies.flatMap(({ where, policy }) => needsOfPolicy(where, policy)),
  ];
}

function needsOfOrigin({ name, service, auth }: OriginSettings): readonly Need[] {
  const { header, signature, certificate } = auth ?? NO_AUTH;
  return [
    ...(service === null ? [] : [serviceFor(service, name)]),
    ...(header === null ? [] : [fieldFor(header.secret, name)]),
    ...(signature === null
      ? []
      : [keyFor(signature.secret, `which requests to origin "${name}" are signed with`)]),
    ...(certificate === null ? [] : [certificateFor(certificate, name)]),
  ];
}

const NO_AUTH: OriginAuth = { header: null, signature: null, certificate: null };

function needsOfPolicy(where: string, { rateLimit, signedUrl, origin }: Policy): readonly Need[] {
  const { set, add } = origin.fields;
  return [
    ...(rateLimit === null ? [] : [limiterFor(rateLimit.binding, where)]),
    ...(signedUrl?.secrets ?? []).map((name) => keyFor(name, `which ${where} verifies signed URLs with`)),
    ...[...set, ...add]
      .flatMap(([, template]) => variablesIn(template))
      .map((name) => variableFor(name, `a value that ${where} sends to the origin`)),
  ];
}

function variablesIn({ parts }: Template): readonly string[] {
  return parts.flatMap((part) => (typeof part !== "string" && part.from === "env" ? part.name : []));
}

function variableFor(name: string, what: string): Need {
  return { kind: "variable", name, allowed: `${what}, as a variable or a secret` };
}

function keyFor(name: string, use: string): Need {
  return { kind: "key", name, allowed: `a secret of at least ${SHORTEST_KEY} characters, ${use}` };
}

function serviceFor(name: string, origin: string): Need {
  const allowed = `a service binding of this name in wrangler.toml, which origin "${origin}" is reached through`;
  return { kind: "service", name, allowed };
}

function fieldFor(name: string, origin: string): Need {
  const allowed = `a secret of printable ASCII characters without blanks, by which origin "${origin}" knows the cache`;
  return { kind: "field", name, allowed };
}

function certificateFor(name: string, origin: string): Need {
  const allowed = `an mTLS certificate of this name in wrangler.toml, by which origin "${origin}" knows the cache`;
  return { kind: "certificate", name, allowed };
}

function limiterFor(name: string, where: string): Need {
  return {
    kind: "limiter",
    name,
    allowed: `a rate limit of this name in wrangler.toml, which ${where} counts by`,
  };
}
