import type { FieldChanges, Template } from "../../cache/policy.ts";
import { NO_CHANGES } from "../policy/plain.ts";
import { list, object, record } from "../shape/compound.ts";
import type { Shape } from "../shape/shape.ts";
import { requestField, responseField } from "./field-names.ts";
import { type From, template } from "./template.ts";

/** Changes to header fields. */
function changes(name: Shape<string>, places: readonly From[]): Shape<FieldChanges> {
  const value: Shape<Template> = template({
    allowed: "a field's value, without line breaks",
    places,
    accepts: (literals) => literals.every(isFieldContent),
  });
  const values = record(name, value, "an object of header fields, each with its value");
  return object(
    "FieldChangesInput",
    { set: values, add: values, remove: list(name, "a list of names of header fields") },
    ({ set, add, remove }) =>
      Object.freeze<FieldChanges>({
        remove: remove ?? NO_CHANGES.remove,
        set: set ?? NO_CHANGES.set,
        add: add ?? NO_CHANGES.add,
      }),
    { least: 1 },
  );
}

/** RFC 9110 §5.5. What a Headers object cannot hold (beyond Latin-1) would be thrown at each request. */
export function isFieldContent(text: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(text);
}

/** Changes to the request that the origin gets. */
export const requestHeaders = changes(requestField, [
  ...(["param", "query", "request", "env", "host", "path", "search", "country", "ip"] as const),
]);

/** Changes to the answer that clients get. */
export const responseHeaders = changes(responseField, [
  ...(["param", "query", "request", "response", "host", "path", "search", "country", "ip"] as const),
]);
