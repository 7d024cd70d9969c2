import type { RequestHead } from "../../cache/types.ts";
import { cookiesOf } from "../../http/cookie.ts";
import type { NamedTest, Wanted } from "../rule.ts";
import type { Condition } from "./condition.ts";
import { anyOf, quote, shown } from "./condition-words.ts";

/** What an expression is tried on. A longer value would cost more than it tells. */
const LONGEST_TESTED = 4096;

/** Something that a request may have any number of, by name. */
interface Source {
  readonly label: string;
  readonly isPresent: (request: RequestHead) => boolean;
  readonly values: (request: RequestHead) => readonly string[];
}

/** What is wanted of a header field, whose lines are one value. */
export function headerCondition({ name, wanted }: NamedTest): Condition {
  const read = ({ headers }: RequestHead) => {
    const value = headers.get(name);
    return value === null ? [] : [value];
  };
  const isPresent = ({ headers }: RequestHead) => headers.has(name);
  return conditionOn({ label: `header "${name}"`, isPresent, values: read }, wanted);
}

/** What is wanted of a query parameter, of which there may be several. */
export function queryCondition({ name, wanted }: NamedTest): Condition {
  const isPresent = ({ url }: RequestHead) => url.searchParams.has(name);
  const values = ({ url }: RequestHead) => url.searchParams.getAll(name);
  return conditionOn({ label: `query parameter ${quote(name)}`, isPresent, values }, wanted);
}

/** What is wanted of a cookie, of which there may be several. */
export function cookieCondition({ name, wanted }: NamedTest): Condition {
  const values = ({ headers }: RequestHead) => cookiesOf(headers).get(name) ?? [];
  const isPresent = (request: RequestHead) => values(request).length > 0;
  return conditionOn({ label: `cookie "${name}"`, isPresent, values }, wanted);
}

function conditionOn(source: Source, wanted: Wanted): Condition {
  return typeof wanted === "boolean" ? presence(source, wanted) : equality(source, wanted);
}

function presence({ label, isPresent }: Source, wanted: boolean): Condition {
  return {
    holds: (request) => isPresent(request) === wanted,
    whyNot: () => (wanted ? `${label} is absent` : `${label} is present`),
    wants: wanted ? `${label} is present` : `${label} is absent`,
    readsClient: false,
  };
}

// A name may be repeated, and which of its values an origin takes is not known here: any will do.
function equality({ label, values }: Source, wanted: readonly string[] | RegExp): Condition {
  const text = wanted instanceof RegExp ? String(wanted) : anyOf(wanted);
  return {
    holds: (request) => values(request).some((value) => satisfies(value, wanted)),
    whyNot: (request) => `${label} is ${shown(joined(values(request)))}, not ${text}`,
    wants: `${label} is ${text}`,
    readsClient: false,
  };
}

function joined(values: readonly string[]): string | null {
  return values.length === 0 ? null : values.join(", ");
}

/** Whether a value is one of those wanted. */
export function satisfies(value: string, wanted: readonly string[] | RegExp): boolean {
  if (!(wanted instanceof RegExp)) return wanted.includes(value);
  return value.length <= LONGEST_TESTED && wanted.test(value);
}
