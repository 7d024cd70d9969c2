import type { FieldSection } from "../../http/field-section.ts";
import { parseVary } from "../../http/vary.ts";
import type { KeyPolicy, Placeholder, Policy } from "../policy.ts";

/** What Cloudflare tells the origin of a client. */
const TOLD_BY_PLATFORM = /^(?:true-client-ip$|cf-)/;

/**
 * Whether `Vary` nominates what cannot be compared (RFC 9111 §4.1): everything, or a field that is written for the origin
 * alone, by this proxy, a rule or the platform. The request that is compared has no such field, unless the key has it there.
 */
export function isBeyondComparison(headers: FieldSection, policy: Policy): boolean {
  const nominated = parseVary(headers.get("vary"));
  return nominated === "*" || nominated.some((name) => tellsOfClient(name, policy));
}

function tellsOfClient(name: string, { key, origin }: Policy): boolean {
  if (name === "x-forwarded-for") return true;
  if (TOLD_BY_PLATFORM.test(name)) return !isKeyed(name, key);
  const { set, add } = origin.fields;
  return [...set, ...add].some(
    ([written, { parts }]) => written === name && parts.some((part) => isOfClient(part, key)),
  );
}

// What else stands in a template is the operator's, or of the target, which the key holds.
function isOfClient(part: string | Placeholder, key: KeyPolicy): boolean {
  if (typeof part === "string") return false;
  if (part.from === "ip") return true;
  if (part.from === "country") return !key.country;
  return part.from === "request" && !isKeyed(part.name, key);
}

function isKeyed(name: string, { headers, country }: KeyPolicy): boolean {
  return (country && name === "cf-ipcountry") || headers.some((keyed) => keyed.name === name);
}
