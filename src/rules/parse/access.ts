import type { RequiredFields, SignedUrlPolicy } from "../../cache/policy.ts";
import { object, oneOrMore, record } from "../shape/compound.ts";
import { boolean, byDefault, mapped, type Shape, whole } from "../shape/shape.ts";
import { refuse } from "../shape/spot.ts";
import { fieldName, sharedSecret } from "../shape/texts.ts";
import { fieldTest } from "./match.ts";

const FORBIDDEN = 403;

/** What a request must have. */
export const require: Shape<RequiredFields> = object(
  "RequireInput",
  {
    headers: record(fieldName, fieldTest, "an object of header fields, each with a test, at least one", 1),
    status: byDefault(FORBIDDEN, whole(400, 499, "a status")),
  },
  ({ headers, status }) =>
    headers === undefined
      ? undefined
      : Object.freeze<RequiredFields>({
          fields: Object.freeze(headers.map(([name, wanted]) => Object.freeze({ name, wanted }))),
          status: status ?? FORBIDDEN,
        }),
  { required: ["headers"] },
);

const MOST_SECRETS = 4;
const SECRETS_ALLOWED = `a secret, or a list of up to ${MOST_SECRETS}, each once and`;

const secrets: Shape<readonly string[]> = mapped(oneOrMore(sharedSecret, SECRETS_ALLOWED), (names, spot) =>
  names.length <= MOST_SECRETS && new Set(names).size === names.length
    ? names
    : refuse(spot, `a list of up to ${MOST_SECRETS} secrets, each once`),
);

/** Links that were signed with a shared secret, and expire. */
export const signedUrl: Shape<SignedUrlPolicy> = object(
  "SignedUrlInput",
  { secret: secrets, boundToAddress: byDefault(false, boolean) },
  ({ secret, boundToAddress }) =>
    secret === undefined
      ? undefined
      : Object.freeze<SignedUrlPolicy>({ secrets: secret, boundToAddress: boundToAddress ?? false }),
  { required: ["secret"] },
);
