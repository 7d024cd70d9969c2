import type { Config } from "./config.ts";
import { ConfigError } from "./errors.ts";
import { type Need, SHORTEST_KEY } from "./rules/needs.ts";
import type { RuleSet } from "./rules/rule.ts";

/**
 * Throws one ConfigError for everything that the rules name and that is not bound, so that a rule that could not
 * work is not served. Not for the secrets that tell users apart: without them requests pass, which is safe.
 */
export function requireBindings({ facts }: Pick<RuleSet, "facts">, config: Config): void {
  const unmet = facts.needs.filter((need) => !isMet(need, config));
  const [first, ...others] = [...new Map(unmet.map((each) => [each.name, each])).values()];
  if (first === undefined) return;
  const rest = others.map(({ name, allowed }) => `${name}: ${allowed}`);
  throw new ConfigError(
    first.name,
    foundOf(first, config),
    [first.allowed, ...rest].join("; also missing: "),
  );
}

function isMet({ kind, name }: Need, { variables, bindings }: Config): boolean {
  const value = variables[name] ?? "";
  switch (kind) {
    case "service":
    case "certificate":
      return hasMethod(bindings[name], "fetch");
    case "limiter":
      return hasMethod(bindings[name], "limit");
    case "variable":
      return value !== "";
    case "key":
      return value.length >= SHORTEST_KEY;
    case "field":
      // What a field cannot hold would be found out by the first request, and taken for an origin that is down.
      return /^[!-~]+$/.test(value.trim());
    default:
      return kind satisfies never;
  }
}

function hasMethod(bound: unknown, method: string): boolean {
  return typeof bound === "object" && bound !== null && method in bound;
}

/** What is there and will not do, or undefined where nothing is. Never a secret itself. */
function foundOf({ kind, name }: Need, { variables }: Config): string | undefined {
  const value = variables[name];
  const isSecret = kind === "key" || kind === "field";
  return isSecret && value ? `${value.length} characters` : undefined;
}
