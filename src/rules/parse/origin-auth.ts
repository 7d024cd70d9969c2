import type { OriginAuth } from "../../cache/policy.ts";
import { object } from "../shape/compound.ts";
import { byDefault, pattern, type Shape, whole } from "../shape/shape.ts";
import { binding, sharedSecret } from "../shape/texts.ts";
import { requestField } from "./field-names.ts";

const FIELD = "x-origin-secret";
const KEY_ID = "selvedge";
const MAX_BODY_BYTES = 65_536;

const header: Shape<NonNullable<OriginAuth["header"]>> = object(
  "SecretFieldInput",
  { name: byDefault(FIELD, requestField), secret: sharedSecret },
  ({ name, secret }) => (secret === undefined ? undefined : Object.freeze({ name: name ?? FIELD, secret })),
  { required: ["secret"] },
);

const signature: Shape<NonNullable<OriginAuth["signature"]>> = object(
  "RequestSignatureInput",
  {
    secret: sharedSecret,
    keyId: byDefault(KEY_ID, pattern(/^[\w.-]{1,64}$/, 'up to 64 letters, digits, "_", "." and "-"')),
    maxBodyBytes: byDefault(MAX_BODY_BYTES, whole(0, 1_048_576, "whole bytes")),
  },
  ({ secret, keyId, maxBodyBytes }) =>
    secret === undefined
      ? undefined
      : Object.freeze({ secret, keyId: keyId ?? KEY_ID, maxBodyBytes: maxBodyBytes ?? MAX_BODY_BYTES }),
  { required: ["secret"] },
);

/** By what an origin knows that a request comes from the cache. */
export const originAuth: Shape<OriginAuth> = object(
  "OriginAuthInput",
  { header, signature, certificate: binding },
  (values) =>
    Object.freeze<OriginAuth>({
      header: values.header ?? null,
      signature: values.signature ?? null,
      certificate: values.certificate ?? null,
    }),
  { least: 1 },
);
