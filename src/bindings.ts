import type { OriginAuth, OriginSettings, Policy, Template } from "./cache/policy.ts";
import type { Config } from "./config.ts";
import { ConfigError } from "./errors.ts";
import type { RuleSet } from "./rules/rule.ts";

/** Something that the rules name and wrangler.toml, or a secret, has to provide. */
interface Requirement {
  readonly name: string;
  readonly allowed: string;
  readonly isMet: (config: Config) => boolean;
  /** What is there and will not do, or undefined where nothing is. Never a secret itself. */
  readonly found?: (config: Config) => string | undefined;
}

/**
 * Throws one ConfigError for everything that the rules name and that is not bound, so that a rule that could not
 * work is not served. Not for the secrets that tell users apart: without them requests pass, which is safe.
 */
export function requireBindings(rules: RuleSet, config: Config): void {
  const unmet = requirementsOf(rules).filter(({ isMet }) => !isMet(config));
  const [first, ...others] = [...new Map(unmet.map((each) => [each.name, each])).values()];
  if (first === undefined) return;
  const rest = others.map(({ name, allowed }) => `${name}: ${allowed}`);
  throw new ConfigError(first.name, first.found?.(config), [first.allowed, ...rest].join("; also missing: "));
}

function requirementsOf(rules: RuleSet): readonly Requirement[] {
  const origins = [...rules.origins.values()].flatMap(requirementsOfOrigin);
  const named = rules.rules.map(({ name, policy }) => ({ where: `rule "${name}"`, policy }));
  const policies = [...named, { where: "defaults", policy: rules.defaults }];
  return [...origins, ...policies.flatMap(({ where, policy }) => requirementsOfPolicy(where, policy))];
}

function requirementsOfOrigin({ name, service, auth }: OriginSettings): readonly Requirement[] {
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

function requirementsOfPolicy(where: string, policy: Policy): readonly Requirement[] {
  const { rateLimit, signedUrl, origin } = policy;
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

function variableFor(name: string, what: string): Requirement {
  return {
    name,
    allowed: `${what}, as a variable or a secret`,
    isMet: ({ variables }) => (variables[name] ?? "") !== "",
  };
}

const SHORTEST_KEY = 32;

// RFC 2104 §3: a key shorter than the hash weakens it.
function keyFor(name: string, use: string): Requirement {
  return {
    name,
    allowed: `a secret of at least ${SHORTEST_KEY} characters, ${use}`,
    isMet: ({ variables }) => (variables[name] ?? "").length >= SHORTEST_KEY,
    found: ({ variables }) => (variables[name] ? `${variables[name].length} characters` : undefined),
  };
}

function serviceFor(name: string, origin: string): Requirement {
  const allowed = `a service binding of this name in wrangler.toml, which origin "${origin}" is reached through`;
  return { name, allowed, isMet: ({ bindings }) => hasMethod(bindings[name], "fetch") };
}

// What a field cannot hold would be found out by the first request, and taken for an origin that is down.
function fieldFor(name: string, origin: string): Requirement {
  const isFieldValue = (value: string | undefined) => /^[!-~]+$/.test(value?.trim() ?? "");
  return {
    name,
    allowed: `a secret of printable ASCII characters without blanks, by which origin "${origin}" knows the cache`,
    isMet: ({ variables }) => isFieldValue(variables[name]),
    found: ({ variables }) => (variables[name] ? `${variables[name].length} characters` : undefined),
  };
}

function certificateFor(name: string, origin: string): Requirement {
  const allowed = `an mTLS certificate of this name in wrangler.toml, by which origin "${origin}" knows the cache`;
  return { name, allowed, isMet: ({ bindings }) => hasMethod(bindings[name], "fetch") };
}

function limiterFor(name: string, where: string): Requirement {
  const allowed = `a rate limit of this name in wrangler.toml, which ${where} counts by`;
  return { name, allowed, isMet: ({ bindings }) => hasMethod(bindings[name], "limit") };
}

function hasMethod(bound: unknown, method: string): boolean {
  return typeof bound === "object" && bound !== null && method in bound;
}
