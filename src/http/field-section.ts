/** What can be read of the fields of a message (RFC 9110 §6.3), by names in lower case: also of a `Headers`. */
export interface FieldSection {
  /** All values of a field, combined by ", "; null where there is none. */
  get(name: string): string | null;
  has(name: string): boolean;
  keys(): IterableIterator<string>;
  forEach(visit: (value: string, name: string) => void): void;
  [Symbol.iterator](): IterableIterator<[string, string]>;
}

/** What can be changed, too: also a `Headers` that is not the platform's own. */
export interface ChangeableFields extends FieldSection {
  set(name: string, value: string): void;
  append(name: string, value: string): void;
  delete(name: string): void;
}

/**
 * Fields in plain JavaScript. Each call of a `Headers` crosses into the runtime, and each `Headers` is one more object for
 * both collectors: what is read a dozen times on the way of a request is taken over once. Values are not validated:
 * they come from a `Headers`, and end in one.
 */
export class Fields implements ChangeableFields {
  /** A list where the lines of a field do not combine (RFC 9110 §5.3). */
  readonly #values: Map<string, string | readonly string[]>;

  /** A copy. */
  constructor(from: FieldSection | null = null) {
    this.#values = from instanceof Fields ? new Map(from.#values) : new Map();
    if (from === null || from instanceof Fields) return;
    appendAll(from, this);
  }

  get(name: string): string | null {
    const value = this.#values.get(name.toLowerCase());
    if (value === undefined) return null;
    return typeof value === "string" ? value : value.join(", ");
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase());
  }

  set(name: string, value: string): void {
    const lower = name.toLowerCase();
    this.#values.set(lower, lower === "set-cookie" ? [value] : value);
  }

  append(name: string, value: string): void {
    const lower = name.toLowerCase();
    const before = this.#values.get(lower);
    if (before === undefined) this.set(lower, value);
    else this.#values.set(lower, typeof before === "string" ? `${before}, ${value}` : [...before, value]);
  }

  delete(name: string): void {
    this.#values.delete(name.toLowerCase());
  }

  keys(): IterableIterator<string> {
    return this.#values.keys();
  }

  /** Each line of a field whose lines do not combine by itself. */
  forEach(visit: (value: string, name: string) => void): void {
    for (const [name, value] of this.#values) {
      if (typeof value === "string") visit(value, name);
      else for (const line of value) visit(line, name);
    }
  }

  *[Symbol.iterator](): IterableIterator<[string, string]> {
    for (const [name, value] of this.#values) {
      if (typeof value === "string") yield [name, value];
      else for (const line of value) yield [name, line];
    }
  }
}

/** Fields of these names and values. */
export function fieldsOf(values: Readonly<Record<string, string>>): Fields {
  const fields = new Fields();
  for (const [name, value] of Object.entries(values)) fields.append(name, value);
  return fields;
}

/** Adds all fields to `to`. */
export function appendAll(from: FieldSection, to: ChangeableFields): void {
  from.forEach((value, name) => {
    to.append(name, value);
  });
}

/** As the platform takes them; a value that no field can have throws. */
export function toHeaders(fields: FieldSection): Headers {
  const headers = new Headers();
  appendAll(fields, headers);
  return headers;
}
