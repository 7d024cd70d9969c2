import type { ChangeableFields } from "../../http/field-section.ts";
import type { SecurityFields } from "../policy.ts";

// RFC 6797 §7.2: not over an insecure connection.
const OVER_TLS = "strict-transport-security";

/** Adds to an answer's fields those that harden it; what is there already stays, unless the rule says otherwise. */
export function harden(headers: ChangeableFields, { fields, override }: SecurityFields, url: URL): void {
  for (const [name, value] of fields) {
    if (name === OVER_TLS && url.protocol !== "https:") continue;
    if (override || !headers.has(name)) headers.set(name, value);
  }
}
