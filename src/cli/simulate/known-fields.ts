import type { Fields } from "../logs/record.ts";

/** So many names are remembered: the rules name few, but a log may nominate any by `Vary`. */
const MOST_NAMES = 200;

/**
 * A header section that remembers what it was asked for: most are asked the same many thousand times, and mostly for
 * what is not there. It must not be changed once it has been asked.
 */
export class KnownFields extends Headers {
  readonly #values = new Map<string, string | null>();

  override get(name: string): string | null {
    const known = this.#values.get(name);
    if (known !== undefined) return known;
    const value = super.get(name);
    if (this.#values.size < MOST_NAMES) this.#values.set(name, value);
    return value;
  }

  override has(name: string): boolean {
    return this.get(name) !== null;
  }
}

/** The fields of a log; a later one of the same name is added. What is no field is left out: a log may have cut it. */
export function knownFields(fields: Fields): KnownFields {
  const headers = new KnownFields();
  for (const [name, value] of fields) addField(headers, name, value);
  return headers;
}

function addField(headers: Headers, name: string, value: string): void {
  try {
    headers.append(name, value);
  } catch {
    // Nothing that could not be sent was sent.
  }
}
