import type { SecurityFields } from "../../cache/policy.ts";
import { either, object, record } from "../shape/compound.ts";
import { boolean, byDefault, choice, mapped, type Shape } from "../shape/shape.ts";
import { fieldValue } from "./answer.ts";
import { responseField } from "./field-names.ts";

/** What an API has no use for is forbidden: scripts, frames, devices. */
export const API_FIELDS: Readonly<Record<string, string>> = {
  "strict-transport-security": "max-age=31536000",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
};

type Changes = readonly (readonly [name: string, value: string | false])[];

/** Fields that harden every answer. */
export const securityHeaders: Shape<SecurityFields> = either<SecurityFields>(
  mapped(choice("api"), () => fieldsOf([], false)),
  object(
    "SecurityHeadersInput",
    {
      fields: record(
        responseField,
        either<string | false>(choice(false), fieldValue),
        "an object of header fields, each with its value, or false to leave it out",
      ),
      override: byDefault(false, boolean),
    },
    ({ fields, override }) => fieldsOf(fields ?? [], override ?? false),
    { least: 1 },
  ),
);

function fieldsOf(changes: Changes, override: boolean): SecurityFields {
  const changed = new Map<string, string | false>([...Object.entries(API_FIELDS), ...changes]);
  const fields = [...changed].flatMap(([name, value]) =>
    value === false ? [] : [Object.freeze([name, value] as const)],
  );
  return Object.freeze<SecurityFields>({ fields: Object.freeze(fields), override });
}
