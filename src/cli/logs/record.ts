/** A request that somebody has logged. Null: the log does not say. */
export interface LoggedRequest {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The client's address, or what stands for it. */
  readonly client: string | null;
  readonly method: string;
  /** Path and query, or a whole address. */
  readonly target: string;
  readonly host: string | null;
  readonly status: number;
  /** Of the answer's content. */
  readonly bytes: number | null;
  /** How long the answer took, in seconds. */
  readonly durationSeconds: number | null;
  /** The data centre that answered. */
  readonly place: string | null;
  readonly referer: string | null;
  readonly userAgent: string | null;
  /** The other fields. Names in lower case. */
  readonly requestFields: LoggedFields;
  readonly responseFields: LoggedFields;
}

/** Fields as they were logged, each name in lower case. */
export type LoggedFields = readonly (readonly [name: string, value: string])[];

/** One object for all that have none. */
export const NO_FIELDS: LoggedFields = [];

/** Reads one line of a format; null where it is none. */
export type ReadLine = (line: string) => LoggedRequest | null;

/** Whether a method could have been sent (RFC 9110 §5.6.2): what else stands there may steer a terminal. */
export function isMethod(method: string): boolean {
  return method === "GET" || /^[\w!#$%&'*+.^`|~-]+$/.test(method);
}

/** LoggedFields by name; those without a value are left out. */
export function fieldsOf(values: Readonly<Record<string, unknown>>): LoggedFields {
  const fields: (readonly [string, string])[] = [];
  for (const name in values) {
    const value = values[name];
    if (typeof value === "string" && value !== "" && value !== "-") fields.push([name, value]);
  }
  return fields.length === 0 ? NO_FIELDS : fields;
}

/** Takes apart what a request of the log has of fields. */
export function withoutAgent(
  fields: LoggedFields,
): Pick<LoggedRequest, "referer" | "userAgent" | "requestFields"> {
  const named = (name: string) => fields.find(([other]) => other === name)?.[1] ?? null;
  const others = fields.filter(([name]) => name !== "referer" && name !== "user-agent");
  return {
    referer: named("referer"),
    userAgent: named("user-agent"),
    requestFields: others.length === 0 ? NO_FIELDS : others,
  };
}

/** A number that is not negative, also where it stands as text; null for all else. */
export function numberOf(value: unknown): number | null {
  if (value === null || value === "" || value === "-") return null;
  const number = Number(value);
  return Number.isFinite(number) && number >= 0 ? number : null;
}
