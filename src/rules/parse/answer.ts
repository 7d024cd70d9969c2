import type { FixedAnswer } from "../../cache/policy.ts";
import { object, record } from "../shape/compound.ts";
import { byDefault, choice, type Form, nearestOf, type Shape, text, whole } from "../shape/shape.ts";
import { isObject, refuse } from "../shape/spot.ts";
import { duration } from "../shape/texts.ts";
import { isFieldContent } from "./changes.ts";
import { responseField } from "./field-names.ts";
import { template } from "./template.ts";

const LONGEST_BODY = 65_536;

const body: Shape<string> = text({
  allowed: "a text of up to 64 KiB",
  parse: (written) => (new TextEncoder().encode(written).length <= LONGEST_BODY ? written : null),
});

const redirect: Shape<FixedAnswer> = object(
  "RedirectInput",
  {
    redirect: template({
      allowed:
        'where to: a path that begins with one "/", or an address that begins with "https://" or "http://"',
      places: ["param", "query", "host", "path", "search"],
      accepts: (literals, first) =>
        /^(?:\/(?!\/)|https?:\/\/(?!\/))/.test(first) &&
        literals.every((part) => !/[\s\\\p{Cc}]/u.test(part)),
    }),
    status: byDefault(302, choice(301, 302, 303, 307, 308)),
  },
  ({ redirect: to, status }) =>
    to === undefined
      ? undefined
      : Object.freeze<FixedAnswer>({ kind: "redirect", status: status ?? 302, to }),
  { required: ["redirect"] },
);

const block: Shape<FixedAnswer> = object(
  "BlockInput",
  { block: whole(400, 599, "a status"), body: byDefault("", body) },
  (values) => (values.block === undefined ? undefined : fixedOf("block", values.block, [], values.body)),
  { required: ["block"] },
);

const maintenance: Shape<FixedAnswer> = object(
  "MaintenanceInput",
  { maintenance: choice(true), retryAfter: duration, body: byDefault("", body) },
  ({ retryAfter, body: written }) =>
    fixedOf(
      "maintenance",
      503,
      retryAfter === undefined ? [] : [["retry-after", String(retryAfter)]],
      written,
    ),
  { required: ["maintenance"] },
);

type Fields = readonly (readonly [name: string, value: string])[];

/** The value of a field, as it is. */
export const fieldValue: Shape<string> = text({
  allowed: "a field's value, without line breaks",
  parse: (written) => (isFieldContent(written) ? written : null),
});

const fixed: Shape<FixedAnswer> = object(
  "FixedInput",
  {
    fixed: whole(200, 599, "a status"),
    headers: record(responseField, fieldValue, "an object of header fields, each with its value"),
    body: byDefault("", body),
  },
  (values, spot) => {
    if (values.fixed === undefined) return undefined;
    // RFC 9110 §6.4.1
    if (values.body && [204, 205, 304].includes(values.fixed))
      return refuse(spot, "no body with this status");
    return fixedOf("fixed", values.fixed, values.headers ?? [], values.body);
  },
  { required: ["fixed"] },
);

function fixedOf(
  kind: "fixed" | "block" | "maintenance",
  status: number,
  fields: Fields,
  written = "",
): FixedAnswer {
  return Object.freeze({
    kind,
    status,
    fields: Object.freeze(fields.map((field) => Object.freeze(field))),
    body: written,
  });
}

const ANSWERS: Readonly<Record<string, Shape<FixedAnswer>>> = { redirect, block, maintenance, fixed };
const ANSWER_ALLOWED = `an object with exactly one of the keys ${Object.keys(ANSWERS).join(", ")}`;
const answerForm: Form = { kind: "either", shapes: Object.values(ANSWERS) };

/** An answer without the origin. */
export const respond: Shape<FixedAnswer> = {
  allowed: ANSWER_ALLOWED,
  takes: isObject,
  parse: (spot) => {
    const written = isObject(spot.value) ? Object.keys(spot.value) : [];
    const kinds = written.filter((key) => Object.hasOwn(ANSWERS, key));
    if (kinds.length === 1) return ANSWERS[kinds[0] ?? ""]?.parse(spot);
    return refuse(spot, ANSWER_ALLOWED, kinds.length === 0 ? nearestKey(written) : null);
  },
  form: answerForm,
};

function nearestKey(written: readonly string[]): string | null {
  return written.map((key) => nearestOf(key, Object.keys(ANSWERS))).find((key) => key !== null) ?? null;
}
