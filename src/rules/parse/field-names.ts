import { isHopByHop } from "../../http/fields.ts";
import { mapped, type Shape } from "../shape/shape.ts";
import { refuse } from "../shape/spot.ts";
import { fieldName } from "../shape/texts.ts";

/** The header fields that the rules may not touch, and what to do in their stead. */

const INSTEAD_OF_KEY: ReadonlyMap<string, string> = new Map([
  ["cookie", "key.cookies for cookies"],
  ["authorization", 'scope: "user" for what belongs to one user'],
  ["host", "key.host for the host"],
]);

/** A request field that may be in the key. */
export const keyedField: Shape<string> = fieldUnless((name) => {
  const instead = INSTEAD_OF_KEY.get(name);
  if (instead !== undefined) return `a header field that may be in the key; use ${instead}`;
  return isFramed(name) || isConditional(name)
    ? "a header field that may be in the key; the cache answers to this one itself"
    : null;
});

const NOT_OURS = "a header field that is not the connection's or the cache's own";

/** A field of the request to the origin that a rule may change. */
export const requestField: Shape<string> = fieldUnless((name) =>
  isFramed(name) || isConditional(name) ? NOT_OURS : null,
);

/** A field of the answer to the client that a rule may change. */
export const responseField: Shape<string> = fieldUnless((name) =>
  isFramed(name) || name === "content-range" || name === "content-encoding" ? NOT_OURS : null,
);

/** A request field that reaches the origin although it is not in the key. */
export const otherField: Shape<string> = fieldUnless((name) =>
  isFramed(name) || isConditional(name) || TOLD.has(name)
    ? "a header field that the cache does not write itself"
    : null,
);

/** The name of a field, in lower case. `refusal` says what is allowed in its stead, or null where it will do. */
function fieldUnless(refusal: (name: string) => string | null): Shape<string> {
  return mapped(fieldName, (name, spot) => {
    const allowed = refusal(name);
    return allowed === null ? name : refuse(spot, allowed);
  });
}

/** What the origin is told of the client is never the client's own word. */
const TOLD = new Set(["x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"]);

// What frames a message or routes it is not a rule's to say.
function isFramed(name: string): boolean {
  return isHopByHop(name) || name === "content-length" || name === "host" || name === "expect";
}

// RFC 9110 §13.1, §14.2: the cache evaluates these, and makes its own for the origin.
function isConditional(name: string): boolean {
  return name.startsWith("if-") || name === "range";
}
