import { satisfies } from "../match/condition-fields.ts";
import { hostMatches, withHead } from "../match/condition-target.ts";
import { containsNetwork, parseNetwork } from "../match/network.ts";
import type { NamedTest, RuleMatch, Wanted } from "../rule.ts";
import { coversPath } from "./cover-path.ts";

/** Whether every request that one match holds for is one that another holds for; false where that is not certain. */
export function covers(general: RuleMatch, specific: RuleMatch): boolean {
  return (
    oneOf(general.path, specific.path, coversPath) &&
    coversTarget(general, specific) &&
    coversTests(general.query, specific.query) &&
    coversTests(general.headers, specific.headers) &&
    coversTests(general.cookies, specific.cookies) &&
    coversClient(general, specific) &&
    coversNested(general, specific)
  );
}

function coversTarget(general: RuleMatch, specific: RuleMatch): boolean {
  return (
    oneOf(withHead(general.method), withHead(specific.method)) &&
    oneOf(general.host, specific.host, hostMatches) &&
    oneOf(general.extension, specific.extension)
  );
}

function coversClient(general: RuleMatch, specific: RuleMatch): boolean {
  return (
    oneOf(general.country, specific.country) &&
    oneOf(general.continent, specific.continent) &&
    oneOf(general.asn, specific.asn) &&
    oneOf(general.tlsVersion, specific.tlsVersion) &&
    oneOf(general.ip, specific.ip, (outer, inner) =>
      containsNetwork(parseNetwork(outer), parseNetwork(inner)),
    ) &&
    (general.bot === null || (specific.bot !== null && coversWanted(general.bot, specific.bot)))
  );
}

/** Nothing wanted, or each of what the other wants is within one of these. */
function oneOf<Value>(
  general: readonly Value[],
  specific: readonly Value[],
  within: (wide: Value, narrow: Value) => boolean = (wide, narrow) => wide === narrow,
): boolean {
  if (general.length === 0) return true;
  return specific.length > 0 && specific.every((narrow) => general.some((wide) => within(wide, narrow)));
}

function coversTests(general: readonly NamedTest[], specific: readonly NamedTest[]): boolean {
  return general.every(({ name, wanted }) =>
    specific.some((other) => other.name === name && coversWanted(wanted, other.wanted)),
  );
}

function coversWanted(wide: Wanted, narrow: Wanted): boolean {
  if (typeof wide === "boolean") return wide ? narrow !== false : narrow === false;
  if (typeof narrow === "boolean") return false;
  if (narrow instanceof RegExp) return wide instanceof RegExp && String(wide) === String(narrow);
  return narrow.every((value) => satisfies(value, wide));
}

function coversNested(general: RuleMatch, specific: RuleMatch): boolean {
  return (
    general.all.every((wide) => coversOneWay(wide, specific)) &&
    (general.any.length === 0 || coversAny(general.any, specific)) &&
    // What must not hold there is within what must not hold here the other way round.
    general.not.every((wide) => specific.not.some((narrow) => covers(narrow, wide)))
  );
}

function coversOneWay(wide: RuleMatch, specific: RuleMatch): boolean {
  return covers(wide, specific) || specific.all.some((narrow) => covers(wide, narrow));
}

function coversAny(wide: readonly RuleMatch[], specific: RuleMatch): boolean {
  if (wide.some((one) => coversOneWay(one, specific))) return true;
  return specific.any.length > 0 && specific.any.every((narrow) => wide.some((one) => covers(one, narrow)));
}
