import type { KeyPolicy, Placeholder, Policy, Template } from "../../cache/policy.ts";
import { mayStore } from "./ttl.ts";
import { about, type PlacedRule, type RuleWarning } from "./warning.ts";

/** What of one client the origin is sent, and may answer by, although the key does not hold it. */
export function lintFields(placed: PlacedRule): readonly RuleWarning[] {
  const { rule } = placed;
  if (!mayStore(rule) || rule.policy.scope.kind === "user") return [];
  const { set, add } = rule.policy.origin.fields;
  return [...set, ...add].flatMap(([name, template]) =>
    unkeyedPlaces(template, rule.policy).map((place) =>
      about(placed, {
        key: `requestHeaders.${name}`,
        code: "unkeyed-field",
        text: `the origin is sent ${place}, which is not in the key: an answer that depends on it is given to all. Put it into key, or answer with Vary: ${name}`,
      }),
    ),
  );
}

function unkeyedPlaces({ parts }: Template, { key }: Policy): readonly string[] {
  return parts.flatMap((part) => (typeof part === "string" || isKeyed(part, key) ? [] : placeText(part)));
}

function isKeyed(place: Placeholder, key: KeyPolicy): boolean {
  switch (place.from) {
    case "ip":
      return false;
    case "country":
      return key.country;
    case "host":
      return key.host;
    case "request":
      return key.headers.some(({ name }) => name === place.name) || isFolded(place.name, key);
    case "param":
    case "query":
    case "path":
    case "search":
    case "env":
    case "response":
      return true;
    default:
      return place satisfies never;
  }
}

/** Fields that have become one of a few values, which the key holds. */
function isFolded(name: string, { languages, mediaTypes, encodings }: KeyPolicy): boolean {
  if (name === "accept-language") return languages.length > 0;
  if (name === "accept") return mediaTypes.length > 0;
  return name === "accept-encoding" && encodings.length > 0;
}

function placeText(place: Placeholder): string {
  return "name" in place ? `{${place.from}.${place.name}}` : `{${place.from}}`;
}
